package dev.strongroom.world.protocol;

import dev.strongroom.seal.SecureChannel;
import dev.strongroom.world.PortInfo;
import java.util.List;

/** The types of messages on the secure channel, and how long they are in the shared mapping. */
public final class Payload {
  /** From the trusted side: {@link ModelInfo}. */
  public static final int MODEL_INFO = 1;

  /** From the trusted side: {@link StatusDescriptor}. */
  public static final int STATUS = 2;

  /**
   * To the trusted side: one input tensor, dense, little-endian, or one of its pieces. All inputs
   * of an inference follow one another without gaps: first those that cross whole, in the order of
   * the {@link ModelInfo}, then the pieces of the one that does not.
   */
  public static final int INPUT = 3;

  /** From the trusted side: one output tensor, likewise. */
  public static final int OUTPUT = 4;

  private Payload() {}

  /** Length of the sealed tensors of all {@code ports}, in records of {@code recordBytes}. */
  public static long sealedBytes(List<PortInfo> ports, int recordBytes) {
    long sum = 0;
    for (PortInfo port : ports) {
      if (port.pieces().length == 0) {
        sum = Math.addExact(sum, SecureChannel.sealedBytes(port.bytes(), recordBytes));
      }
      for (int piece : port.pieces()) {
        sum = Math.addExact(sum, SecureChannel.sealedBytes(piece, recordBytes));
      }
    }
    return sum;
  }
}
