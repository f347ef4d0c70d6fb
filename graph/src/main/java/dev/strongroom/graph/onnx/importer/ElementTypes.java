package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.onnx.proto.TensorProto;
import java.util.Optional;

/** ONNX's element types, by the numbers that files hold. */
public final class ElementTypes {
  private ElementTypes() {}

  /** The type that elements of ONNX type {@code number} are computed in, where they can be. */
  public static Optional<DataType> of(int number) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(number);
    if (type == null) {
      return Optional.empty();
    }
    return switch (type) {
      case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> Optional.of(DataType.FLOAT32);
      case INT8 -> Optional.of(DataType.INT8);
      case UINT8 -> Optional.of(DataType.UINT8);
      case INT32 -> Optional.of(DataType.INT32);
      case INT64 -> Optional.of(DataType.INT64);
      case BOOL -> Optional.of(DataType.BOOL);
      default -> Optional.empty();
    };
  }

  /** The name of ONNX type {@code number}, for messages. */
  public static String name(int number) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(number);
    return type == null ? "number " + number : type.name();
  }
}
