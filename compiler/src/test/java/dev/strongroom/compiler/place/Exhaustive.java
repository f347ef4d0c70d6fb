package dev.strongroom.compiler.place;

import java.util.List;

/**
 * The smallest peak there is, by trying every order and putting each request on top of those before
 * it that it meets. Some order reaches the optimum: take an optimal placement, let everything sink
 * as far as it goes, and place by ascending offset.
 */
final class Exhaustive {
  private final List<Request> requests;
  private final long[] offsets;
  private final boolean[] placed;
  private long best = Long.MAX_VALUE;

  private Exhaustive(List<Request> requests) {
    this.requests = requests;
    offsets = new long[requests.size()];
    placed = new boolean[requests.size()];
  }

  static long smallestPeak(List<Request> requests) {
    Exhaustive search = new Exhaustive(requests);
    search.extend(0, 0);
    return search.best;
  }

  private void extend(int count, long peak) {
    if (peak >= best) {
      return;
    }
    if (count == placed.length) {
      best = peak;
      return;
    }
    for (int i = 0; i < placed.length; i++) {
      if (!placed[i]) {
        long at = 0;
        for (int k = 0; k < placed.length; k++) {
          if (placed[k] && requests.get(k).meets(requests.get(i))) {
            at = Math.max(at, offsets[k] + requests.get(k).bytes());
          }
        }
        placed[i] = true;
        offsets[i] = at;
        extend(count + 1, Math.max(peak, at + requests.get(i).bytes()));
        placed[i] = false;
      }
    }
  }
}
