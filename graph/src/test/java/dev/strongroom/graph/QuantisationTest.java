package dev.strongroom.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Quantize and Dequantize mean, element by element. */
class QuantisationTest {
  private static Tensor int8(int[] dims, int... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length);
    for (int v : values) {
      data.put((byte) v);
    }
    return Tensor.of(new TensorType(DataType.INT8, Shape.of(dims)), data.flip());
  }

  private static Tensor int32(int[] dims, int... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int v : values) {
      data.putInt(v);
    }
    return Tensor.of(new TensorType(DataType.INT32, Shape.of(dims)), data.flip());
  }

  private static byte[] quantize(int axis, Tensor x, Tensor scale, Tensor zero) {
    TensorType out = new TensorType(DataType.INT8, x.shape());
    Tensor q = Interpreter.evaluate(new Op.Quantize(axis), List.of(x, scale, zero), out);
    assertThat(q.type()).isEqualTo(out);
    byte[] bytes = new byte[q.data().remaining()];
    q.data().get(bytes);
    return bytes;
  }

  @Test
  void halvesRoundToEvenAheadOfTheZeroPointAndWhatLiesBeyondSaturates() {
    Tensor x =
        Tensor.ofFloats(
            new float[] {
              0.25f, 0.75f, -0.25f, -0.75f, 62, -70, 1e30f, Float.NEGATIVE_INFINITY, Float.NaN
            },
            9);
    Tensor scale = Tensor.ofFloats(new float[] {0.5f});
    assertThat(quantize(-1, x, scale, int8(new int[] {}, 3)))
        .containsExactly(3, 5, 3, 1, 127, -128, 127, -128, 3);
  }

  @Test
  void theQuotientIsAFloat() {
    // In double 0.7 * 5 / 0.2f is below 17.5 by 4e-7 of it; as a float it is 17.5 and rounds to 18.
    float x = 3.5f;
    float scale = 0.2f;
    assertThat((double) x / scale).isLessThan(17.5);
    assertThat(
            quantize(
                -1,
                Tensor.ofFloats(new float[] {x}, 1),
                Tensor.ofFloats(new float[] {scale}, 1),
                int8(new int[] {1}, 0)))
        .containsExactly(18);
  }

  @Test
  void eachSliceAlongTheAxisHasItsOwnScaleAndZeroPoint() {
    Tensor x = Tensor.ofFloats(new float[] {1, 2, 3, 4, 1, 2, 3, 4}, 2, 2, 2);
    Tensor scale = Tensor.ofFloats(new float[] {1, 0.5f}, 2);
    Tensor zero = int8(new int[] {2}, 0, -10);
    assertThat(quantize(1, x, scale, zero)).containsExactly(1, 2, -4, -2, 1, 2, -4, -2);
    assertThat(quantize(2, x, scale, zero)).containsExactly(1, -6, 3, -2, 1, -6, 3, -2);
    assertThat(quantize(0, x, scale, zero)).containsExactly(1, 2, 3, 4, -8, -6, -4, -2);
  }

  @Test
  void integersBecomeTheirDistanceFromTheZeroPointTimesTheScale() {
    Tensor q = int8(new int[] {2, 2}, -128, 127, 0, 5);
    Tensor x =
        Interpreter.evaluate(
            new Op.Dequantize(0),
            List.of(q, Tensor.ofFloats(new float[] {0.5f, 2}, 2), int8(new int[] {2}, 127, 4)),
            TensorType.float32(2, 2));
    assertThat(x.floats()).containsExactly(-127.5f, 0, -8, 2);
  }

  @Test
  void biasesOf32BitsAreDequantisedInFloat() {
    Tensor b = int32(new int[] {3}, Integer.MAX_VALUE, Integer.MIN_VALUE, 16_777_217);
    Tensor x =
        Interpreter.evaluate(
            new Op.Dequantize(-1),
            List.of(b, Tensor.ofFloats(new float[] {2}), int32(new int[] {}, 0)),
            TensorType.float32(3));
    assertThat(x.floats()).containsExactly(0x1p32f, -0x1p32f, 33_554_432f);
  }

  @Test
  void quantisingWhatWasDequantisedGivesTheSameIntegers() {
    int[] all = new int[256];
    for (int i = 0; i < 256; i++) {
      all[i] = i - 128;
    }
    byte[] expected = new byte[256];
    int8(new int[] {256}, all).data().get(expected);
    for (float s : new float[] {1e-10f, 0.003f, 0.1f, 1 / 3f, 7, 1e20f}) {
      for (int z : new int[] {-128, -3, 0, 127}) {
        Tensor scale = Tensor.ofFloats(new float[] {s});
        Tensor zero = int8(new int[] {}, z);
        Tensor x =
            Interpreter.evaluate(
                new Op.Dequantize(-1),
                List.of(int8(new int[] {256}, all), scale, zero),
                TensorType.float32(256));
        assertThat(quantize(-1, x, scale, zero))
            .as("scale %s, zero point %d", s, z)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void scalesThatDoNotFitAreRefusedWithTheirShapes() {
    Shape x = Shape.of(2, 3);
    assertThatThrownBy(
            () -> ShapeInference.infer(new Op.Quantize(1), List.of(x, Shape.of(2), Shape.of(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scales 2 are not one for each of dimension 1 of 2×3");
    assertThatThrownBy(
            () -> ShapeInference.infer(new Op.Dequantize(-1), List.of(x, Shape.of(2), Shape.of(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a scale of shape 2 is not one for the whole tensor");
    assertThatThrownBy(
            () -> ShapeInference.infer(new Op.Quantize(1), List.of(x, Shape.of(3), Shape.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("zero point scalar and scale 3 differ in shape");
    assertThat(ShapeInference.infer(new Op.Quantize(1), List.of(x, Shape.of(3), Shape.of(3))))
        .isEqualTo(x);
  }

  @Test
  void elementTypesFollowFromTheOperator() {
    assertThat(
            TypeInference.infer(
                new Op.Quantize(-1), List.of(DataType.FLOAT32, DataType.FLOAT32, DataType.INT8)))
        .isEqualTo(DataType.INT8);
    assertThat(
            TypeInference.infer(
                new Op.Dequantize(-1), List.of(DataType.INT32, DataType.FLOAT32, DataType.INT32)))
        .isEqualTo(DataType.FLOAT32);
    assertThat(TypeInference.infer(new Op.Reshape(), List.of(DataType.INT64)))
        .isEqualTo(DataType.INT64);
    assertThatThrownBy(
            () ->
                TypeInference.infer(
                    new Op.Dequantize(-1),
                    List.of(DataType.INT8, DataType.FLOAT32, DataType.INT32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[INT8, FLOAT32, INT32]");
    assertThatThrownBy(() -> TypeInference.infer(new Op.Softmax(0), List.of(DataType.INT8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("INT8");
  }
}
