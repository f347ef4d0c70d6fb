package dev.strongroom.seal;

import java.util.List;
import java.util.Optional;

/**
 * What was found when a sealed model was verified.
 *
 * @param header what it says about itself, if it could be read; no more than a claim unless {@link
 *     #ok}
 * @param faults what is wrong, each in one sentence; empty if nothing is
 */
public record SealReport(Optional<SealedModelHeader> header, List<String> faults) {
  public SealReport {
    faults = List.copyOf(faults);
    if (header.isEmpty() && faults.isEmpty()) {
      throw new IllegalArgumentException("a sealed model without a header has a fault");
    }
  }

  /** Whether the model is exactly as the vendor sealed it. */
  public boolean ok() {
    return faults.isEmpty();
  }
}
