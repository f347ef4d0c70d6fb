package dev.strongroom.engine;

import dev.strongroom.program.Allocation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.View;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds what of ARENA holds nothing while a step runs. Whatever lies in no allocation that is live
 * at a step may be written by it: nobody reads it before it is allocated, and then written, again.
 * So a step can have more scratch than its Program gives it, in the memory that the Program has
 * anyway.
 */
final class FreeMemory {
  /** Looking at all allocations for each step shall not become what loading a model takes. */
  private static final long MOST_WORK = 1L << 28;

  private final List<Allocation> allocations;
  private final long arenaBytes;

  FreeMemory(Program program) {
    long work = (long) program.allocations().size() * program.steps().size();
    this.allocations =
        program.allocations().stream()
            .filter(a -> a.space() == Space.ARENA)
            .sorted(Comparator.comparingLong(Allocation::offset))
            .toList();
    this.arenaBytes = work > MOST_WORK ? 0 : program.arenaBytes();
  }

  /**
   * The first range that is free at step {@code step} and has {@code floats} floats, else the
   * longest; aligned, dense, F32, of rank 1. Nothing if all is in use.
   */
  Optional<View> at(int step, int floats) {
    long wanted = (long) floats * Float.BYTES;
    long best = 0;
    long bestFrom = 0;
    long from = 0;
    for (Allocation a : allocations) {
      if (best >= wanted || arenaBytes == 0) {
        break;
      }
      if (a.firstStep() <= step && step <= a.lastStep()) {
        if (a.offset() - from > best) {
          best = a.offset() - from;
          bestFrom = from;
        }
        from = Math.max(from, Program.align(a.end()));
      }
    }
    if (best < wanted && arenaBytes - from > best) {
      best = arenaBytes - from;
      bestFrom = from;
    }
    int length = Math.toIntExact(Math.min(best, wanted) / Float.BYTES);
    return length == 0
        ? Optional.empty()
        : Optional.of(View.dense(Space.ARENA, ElementType.F32, bestFrom, length));
  }
}
