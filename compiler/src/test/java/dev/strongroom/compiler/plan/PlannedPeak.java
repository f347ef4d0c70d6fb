package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.place.Effort;

/** What the planner finds alive at most once steps have overwritten what dies. */
public final class PlannedPeak {
  private PlannedPeak() {}

  public static long of(Lowered lowered) {
    return Planner.plan(Sharing.overwrite(lowered), weights -> true, Effort.QUICK)
        .arenaLowerBound();
  }
}
