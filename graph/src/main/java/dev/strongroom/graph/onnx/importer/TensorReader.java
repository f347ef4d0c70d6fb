package dev.strongroom.graph.onnx.importer;

import com.google.protobuf.ByteString;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Makes constants of a file's tensors: raw bytes, typed fields or a file beside the model's. Every
 * floating-point type becomes FLOAT32. Memory is taken only for bytes that are there.
 */
public final class TensorReader {
  private final ExternalData externalData;
  private final long maxExternalBytes = Runtime.getRuntime().maxMemory() / 2;
  private long externalBytes;

  /** For reading one model once, external data of no more than half the Java heap. */
  public TensorReader(ExternalData externalData) {
    this.externalData = externalData;
  }

  /**
   * The constant that {@code proto} holds.
   *
   * @throws RejectedException if its type is not supported, or its bytes are not those its shape
   *     needs
   */
  public Tensor read(TensorProto proto) throws RejectedException {
    TensorProto.DataType stored = TensorProto.DataType.forNumber(proto.getDataType());
    DataType type =
        ElementTypes.of(proto.getDataType())
            .orElseThrow(
                () ->
                    RejectedException.of(
                        "elements of type %s are not supported",
                        ElementTypes.name(proto.getDataType())));
    Shape shape = shape(proto.getDimsList());
    ByteBuffer data;
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      // One file may be named many times: its size does not bound what is asked for.
      externalBytes += bytes(stored, shape);
      if (externalBytes > maxExternalBytes) {
        throw RejectedException.of(
            "external data of %d MiB and more is too much for a Java heap of %d MiB; give it more"
                + " with -Xmx",
            externalBytes >> 20, Runtime.getRuntime().maxMemory() >> 20);
      }
      data =
          raw(stored, shape, externalData.read(proto.getExternalDataList(), bytes(stored, shape)));
    } else if (proto.hasRawData()) {
      ByteString bytes = proto.getRawData();
      data = raw(stored, shape, bytes.asReadOnlyByteBuffer());
    } else {
      data = typed(proto, stored, shape);
    }
    return Tensor.of(new TensorType(type, shape), data);
  }

  /**
   * The shape that a file states.
   *
   * @throws RejectedException if a dimension is negative, or there are more than 2^31 - 1 elements
   */
  public static Shape shape(List<Long> dims) throws RejectedException {
    long elements = 1;
    int[] sizes = new int[dims.size()];
    boolean empty = dims.contains(0L);
    for (int i = 0; i < sizes.length; i++) {
      long dim = dims.get(i);
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw RejectedException.of("shape %s is not one", dims);
      }
      elements = empty ? 0 : elements * dim;
      if (elements > Integer.MAX_VALUE) {
        throw RejectedException.of("shape %s has more than 2^31 - 1 elements", dims);
      }
      sizes[i] = (int) dim;
    }
    return Shape.of(sizes);
  }

  private static long bytes(TensorProto.DataType stored, Shape shape) {
    int size =
        switch (stored) {
          case DOUBLE, INT64 -> 8;
          case FLOAT, INT32 -> 4;
          case FLOAT16, BFLOAT16 -> 2;
          default -> 1;
        };
    return shape.elements() * size;
  }

  private static ByteBuffer raw(TensorProto.DataType stored, Shape shape, ByteBuffer bytes)
      throws RejectedException {
    if (bytes.remaining() != bytes(stored, shape)) {
      throw RejectedException.of(
          "%s %s needs %d bytes, the file has %d",
          stored, shape, bytes(stored, shape), bytes.remaining());
    }
    ByteBuffer from = bytes.order(ByteOrder.LITTLE_ENDIAN);
    int n = (int) shape.elements();
    return switch (stored) {
      case DOUBLE -> {
        ByteBuffer to = floats(n);
        for (int i = 0; i < n; i++) {
          to.putFloat((float) from.getDouble());
        }
        yield to.flip();
      }
      case FLOAT16, BFLOAT16 -> {
        ByteBuffer to = floats(n);
        for (int i = 0; i < n; i++) {
          to.putFloat(half(stored, from.getShort()));
        }
        yield to.flip();
      }
      default -> from;
    };
  }

  private static ByteBuffer typed(TensorProto proto, TensorProto.DataType stored, Shape shape)
      throws RejectedException {
    int count =
        switch (stored) {
          case FLOAT -> proto.getFloatDataCount();
          case DOUBLE -> proto.getDoubleDataCount();
          case INT64 -> proto.getInt64DataCount();
          default -> proto.getInt32DataCount();
        };
    if (count != shape.elements()) {
      throw RejectedException.of(
          "%s %s needs %d elements, the file has %d", stored, shape, shape.elements(), count);
    }
    ByteBuffer to =
        stored == TensorProto.DataType.INT64
            ? ByteBuffer.allocate(Math.multiplyExact(count, 8)).order(ByteOrder.LITTLE_ENDIAN)
            : floats(count);
    for (int i = 0; i < count; i++) {
      switch (stored) {
        case FLOAT -> to.putFloat(proto.getFloatData(i));
        case DOUBLE -> to.putFloat((float) proto.getDoubleData(i));
        case INT64 -> to.putLong(proto.getInt64Data(i));
        case FLOAT16, BFLOAT16 -> to.putFloat(half(stored, (short) proto.getInt32Data(i)));
        case INT32 -> to.putInt(proto.getInt32Data(i));
        default -> to.put((byte) proto.getInt32Data(i));
      }
    }
    return to.flip();
  }

  private static ByteBuffer floats(int count) {
    return ByteBuffer.allocate(Math.multiplyExact(count, 4)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** IEEE 754 binary16, or the upper half of a binary32. */
  private static float half(TensorProto.DataType stored, short bits) {
    return stored == TensorProto.DataType.FLOAT16
        ? Float.float16ToFloat(bits)
        : Float.intBitsToFloat(bits << 16);
  }
}
