package dev.strongroom.compiler.plan;

import dev.strongroom.program.Program;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Gives every tensor an offset so that tensors alive together never overlap: greedily, in several
 * orders, each at the lowest offset that is free (Pisarchyk and Lee, arXiv 2001.03288, section 5);
 * the best result counts. All sizes and offsets are multiples of {@link Program#ALIGNMENT}.
 */
final class Placement {
  /**
   * What needs a place.
   *
   * @param bytes size
   * @param life first and last step, inclusive, of each interval in which it is alive, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Request(long bytes, int[] life) {
    boolean meets(Request other) {
      int i = 0;
      int j = 0;
      while (i < life.length && j < other.life.length) {
        if (life[i + 1] < other.life[j]) {
          i += 2;
        } else if (other.life[j + 1] < life[i]) {
          j += 2;
        } else {
          return true;
        }
      }
      return false;
    }

    int first() {
      return life[0];
    }

    int steps() {
      int steps = 0;
      for (int i = 0; i < life.length; i += 2) {
        steps += life[i + 1] - life[i] + 1;
      }
      return steps;
    }
  }

  /**
   * @param offsets one a request, in their order
   * @param peak one past the last byte that is used
   */
  record Result(List<Long> offsets, long peak) {}

  private static final List<Comparator<Request>> ORDERS =
      List.of(
          Comparator.comparingLong(Request::bytes).reversed(),
          Comparator.comparingInt(Request::steps).thenComparingLong(Request::bytes).reversed(),
          Comparator.<Request>comparingLong(r -> Math.multiplyExact(r.bytes(), r.steps()))
              .reversed(),
          Comparator.comparingInt(Request::first));

  private Placement() {}

  static Result place(List<Request> requests) {
    Result best = new Result(List.of(), Long.MAX_VALUE);
    for (Comparator<Request> order : ORDERS) {
      Result result = placeIn(order, requests);
      if (result.peak() < best.peak()) {
        best = result;
      }
    }
    return best;
  }

  /**
   * The step at which the most is alive.
   *
   * @param bytes how much: no placement can do with less
   */
  record Bound(int step, long bytes) {}

  /** The first step of {@code steps} at which the most bytes are alive. */
  static Bound lowerBound(List<Request> requests, int steps) {
    long[] change = new long[steps + 1];
    for (Request request : requests) {
      for (int i = 0; i < request.life().length; i += 2) {
        change[request.life()[i]] += Program.align(request.bytes());
        change[request.life()[i + 1] + 1] -= Program.align(request.bytes());
      }
    }
    Bound most = new Bound(0, 0);
    long live = 0;
    for (int step = 0; step < steps; step++) {
      live += change[step];
      if (live > most.bytes()) {
        most = new Bound(step, live);
      }
    }
    return most;
  }

  private static Result placeIn(Comparator<Request> order, List<Request> requests) {
    Request[] sequence = requests.toArray(Request[]::new);
    Integer[] indices = new Integer[sequence.length];
    Arrays.setAll(indices, i -> i);
    Arrays.sort(indices, (a, b) -> order.compare(requests.get(a), requests.get(b)));
    // What is placed already, by ascending offset: the gaps between those alive together are free.
    int[] placed = new int[sequence.length];
    long[] offsets = new long[sequence.length];
    long peak = 0;
    for (int n = 0; n < indices.length; n++) {
      Request request = sequence[indices[n]];
      long at = 0;
      for (int i = 0; i < n; i++) {
        Request other = sequence[placed[i]];
        if (other.meets(request)) {
          if (offsets[placed[i]] - at >= request.bytes()) {
            break;
          }
          at = Math.max(at, Program.align(offsets[placed[i]] + other.bytes()));
        }
      }
      int position = n;
      while (position > 0 && offsets[placed[position - 1]] > at) {
        placed[position] = placed[position - 1];
        position--;
      }
      placed[position] = indices[n];
      offsets[indices[n]] = at;
      peak = Math.max(peak, at + request.bytes());
    }
    return new Result(Arrays.stream(offsets).boxed().toList(), peak);
  }
}
