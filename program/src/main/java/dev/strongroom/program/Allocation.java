package dev.strongroom.program;

/**
 * A range of {@link Space#ARENA} or {@link Space#WINDOW} that holds one tensor (or one run of
 * opened chunks) from the step that first writes it to the step that last reads it, both inclusive.
 * Two allocations whose lives overlap never share a byte; the verifier proves it. An input lives
 * from step 0 on, an output until the last step.
 *
 * @param offset in bytes from the start of the space
 * @param bytes size, at least 1
 * @param firstStep index of the first step at which it is live
 * @param lastStep index of the last step at which it is live
 */
public record Allocation(Space space, long offset, long bytes, int firstStep, int lastStep) {
  /** One past the last byte. */
  public long end() {
    return offset + bytes;
  }

  /** Whether both are live at some step. */
  public boolean meets(Allocation other) {
    return space == other.space && firstStep <= other.lastStep && other.firstStep <= lastStep;
  }

  /** Whether both hold some byte of one space. */
  public boolean overlaps(Allocation other) {
    return space == other.space && offset < other.end() && other.offset < end();
  }
}
