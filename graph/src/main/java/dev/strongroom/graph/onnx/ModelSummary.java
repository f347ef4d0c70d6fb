package dev.strongroom.graph.onnx;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model file says about itself, before its shapes are bound.
 *
 * @param format the file's format and its version, for example {@code ONNX (IR version 8)}
 * @param opset version of the operator set, 0 where the format has none
 * @param producer name and version of the program that wrote the file; empty if it does not say
 * @param nodes number of operator nodes
 * @param operators how often each operator occurs, by name
 * @param parameters number of elements in all weights
 * @param unsupported every node whose operator is not supported at all; binding shapes can find
 *     more (attributes, shapes that are known only at run time)
 */
public record ModelSummary(
    String format,
    int opset,
    String producer,
    int nodes,
    SortedMap<String, Integer> operators,
    long parameters,
    List<OnnxValue> inputs,
    List<OnnxValue> outputs,
    List<UnsupportedNode> unsupported) {
  public ModelSummary {
    operators = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, Integer>) operators));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    unsupported = List.copyOf(unsupported);
  }
}
