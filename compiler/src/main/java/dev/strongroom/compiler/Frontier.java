package dev.strongroom.compiler;

import dev.strongroom.compiler.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Memory against multiply-accumulates: those plans for which no other needs less of both. */
final class Frontier {
  private final List<FrontierPoint> possible = new ArrayList<>();

  void add(Variant variant) {
    possible.add(new FrontierPoint(variant.leastFootprint(), variant.macs(), false));
  }

  void add(Plan plan) {
    possible.add(point(plan, false));
  }

  /** From the fewest multiply-accumulates to the least memory, then {@code chosen}. */
  List<FrontierPoint> with(Plan chosen) {
    List<FrontierPoint> points = new ArrayList<>();
    FrontierPoint last = point(chosen, true);
    long least = Long.MAX_VALUE;
    possible.sort(
        Comparator.comparingLong(FrontierPoint::macs).thenComparing(FrontierPoint::footprint));
    for (FrontierPoint p : possible) {
      if (p.footprint() < least) {
        least = p.footprint();
        if (p.macs() != last.macs() || p.footprint() != last.footprint()) {
          points.add(p);
        }
      }
    }
    points.add(last);
    return points;
  }

  private static FrontierPoint point(Plan plan, boolean chosen) {
    return new FrontierPoint(plan.footprint(), plan.macs(), chosen);
  }
}
