package dev.strongroom.world.protocol;

import static dev.strongroom.world.protocol.MessageDescriptor.BYTES;
import static dev.strongroom.world.protocol.MessageDescriptor.CODE;
import static dev.strongroom.world.protocol.MessageDescriptor.MAGIC;
import static dev.strongroom.world.protocol.MessageDescriptor.MAGIC_VALUE;
import static dev.strongroom.world.protocol.MessageDescriptor.PARAMETERS;
import static dev.strongroom.world.protocol.MessageDescriptor.PARAMETER_BYTES;
import static dev.strongroom.world.protocol.MessageDescriptor.PARAMETER_COUNT;
import static dev.strongroom.world.protocol.MessageDescriptor.PARAMETER_TYPES;
import static dev.strongroom.world.protocol.MessageDescriptor.RESERVED;
import static dev.strongroom.world.protocol.MessageDescriptor.VERSION;
import static dev.strongroom.world.protocol.MessageDescriptor.VERSION_VALUE;

import dev.strongroom.world.protocol.Parameter.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A request or its answer.
 *
 * @param code the number of a {@link Command}, or of an error, or {@link #SUCCESS}
 * @param parameters always four
 */
public record Message(int code, List<Parameter> parameters) {
  /** The code of an answer to a command that was carried out. */
  public static final int SUCCESS = 0;

  public Message {
    if (parameters.size() > PARAMETER_COUNT) {
      throw new IllegalArgumentException(
          "a message has at most %d parameters: %s".formatted(PARAMETER_COUNT, parameters));
    }
    List<Parameter> four = new ArrayList<>(parameters);
    while (four.size() < PARAMETER_COUNT) {
      four.add(Parameter.NONE);
    }
    parameters = List.copyOf(four);
  }

  /** A request. */
  public static Message request(Command command, Parameter... parameters) {
    return new Message(command.code(), List.of(parameters));
  }

  /** An answer. */
  public static Message answer(int code, Parameter... parameters) {
    return new Message(code, List.of(parameters));
  }

  /** The encoding, ready to be read. */
  public ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC, MAGIC_VALUE).putShort(VERSION, VERSION_VALUE).putInt(CODE, code);
    int types = 0;
    for (int i = 0; i < PARAMETER_COUNT; i++) {
      Parameter parameter = parameters.get(i);
      types |= parameter.type().code() << (4 * i);
      bytes.putInt(PARAMETERS + PARAMETER_BYTES * i, (int) parameter.a());
      bytes.putInt(PARAMETERS + PARAMETER_BYTES * i + 4, (int) parameter.b());
    }
    return bytes.putInt(PARAMETER_TYPES, types);
  }

  /**
   * The message that {@value MessageDescriptor#BYTES} bytes stand for.
   *
   * @throws MalformedMessageException if they are none
   */
  public static Message decode(ByteBuffer encoded) throws MalformedMessageException {
    ByteBuffer bytes = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() != BYTES) {
      throw new MalformedMessageException(
          "a message has %d bytes, this one has %d".formatted(BYTES, bytes.remaining()));
    }
    if (bytes.getInt(MAGIC) != MAGIC_VALUE
        || bytes.getShort(VERSION) != VERSION_VALUE
        || bytes.getShort(RESERVED) != 0) {
      throw new MalformedMessageException(
          "not a message of version %d: it begins %016x"
              .formatted(VERSION_VALUE, Long.reverseBytes(bytes.getLong(MAGIC))));
    }
    int types = bytes.getInt(PARAMETER_TYPES);
    if (types >>> (4 * PARAMETER_COUNT) != 0) {
      throw new MalformedMessageException("parameter types 0x%08x".formatted(types));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < PARAMETER_COUNT; i++) {
      int number = types >>> (4 * i) & 0xF;
      Type type =
          Type.of(number)
              .orElseThrow(() -> new MalformedMessageException("parameter type " + number));
      parameters.add(
          new Parameter(
              type,
              Integer.toUnsignedLong(bytes.getInt(PARAMETERS + PARAMETER_BYTES * i)),
              Integer.toUnsignedLong(bytes.getInt(PARAMETERS + PARAMETER_BYTES * i + 4))));
    }
    return new Message(bytes.getInt(CODE), parameters);
  }
}
