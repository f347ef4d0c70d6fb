package dev.strongroom.world.protocol;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.View;
import dev.strongroom.world.PortInfo;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the trusted side tells a caller about the model it has loaded.
 *
 * <p>Encoded, little-endian: u32 plaintext of a record; u32 number of inputs; u32 number of
 * outputs; then each port, inputs first: u32 element type, u32 rank, rank times u32 dimension, rank
 * times u32 index of a dimension (the order in which elements cross, slowest first), u32 number of
 * pieces, their u32 lengths in bytes (none for a tensor that crosses whole), u32 length of the
 * name, the name in UTF-8.
 *
 * @param recordBytes the plaintext bytes that a record of input or output carries: what the trusted
 *     side has room for at once
 */
public record ModelInfo(int recordBytes, List<PortInfo> inputs, List<PortInfo> outputs) {

  public ModelInfo {
    if (recordBytes < 1) {
      throw new IllegalArgumentException("a record carries at least one byte: " + recordBytes);
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The encoding. */
  public byte[] encode() {
    List<PortInfo> ports = new ArrayList<>(inputs);
    ports.addAll(outputs);
    int length = 12;
    for (PortInfo port : ports) {
      length +=
          16
              + 8 * port.shape().length
              + 4 * port.pieces().length
              + port.name().getBytes(StandardCharsets.UTF_8).length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(recordBytes).putInt(inputs.size()).putInt(outputs.size());
    for (PortInfo port : ports) {
      byte[] name = port.name().getBytes(StandardCharsets.UTF_8);
      bytes.putInt(port.type().code()).putInt(port.shape().length);
      for (int dim : port.shape()) {
        bytes.putInt(dim);
      }
      for (int axis : port.wireOrder()) {
        bytes.putInt(axis);
      }
      bytes.putInt(port.pieces().length);
      for (int piece : port.pieces()) {
        bytes.putInt(piece);
      }
      bytes.putInt(name.length).put(name);
    }
    return bytes.array();
  }

  /**
   * The information that {@code encoded} stands for.
   *
   * @throws MalformedMessageException if it is none
   */
  public static ModelInfo decode(byte[] encoded) throws MalformedMessageException {
    ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
    try {
      int recordBytes = bytes.getInt();
      int inputs = bytes.getInt();
      int outputs = bytes.getInt();
      ModelInfo info = new ModelInfo(recordBytes, ports(bytes, inputs), ports(bytes, outputs));
      if (bytes.hasRemaining()) {
        throw new MalformedMessageException(bytes.remaining() + " bytes behind the ports");
      }
      return info;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedMessageException("no model information: " + e);
    }
  }

  private static List<PortInfo> ports(ByteBuffer bytes, int count)
      throws MalformedMessageException {
    List<PortInfo> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ElementType type = type(bytes.getInt());
      int rank = bytes.getInt();
      if (rank < 0 || rank > View.MAX_RANK) {
        throw new MalformedMessageException("rank " + rank);
      }
      int[] shape = new int[rank];
      for (int d = 0; d < rank; d++) {
        shape[d] = bytes.getInt();
      }
      int[] wireOrder = new int[rank];
      for (int d = 0; d < rank; d++) {
        wireOrder[d] = bytes.getInt();
      }
      int[] pieces = pieces(bytes);
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new MalformedMessageException("a name of %d bytes".formatted(length));
      }
      byte[] name = new byte[length];
      bytes.get(name);
      PortInfo port = PortInfo.of(new String(name, StandardCharsets.UTF_8), type, shape, wireOrder);
      ports.add(pieces.length == 0 ? port : port.inPieces(pieces));
    }
    return ports;
  }

  private static int[] pieces(ByteBuffer bytes) throws MalformedMessageException {
    int count = bytes.getInt();
    if (count < 0 || count > bytes.remaining() / Integer.BYTES) {
      throw new MalformedMessageException("%d pieces".formatted(count));
    }
    int[] pieces = new int[count];
    for (int i = 0; i < count; i++) {
      pieces[i] = bytes.getInt();
    }
    return pieces;
  }

  private static ElementType type(int code) throws MalformedMessageException {
    for (ElementType type : ElementType.values()) {
      if (type.code() == code) {
        return type;
      }
    }
    throw new MalformedMessageException("element type " + code);
  }
}
