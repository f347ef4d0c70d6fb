package dev.strongroom.graph.onnx;

import dev.strongroom.graph.DataType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An input or output as a model file declares it. Floating-point values are FLOAT32 whatever their
 * width in the file.
 *
 * @param ranked whether the file says how many dimensions there are
 * @param dims empty for a scalar, and where not {@code ranked}
 */
public record OnnxValue(String name, DataType dataType, boolean ranked, List<Dimension> dims) {
  public OnnxValue {
    dims = List.copyOf(dims);
  }

  /** For example {@code x [?, 3, height, 320]}. */
  @Override
  public String toString() {
    return name
        + (ranked
            ? dims.stream().map(Dimension::toString).collect(Collectors.joining(", ", " [", "]"))
            : " [...]");
  }
}
