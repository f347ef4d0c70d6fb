package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * All operators that the importer knows, by ONNX's names; those of other domains have the domain
 * and a dot ahead of theirs.
 */
public final class Operators {
  private static final Map<String, OperatorTranslator> ALL = all();

  private Operators() {}

  /** The translators by operator type. */
  public static Map<String, OperatorTranslator> standard() {
    return ALL;
  }

  private static Map<String, OperatorTranslator> all() {
    Map<String, OperatorTranslator> all = new TreeMap<>();
    ElementwiseOperators.register(all);
    ActivationOperators.register(all);
    ArithmeticOperators.register(all);
    IntegerOperators.register(all);
    ConvolutionOperators.register(all);
    PoolingOperators.register(all);
    NormalizationOperators.register(all);
    ProductOperators.register(all);
    ReductionOperators.register(all);
    ReshapingOperators.register(all);
    MovementOperators.register(all);
    GatherOperators.register(all);
    ResizeOperators.register(all);
    ConstantOperators.register(all);
    CastOperators.register(all);
    QuantisationOperators.register(all);
    IntegerProductOperators.register(all);
    return Collections.unmodifiableMap(all);
  }
}
