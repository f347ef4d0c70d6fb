package dev.strongroom.compiler;

import java.util.List;

/**
 * What a compiled model costs, exactly. All sizes are in bytes.
 *
 * @param footprint everything secure: arena + window + resident + program + staging
 * @param arena activations and scratch
 * @param window where streamed weights are opened
 * @param resident weights that stay
 * @param program the encoded Program itself
 * @param staging where ciphertext is copied before it is opened
 * @param lowerBound the least footprint that any placement could reach for this order of steps and
 *     these resident weights
 * @param gap footprint - lowerBound
 * @param bindingStep the step at which the most activations are alive
 * @param macs multiply-accumulates of one inference
 * @param extraMacs how many more than if every layer ran once and whole: above 0 where something is
 *     computed twice to save memory, below 0 where pieces leave out rows that nothing reads
 * @param steps number of steps
 * @param chunks number of weight chunks
 * @param bytesOpened weights opened during each inference
 * @param switches world switches of one inference: chunks are read from shared memory without one
 * @param smallestBudget the least secure memory with which this model compiles
 * @param rewrites how often each rewriting rule was applied, as {@code label ×n}
 */
public record Certificate(
    long footprint,
    long arena,
    long window,
    long resident,
    long program,
    long staging,
    long lowerBound,
    long gap,
    String bindingStep,
    long macs,
    long extraMacs,
    int steps,
    int chunks,
    long bytesOpened,
    int switches,
    long smallestBudget,
    List<String> rewrites) {

  public Certificate {
    rewrites = List.copyOf(rewrites);
  }
}
