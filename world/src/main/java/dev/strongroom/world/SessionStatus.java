package dev.strongroom.world;

import dev.strongroom.program.SecureLayout;
import java.time.Duration;

/**
 * What the trusted side says about a loaded model.
 *
 * @param memory what the secure memory is made of
 * @param budget secure memory of the world in bytes
 * @param layout the parts of the model's footprint in it
 * @param highWater secure memory in bytes that was really touched, measured since the load
 * @param inferences how many were answered since the load
 * @param bytesOpened weight bytes opened during the last inference
 * @param chunksOpened weight chunks opened during the last inference
 * @param latency the last inference inside the trusted side: from the first record of input to the
 *     last of output, wiping included
 * @param opening how much of it went into opening weight chunks
 */
public record SessionStatus(
    MemoryKind memory,
    long budget,
    SecureLayout layout,
    long highWater,
    long inferences,
    long bytesOpened,
    long chunksOpened,
    Duration latency,
    Duration opening) {

  /** Secure memory that the model takes, in bytes: all parts together. */
  public long footprint() {
    return layout.footprint();
  }
}
