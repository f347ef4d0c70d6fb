package dev.strongroom.compiler.optee;

import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import java.util.List;

/**
 * What one loaded model asks of the trusted side. All in bytes.
 *
 * @param parameters M_s: what of the model is inside, which is its resident weights, the window for
 *     those that stream, and the encoded Program
 * @param results F_gc: activations, and the staging through which inputs, outputs and chunks pass
 * @param header the sealed model's header, which is copied in before anything in it is believed
 * @param sealed the sealed model, in shared memory for as long as the model is loaded
 * @param records sealed input and answer of one inference, in shared memory too
 */
public record OpteeDemand(long parameters, long results, long header, long sealed, long records) {

  /**
   * @throws IllegalArgumentException if a size is negative
   */
  public OpteeDemand {
    if (parameters < 0 || results < 0 || header < 0 || sealed < 0 || records < 0) {
      throw new IllegalArgumentException(
          "a size is negative: parameters %d, results %d, header %d, sealed %d, records %d"
              .formatted(parameters, results, header, sealed, records));
    }
  }

  /**
   * The demand of {@code program}.
   *
   * @param programBytes length of its encoding
   * @param header length of the sealed model's header
   * @param sealed length of the whole sealed model
   */
  public static OpteeDemand of(Program program, long programBytes, long header, long sealed) {
    SecureLayout layout = SecureLayout.of(program, programBytes);
    return new OpteeDemand(
        layout.residentBytes() + layout.windowBytes() + layout.programBytes(),
        layout.arenaBytes() + layout.stagingBytes(),
        header,
        sealed,
        records(program, program.inputs()) + records(program, program.outputs()));
  }

  /** Values cross in records that fit staging, each with a tag. */
  private static long records(Program program, List<Port> ports) {
    long payload = program.stagingBytes() - Program.TAG_BYTES;
    return ports.stream()
        .mapToLong(p -> p.view().elements() * p.view().type().bytes())
        .map(bytes -> bytes + Math.ceilDiv(bytes, payload) * Program.TAG_BYTES)
        .sum();
  }

  /** The model's secure footprint. */
  public long footprint() {
    return parameters + results;
  }

  /** What it takes of the trusted application's heap. */
  long heap() {
    return footprint() + header;
  }

  /** Shared memory that is mapped during one inference. */
  long shared() {
    return sealed + records;
  }
}
