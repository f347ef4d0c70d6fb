package dev.strongroom.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a small model in the ONNX format: messages of protocol buffers, field by field, with the
 * numbers that onnx.proto gives them.
 */
final class TinyOnnx {
  private static final int OPERATOR_SET = 17;

  /** Element types, as TensorProto.DataType numbers them. */
  enum Type {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    INT32(6, 4);

    private final int number;
    private final int bytes;

    Type(int number, int bytes) {
      this.number = number;
      this.bytes = bytes;
    }
  }

  private final Message graph = new Message().put(2, "tiny");

  TinyOnnx input(String name, int... dims) {
    Message shape = new Message();
    for (int dim : dims) {
      shape.put(1, new Message().put(1, dim));
    }
    graph.put(11, value(name, shape));
    return this;
  }

  TinyOnnx output(String name) {
    graph.put(12, value(name, new Message()));
    return this;
  }

  private static Message value(String name, Message shape) {
    Message tensor = new Message().put(1, Type.FLOAT.number).put(2, shape);
    return new Message().put(1, name).put(2, new Message().put(1, tensor));
  }

  /** A constant; {@code values} become elements of {@code type}. */
  TinyOnnx constant(String name, Type type, double[] values, int... dims) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * type.bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case FLOAT -> data.putFloat((float) value);
        case INT32 -> data.putInt((int) value);
        case INT8, UINT8 -> data.put((byte) (int) value);
      }
    }
    Message tensor = new Message();
    for (int dim : dims) {
      tensor.put(1, dim);
    }
    graph.put(5, tensor.put(2, type.number).put(8, name).put(9, data.array()));
    return this;
  }

  /**
   * A node.
   *
   * @param inputs their names, separated by spaces
   * @param attributes a name, then its int or int[], and so on
   */
  TinyOnnx node(String operator, String inputs, String output, Object... attributes) {
    Message node = new Message();
    for (String input : inputs.split(" ")) {
      node.put(1, input);
    }
    node.put(2, output).put(3, output).put(4, operator);
    for (int i = 0; i < attributes.length; i += 2) {
      Message attribute = new Message().put(1, (String) attributes[i]);
      switch (attributes[i + 1]) {
        case Integer number -> attribute.put(3, number).put(20, 2);
        case int[] numbers -> {
          for (int number : numbers) {
            attribute.put(8, number);
          }
          attribute.put(20, 7);
        }
        default -> throw new IllegalArgumentException("attribute " + attributes[i + 1]);
      }
      node.put(5, attribute);
    }
    graph.put(1, node);
    return this;
  }

  Path write(Path file) throws IOException {
    Message model = new Message().put(1, 8);
    model.put(8, new Message().put(2, OPERATOR_SET)).put(7, graph);
    return Files.write(file, model.bytes.toByteArray());
  }

  /** A message of protocol buffers; fields may come in any order. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message put(int field, long number) {
      varint((long) field << 3 | VARINT);
      varint(number);
      return this;
    }

    Message put(int field, byte[] content) {
      varint((long) field << 3 | LENGTH_DELIMITED);
      varint(content.length);
      bytes.writeBytes(content);
      return this;
    }

    Message put(int field, String text) {
      return put(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Message put(int field, Message message) {
      return put(field, message.bytes.toByteArray());
    }

    private void varint(long number) {
      long rest = number;
      while ((rest & -128L) != 0) {
        bytes.write((int) (rest & 127 | 128));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }
}
