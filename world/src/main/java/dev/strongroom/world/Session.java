package dev.strongroom.world;

import dev.strongroom.seal.DevicePublicKey;
import dev.strongroom.seal.SealException;
import dev.strongroom.seal.SecureChannel;
import dev.strongroom.world.protocol.Command;
import dev.strongroom.world.protocol.Connection;
import dev.strongroom.world.protocol.MalformedMessageException;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.ModelInfo;
import dev.strongroom.world.protocol.Parameter;
import dev.strongroom.world.protocol.Payload;
import dev.strongroom.world.protocol.SharedLayout;
import dev.strongroom.world.protocol.StatusDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A sealed model, loaded in a {@link SecureWorld}. Inputs leave this process encrypted for the
 * trusted side, answers come back encrypted for this session. A session that the trusted side has
 * refused something is over: the model and the keys are wiped there.
 */
public final class Session implements AutoCloseable {
  private final Connection connection;
  private final SecureChannel channel;
  private final ModelInfo info;
  private final Parameter inputRegion;
  private final Parameter outputRegion;
  private boolean over;

  private Session(Connection connection, SecureChannel channel, ModelInfo info, long modelBytes)
      throws WorldException {
    this.connection = connection;
    this.channel = channel;
    this.info = info;
    long sealedInputs = Payload.sealedBytes(info.inputs(), info.recordBytes());
    long sealedOutputs = Payload.sealedBytes(info.outputs(), info.recordBytes());
    long inputs = SharedLayout.inputs(modelBytes);
    long outputs = SharedLayout.outputs(modelBytes, sealedInputs);
    SharedLayout.require(outputs + sealedOutputs, connection.shared().byteSize());
    this.inputRegion = Parameter.input(inputs, sealedInputs);
    this.outputRegion = Parameter.output(outputs, sealedOutputs);
  }

  /** Loads the sealed model that was put in its place. */
  static Session load(Connection connection, DevicePublicKey device, long modelBytes)
      throws WorldException {
    SecureChannel channel = Handshake.perform(connection, device);
    try {
      Message request =
          Message.request(
              Command.LOAD,
              Parameter.inout(SharedLayout.MODEL, modelBytes),
              Parameter.output(SharedLayout.ANSWER, SharedLayout.ANSWER_BYTES));
      byte[] sealed = Handshake.invoke(connection, request, 1);
      byte[] info = channel.open(Payload.MODEL_INFO, ByteBuffer.wrap(sealed));
      return new Session(connection, channel, ModelInfo.decode(info), modelBytes);
    } catch (MalformedMessageException | SealException e) {
      channel.close();
      throw forged(e);
    } catch (WorldException e) {
      channel.close();
      throw e;
    }
  }

  /** What the model takes. */
  public List<PortInfo> inputs() {
    return info.inputs();
  }

  /** What the model gives. */
  public List<PortInfo> outputs() {
    return info.outputs();
  }

  /**
   * Computes the model once.
   *
   * @param inputs for each of {@link #inputs} its elements from position to limit, in C order,
   *     little-endian; left as they are
   * @return for each of {@link #outputs}, in their order, its elements likewise
   * @throws WorldException if an input is missing, unknown or of another size (the session goes
   *     on), or if the trusted side refuses (the session is over)
   */
  public Map<String, ByteBuffer> infer(Map<String, ByteBuffer> inputs) throws WorldException {
    requireInputs(inputs);
    synchronized (connection) {
      requireAlive();
      try {
        seal(inputs);
        Handshake.accepted(
            connection.invoke(Message.request(Command.INFER, inputRegion, outputRegion)));
        return open();
      } catch (SealException e) {
        close();
        throw forged(e);
      } catch (WorldException e) {
        end();
        throw e;
      }
    }
  }

  /** Bytes that cross in one inference, sealed inputs and outputs together: ciphertext and tags. */
  public long crossingBytes() {
    return inputRegion.b() + outputRegion.b();
  }

  /** What the trusted side says about the loaded model. */
  public SessionStatus status() throws WorldException {
    synchronized (connection) {
      requireAlive();
      try {
        Message request =
            Message.request(
                Command.STATUS, Parameter.output(SharedLayout.ANSWER, SharedLayout.ANSWER_BYTES));
        byte[] sealed = Handshake.invoke(connection, request, 0);
        return StatusDescriptor.decode(channel.open(Payload.STATUS, ByteBuffer.wrap(sealed)));
      } catch (MalformedMessageException | SealException e) {
        close();
        throw forged(e);
      } catch (WorldException e) {
        end();
        throw e;
      }
    }
  }

  /** Unloads the model; everything of it is wiped. Does nothing if the session is over. */
  @Override
  public void close() {
    synchronized (connection) {
      if (!over) {
        end();
        try {
          connection.invoke(Message.request(Command.UNLOAD));
        } catch (WorldException gone) {
          // A trusted side that is gone holds nothing any more.
        }
      }
    }
  }

  boolean isOver() {
    return over;
  }

  private void end() {
    over = true;
    channel.close();
  }

  private void seal(Map<String, ByteBuffer> inputs) {
    long at = inputRegion.a();
    for (PortInfo port : info.inputs()) {
      if (port.pieces().length == 0) {
        at += seal(MemorySegment.ofBuffer(wire(port, inputs)), at);
      }
    }
    for (PortInfo port : info.inputs()) {
      long from = 0;
      MemorySegment tensor = MemorySegment.ofBuffer(wire(port, inputs));
      for (int piece : port.pieces()) {
        at += seal(tensor.asSlice(from, piece), at);
        from += piece;
      }
    }
  }

  private static ByteBuffer wire(PortInfo port, Map<String, ByteBuffer> inputs) {
    return WireOrder.of(port, Objects.requireNonNull(inputs.get(port.name())));
  }

  private long seal(MemorySegment message, long at) {
    long length = SecureChannel.sealedBytes(message.byteSize(), info.recordBytes());
    MemorySegment place = connection.shared().asSlice(at, length);
    return channel.seal(Payload.INPUT, message, info.recordBytes(), place);
  }

  private Map<String, ByteBuffer> open() {
    Map<String, ByteBuffer> answer = new LinkedHashMap<>();
    long at = outputRegion.a();
    for (PortInfo port : info.outputs()) {
      long length = SecureChannel.sealedBytes(port.bytes(), info.recordBytes());
      ByteBuffer sealed = connection.shared().asSlice(at, length).asByteBuffer();
      byte[] tensor = channel.open(Payload.OUTPUT, sealed);
      answer.put(port.name(), ByteBuffer.wrap(tensor).order(ByteOrder.LITTLE_ENDIAN));
      at += length;
    }
    return answer;
  }

  private void requireInputs(Map<String, ByteBuffer> given) throws WorldException {
    Set<String> names =
        info.inputs().stream().map(PortInfo::name).collect(Collectors.toCollection(TreeSet::new));
    if (!names.equals(given.keySet())) {
      throw new WorldException(
          ErrorCode.BAD_PARAMETERS,
          "the model takes the inputs %s, not %s".formatted(names, new TreeSet<>(given.keySet())));
    }
    for (PortInfo port : info.inputs()) {
      int bytes = Objects.requireNonNull(given.get(port.name())).remaining();
      if (bytes != port.bytes()) {
        throw new WorldException(
            ErrorCode.BAD_PARAMETERS,
            "input %s has %d bytes, not %d".formatted(port, port.bytes(), bytes));
      }
    }
  }

  private void requireAlive() throws WorldException {
    if (over) {
      throw WorldException.of(ErrorCode.BAD_STATE, 0, 0);
    }
  }

  private static WorldException forged(Exception cause) {
    return new WorldException(
        ErrorCode.SECURITY,
        "the trusted side's answer was changed on its way: " + cause.getMessage(),
        cause);
  }
}
