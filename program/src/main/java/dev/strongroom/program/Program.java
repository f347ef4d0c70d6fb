package dev.strongroom.program;

import java.util.List;

/**
 * Exactly how a model is computed, byte for byte: what the compiler makes and both engines run.
 *
 * @param inputs at least one
 * @param outputs at least one
 * @param arenaBytes size of {@link Space#ARENA}
 * @param windowBytes size of {@link Space#WINDOW}; 0 if nothing streams
 * @param stagingBytes size of the buffer through which ciphertext is copied in before it is opened
 *     (weight chunks, records of input and output): {@link #TAG_BYTES} more than the longest
 *     plaintext that crosses at once
 * @param chunks plaintext lengths in bytes of the weight chunks, in the order of the weights; each
 *     a multiple of 64, at most {@code stagingBytes - TAG_BYTES}
 * @param residentChunks how many of them, from the first on, are opened one after another into
 *     {@link Space#RESIDENT} when the model is loaded; the others stream
 * @param weightsDigest SHA-256 over the packed weights (all chunks' plaintext, one after another)
 * @param allocations who lives where and when in ARENA and WINDOW
 * @param steps in the order of execution
 */
public record Program(
    List<Port> inputs,
    List<Port> outputs,
    long arenaBytes,
    long windowBytes,
    int stagingBytes,
    List<Integer> chunks,
    int residentChunks,
    Digest weightsDigest,
    List<Allocation> allocations,
    List<Step> steps) {

  /** A Program has no more chunks; neither has a sealed model. */
  public static final int MAX_CHUNKS = 1 << 16;

  /** What AES-256-GCM adds to a plaintext. */
  public static final int TAG_BYTES = 16;

  /** A Program has no more steps, loops written out. */
  public static final int MAX_STEPS = 1 << 15;

  /** A Program has no more allocations. */
  public static final int MAX_ALLOCATIONS = 1 << 16;

  /** Every region of secure memory, and every tensor in it, starts at a multiple of this. */
  public static final int ALIGNMENT = 64;

  public Program {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    chunks = List.copyOf(chunks);
    allocations = List.copyOf(allocations);
    steps = List.copyOf(steps);
  }

  /** Size of {@link Space#INPUT}: of the input that crosses piece by piece; 0 if none does. */
  public long streamedInputBytes() {
    return inputs.stream()
        .map(Port::view)
        .filter(view -> view.space() == Space.INPUT)
        .mapToLong(View::extent)
        .sum();
  }

  /** Size of {@link Space#RESIDENT}. */
  public long residentBytes() {
    return chunks.subList(0, residentChunks).stream().mapToLong(Integer::longValue).sum();
  }

  /** Size of all packed weights. */
  public long weightsBytes() {
    return chunks.stream().mapToLong(Integer::longValue).sum();
  }

  /** {@code bytes} rounded up to {@link #ALIGNMENT}. */
  public static long align(long bytes) {
    return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
  }
}
