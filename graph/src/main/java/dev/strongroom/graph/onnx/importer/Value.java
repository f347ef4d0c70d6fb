package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value while a graph is being made: one object each, named only at the end. It is a constant, an
 * input of the model, or the result of one emitted operator.
 */
public final class Value {
  private final TensorType type;
  private final @Nullable Tensor constant;
  private final @Nullable Padding padding;

  /**
   * Zeros around a value that no operator has added yet.
   *
   * @param source what is padded
   * @param before elements ahead of it, one number a dimension
   * @param after elements behind it, one number a dimension
   * @param node the Pad node, for messages
   */
  public record Padding(Value source, List<Integer> before, List<Integer> after, String node) {
    public Padding {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  private Value(TensorType type, @Nullable Tensor constant, @Nullable Padding padding) {
    this.type = type;
    this.constant = constant;
    this.padding = padding;
  }

  static Value constant(Tensor tensor) {
    return new Value(tensor.type(), tensor, null);
  }

  static Value computed(TensorType type) {
    return new Value(type, null, null);
  }

  static Value padded(Padding padding, Shape shape) {
    return new Value(new TensorType(padding.source().dataType(), shape), null, padding);
  }

  public TensorType type() {
    return type;
  }

  public Shape shape() {
    return type.shape();
  }

  public DataType dataType() {
    return type.dataType();
  }

  /** What is known of the value before run time. */
  public Optional<Tensor> constant() {
    return Optional.ofNullable(constant);
  }

  /** The zeros that the operator reading this value must add by itself. */
  public Optional<Padding> padding() {
    return Optional.ofNullable(padding);
  }
}
