package dev.strongroom.compiler.place;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Instances made of a seed. */
final class RandomRequests {
  private RandomRequests() {}

  /**
   * Requests with lifetimes of one to three intervals.
   *
   * @param steps within which they live
   * @param mostBytes the size of the largest, times {@code granule}
   */
  static List<Request> of(
      SplittableRandom random, int count, int steps, int mostBytes, int granule) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Lifetime life = interval(random, steps);
      for (int more = random.nextInt(3); more > 0 && random.nextBoolean(); more--) {
        Lifetime other = interval(random, steps);
        life = life.and(other.first(), other.last());
      }
      requests.add(new Request((long) granule * random.nextInt(1, mostBytes + 1), life));
    }
    return requests;
  }

  private static Lifetime interval(SplittableRandom random, int steps) {
    int first = random.nextInt(steps);
    return Lifetime.of(first, Math.min(steps - 1, first + random.nextInt(1 + steps / 3)));
  }

  /**
   * Requests that tile a rectangle of {@code steps} by {@code bytes} without a gap, so that the
   * smallest peak is {@code bytes} and every step is full: the rectangle is cut in two, across time
   * or across memory, until {@code count} pieces are there.
   */
  static List<Request> tiling(SplittableRandom random, int count, int steps, int bytes) {
    List<int[]> pieces = new ArrayList<>(List.of(new int[] {0, steps, bytes}));
    while (pieces.size() < count) {
      int index = random.nextInt(pieces.size());
      int[] piece = pieces.get(index);
      if (piece[1] - piece[0] > 1 && random.nextBoolean()) {
        int cut = random.nextInt(piece[0] + 1, piece[1]);
        pieces.set(index, new int[] {piece[0], cut, piece[2]});
        pieces.add(new int[] {cut, piece[1], piece[2]});
      } else if (piece[2] > 1) {
        int below = random.nextInt(1, piece[2]);
        pieces.set(index, new int[] {piece[0], piece[1], below});
        pieces.add(new int[] {piece[0], piece[1], piece[2] - below});
      }
    }
    List<Request> requests = new ArrayList<>();
    for (int[] piece : pieces) {
      requests.add(new Request(piece[2], Lifetime.of(piece[0], piece[1] - 1)));
    }
    // In the order of their making, neighbours would come one after another.
    for (int i = requests.size() - 1; i > 0; i--) {
      requests.set(i, requests.set(random.nextInt(i + 1), requests.get(i)));
    }
    return requests;
  }
}
