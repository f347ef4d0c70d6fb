package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.proto.StringStringEntryProto;
import dev.strongroom.graph.onnx.proto.TensorProto;
import dev.strongroom.graph.onnx.proto.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a file can hold the elements 1, -2 and 0.5 (or 1, -2 and 3) of a constant. */
class TensorDataTest {
  @TempDir Path directory;

  @Test
  void floatsAreReadFromRawBytesAndFromTypedFields() throws Exception {
    assertFloats(tensor(DataType.FLOAT).setRawData(floats(1, -2, 0.5f)));
    assertFloats(tensor(DataType.FLOAT).addFloatData(1).addFloatData(-2).addFloatData(0.5f));
    assertFloats(tensor(DataType.DOUBLE).addDoubleData(1).addDoubleData(-2).addDoubleData(0.5));
    ByteBuffer doubles = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    doubles.putDouble(1).putDouble(-2).putDouble(0.5).flip();
    assertFloats(tensor(DataType.DOUBLE).setRawData(ByteString.copyFrom(doubles)));
  }

  @Test
  void halvesBecomeFloats() throws Exception {
    // 1, -2, 0.5 in IEEE 754 binary16 and in bfloat16.
    assertFloats(tensor(DataType.FLOAT16).addAllInt32Data(List.of(0x3c00, 0xc000, 0x3800)));
    assertFloats(tensor(DataType.FLOAT16).setRawData(shorts(0x3c00, 0xc000, 0x3800)));
    assertFloats(tensor(DataType.BFLOAT16).addAllInt32Data(List.of(0x3f80, 0xc000, 0x3f00)));
    assertFloats(tensor(DataType.BFLOAT16).setRawData(shorts(0x3f80, 0xc000, 0x3f00)));
  }

  @Test
  void integersAreReadFromRawBytesAndFromTypedFields() throws Exception {
    assertLongs(tensor(DataType.INT64).addAllInt64Data(List.of(1L, -2L, 3L)), 1, -2, 3);
    assertLongs(tensor(DataType.INT32).addAllInt32Data(List.of(1, -2, 3)), 1, -2, 3);
    assertLongs(tensor(DataType.INT8).addAllInt32Data(List.of(1, -2, 3)), 1, -2, 3);
    assertLongs(tensor(DataType.UINT8).addAllInt32Data(List.of(1, 254, 3)), 1, 254, 3);
    assertLongs(tensor(DataType.BOOL).addAllInt32Data(List.of(1, 0, 1)), 1, 0, 1);
    assertLongs(
        tensor(DataType.INT8).setRawData(ByteString.copyFrom(new byte[] {1, -2, 3})), 1, -2, 3);
  }

  @Test
  void dataOfAnotherLengthThanTheShapeNeedsIsRefused() {
    assertThatThrownBy(() -> constant(tensor(DataType.FLOAT).setRawData(floats(1, 2))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(
            "model.onnx: constant \"c\" cannot be read: FLOAT 3 needs 12 bytes, the file has 8");
    assertThatThrownBy(() -> constant(tensor(DataType.INT64).addInt64Data(1)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("INT64 3 needs 3 elements, the file has 1");
    assertThatThrownBy(() -> constant(tensor(DataType.FLOAT).addDims(1L << 40)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("shape [3, 1099511627776] is not one");
    assertThatThrownBy(() -> constant(tensor(DataType.FLOAT).addDims(1 << 30)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("more than 2^31 - 1 elements");
    assertThatThrownBy(() -> constant(tensor(DataType.FLOAT).addDims(-1)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("shape [3, -1] is not one");
  }

  @Test
  void anElementTypeThatIsNotSupportedIsNamed() {
    assertThatThrownBy(() -> constant(tensor(DataType.COMPLEX64)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("elements of type COMPLEX64 are not supported");
    assertThatThrownBy(() -> constant(tensor(DataType.FLOAT).setDataType(77)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("elements of type number 77 are not supported");
  }

  @Test
  void externalDataIsReadFromItsOffset() throws Exception {
    Files.createDirectory(directory.resolve("weights"));
    Files.write(directory.resolve("weights/w.bin"), floats(9, 9, 1, -2, 0.5f, 9).toByteArray());
    assertFloats(external("weights/w.bin", "8", "12"));
    // Without a length the tensor reaches to the end of the file.
    Files.write(directory.resolve("tail.bin"), floats(9, 1, -2, 0.5f).toByteArray());
    assertFloats(external("tail.bin", "4", ""));
  }

  @Test
  void externalDataOutsideTheModelsDirectoryIsRefused() throws Exception {
    Path outside = Files.write(directory.resolve("secret.bin"), floats(1, -2, 0.5f).toByteArray());
    directory = Files.createDirectory(directory.resolve("inner"));
    for (String location : List.of("../secret.bin", "a/../../secret.bin", outside.toString(), "")) {
      assertThatThrownBy(() -> constant(external(location, "0", "12")))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("must lie in the model's directory, not at \"" + location + "\"");
    }
    Files.createSymbolicLink(directory.resolve("link.bin"), outside);
    assertThatThrownBy(() -> constant(external("link.bin", "0", "12")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("link.bin leads out of it");
  }

  @Test
  void aModelThatIsNoFileHasNoExternalData() {
    byte[] model =
        ModelBuilder.opset(13)
            .constant(external("w.bin", "0", "12").setName("c").build())
            .output("c")
            .build()
            .toByteArray();
    assertThatThrownBy(() -> OnnxModel.of("memory", model).bind(Map.of()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(
            "memory: constant \"c\" cannot be read: its data lies in another file, \"w.bin\"; read"
                + " the model from its own file");
  }

  @Test
  void externalDataThatIsNotThereIsRefused() throws Exception {
    Files.write(directory.resolve("w.bin"), new byte[12]);
    refuse(external("missing.bin", "0", "12"), "external data missing.bin is not there");
    refuse(external(".", "0", "12"), "external data . is not there");
    refuse(external("w.bin\0", "0", "12"), "cannot be found");
    refuse(external("w.bin", "4", "12"), "needs 12 bytes of external data, w.bin offers 8");
    refuse(external("w.bin", "0", "8"), "needs 12 bytes of external data, w.bin offers 8");
    refuse(external("w.bin", "9223372036854775807", "12"), "w.bin offers 0");
    refuse(external("w.bin", "-4", "12"), "\"-4\" is no offset or length");
    refuse(external("w.bin", "0", "twelve"), "\"twelve\" is no offset or length");
  }

  private void refuse(TensorProto.Builder tensor, String message) {
    assertThatThrownBy(() -> constant(tensor))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(message);
  }

  private void assertFloats(TensorProto.Builder tensor) throws Exception {
    assertThat(constant(tensor).floats()).containsExactly(1, -2, 0.5f);
  }

  private void assertLongs(TensorProto.Builder tensor, long... expected) throws Exception {
    assertThat(Integers.of(constant(tensor))).containsExactly(expected);
  }

  /** The constant as the output of a model. */
  private Tensor constant(TensorProto.Builder tensor) throws Exception {
    byte[] model =
        ModelBuilder.opset(13)
            .constant(tensor.setName("c").build())
            .output("c")
            .build()
            .toByteArray();
    Graph graph =
        OnnxModel.read(Files.write(directory.resolve("model.onnx"), model)).bind(Map.of());
    return graph.constants().get("c");
  }

  private static TensorProto.Builder tensor(DataType type) {
    return TensorProto.newBuilder().setDataType(type.getNumber()).addDims(3);
  }

  private static TensorProto.Builder external(String location, String offset, String length) {
    TensorProto.Builder tensor =
        tensor(DataType.FLOAT)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location))
            .addExternalData(entry("offset", offset));
    return length.isEmpty() ? tensor : tensor.addExternalData(entry("length", length));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ByteString floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putFloat(v);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private static ByteString shorts(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int v : values) {
      bytes.putShort((short) v);
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
