package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.cli.io.Npy;
import dev.strongroom.program.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What becomes of an array for an input of integers. */
class TensorInputTest {
  private static TensorInput array(Npy.Type type, ByteBuffer elements, int... shape) {
    return new TensorInput.Array(Path.of("ids.npy"), new Npy(type, shape, elements));
  }

  private static ByteBuffer longs(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return buffer;
  }

  private static ByteBuffer ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(values);
    return buffer;
  }

  private static ByteBuffer elements(TensorInput input, ElementType type, int... shape)
      throws RequestException {
    return input.elements("input_ids", type, shape).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void integersOfTheRightWidthAreTakenAsTheyAre() throws Exception {
    TensorInput input = array(Npy.Type.INT64, longs(1, -2, 1L << 40), 1, 3);
    assertThat(elements(input, ElementType.I64, 1, 3).asLongBuffer())
        .isEqualTo(LongBuffer.wrap(new long[] {1, -2, 1L << 40}));
  }

  @Test
  void narrowIntegersAreWidenedAndWideOnesNarrowedIfTheyFit() throws Exception {
    TensorInput narrow = array(Npy.Type.INT32, ints(1, -2), 2);
    assertThat(elements(narrow, ElementType.I64, 1, 2)).isEqualTo(longs(1, -2));
    TensorInput wide = array(Npy.Type.INT64, longs(1, Integer.MIN_VALUE), 1, 2);
    assertThat(elements(wide, ElementType.I32, 1, 2)).isEqualTo(ints(1, Integer.MIN_VALUE));
  }

  @Test
  void aWideIntegerThatDoesNotFitIsRefusedWithItsPlace() {
    TensorInput wide = array(Npy.Type.INT64, longs(7, 1L << 31), 2);
    assertThatThrownBy(() -> elements(wide, ElementType.I32, 2))
        .isInstanceOf(RequestException.class)
        .hasMessage("input input_ids takes int32, but element 1 of ids.npy is 2147483648");
  }

  @Test
  void leadingOnesMayBeLeftOutAndNothingElse() throws Exception {
    TensorInput flat = array(Npy.Type.INT64, longs(1, 2), 2);
    assertThat(elements(flat, ElementType.I64, 1, 1, 2)).isEqualTo(longs(1, 2));
    assertThatThrownBy(() -> elements(flat, ElementType.I64, 2, 1))
        .hasMessage("input input_ids takes int64 [2, 1], but ids.npy holds int64 [2]");
    TensorInput batch = array(Npy.Type.INT64, longs(1, 2), 1, 2);
    assertThatThrownBy(() -> elements(batch, ElementType.I64, 2))
        .hasMessage("input input_ids takes int64 [2], but ids.npy holds int64 [1, 2]");
  }

  @Test
  void floatsAreNoIntegersAndIntegersNoFloats() {
    ByteBuffer four = ByteBuffer.allocate(4);
    assertThatThrownBy(() -> elements(array(Npy.Type.FLOAT32, four, 1), ElementType.I64, 1))
        .hasMessage("input input_ids takes int64 [1], but ids.npy holds float32 [1]");
    assertThatThrownBy(() -> elements(array(Npy.Type.INT32, four, 1), ElementType.F32, 1))
        .hasMessage("input input_ids takes float32 [1], but ids.npy holds int32 [1]");
  }
}
