package dev.strongroom.compiler.place;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The orders in which {@link FirstFit} is tried first; none is always best. */
final class GreedyOrders {
  private GreedyOrders() {}

  /** By size, by lifetime, by area (bytes times steps), by conflicts, and by first use. */
  static List<int[]> of(Instance instance, List<Request> requests) {
    Comparator<Integer> size = Comparator.comparingLong(i -> -instance.sizes[i]);
    Comparator<Integer> lifetime = Comparator.comparingLong(i -> -steps(requests, i));
    Comparator<Integer> area =
        Comparator.comparingDouble(i -> -(double) instance.sizes[i] * steps(requests, i));
    Comparator<Integer> conflicts = Comparator.comparingDouble(i -> -weightedDegree(instance, i));
    Comparator<Integer> firstUse = Comparator.comparingInt(i -> requests.get(i).lifetime().first());
    return List.of(
        sorted(instance.count, size.thenComparing(lifetime)),
        sorted(instance.count, lifetime.thenComparing(size)),
        sorted(instance.count, area.thenComparing(size)),
        sorted(instance.count, conflicts.thenComparing(size)),
        sorted(instance.count, firstUse.thenComparing(size)));
  }

  private static long steps(List<Request> requests, int i) {
    return requests.get(i).lifetime().steps();
  }

  /** Its own size times what it is in the way of. */
  private static double weightedDegree(Instance instance, int i) {
    double degree = instance.sizes[i];
    for (int c : instance.conflicts[i]) {
      degree += instance.sizes[c];
    }
    return degree * instance.sizes[i];
  }

  private static int[] sorted(int count, Comparator<Integer> order) {
    return IntStream.range(0, count).boxed().sorted(order).mapToInt(i -> i).toArray();
  }
}
