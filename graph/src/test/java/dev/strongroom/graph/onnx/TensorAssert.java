package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Tensor;

/** Compares tensors, and names the element that differs most. */
final class TensorAssert {
  private TensorAssert() {}

  /** Types and shapes equal, floats within {@code absolute} or {@code relative} of the expected. */
  static void assertClose(Tensor actual, Tensor expected, double relative, double absolute) {
    assertThat(actual.type()).isEqualTo(expected.type());
    if (expected.dataType() != DataType.FLOAT32) {
      assertThat(actual.data()).isEqualTo(expected.data());
      return;
    }
    float[] a = actual.floats();
    float[] e = expected.floats();
    int worst = -1;
    double most = 1;
    for (int i = 0; i < e.length; i++) {
      boolean same = Float.compare(a[i], e[i]) == 0;
      double error =
          same ? 0 : Math.abs((double) a[i] - e[i]) / (absolute + relative * Math.abs(e[i]));
      if (Double.isNaN(error) || error > most) {
        worst = i;
        most = Double.isNaN(error) ? Double.MAX_VALUE : error;
      }
    }
    assertThat(worst)
        .as(
            "element that differs most: %s instead of %s, %s times what is allowed",
            worst < 0 ? 0 : a[worst], worst < 0 ? 0 : e[worst], most)
        .isEqualTo(-1);
  }

  /** Close as floats that were computed once should be. */
  static void assertClose(Tensor actual, float[] expected, int... dims) {
    assertClose(actual, Tensor.ofFloats(expected, dims), 1e-6, 1e-6);
  }
}
