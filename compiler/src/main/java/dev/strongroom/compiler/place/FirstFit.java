package dev.strongroom.compiler.place;

/**
 * Gives requests, one after another in some order, the lowest offset at which each fits between
 * those placed before it (Pisarchyk and Lee, arXiv 2001.03288, section 5).
 */
final class FirstFit {
  private final Instance instance;

  /** Where each request lies after {@link #place}, in units. */
  final long[] offsets;

  /** Who is placed already, by ascending offset. */
  private final int[] placed;

  FirstFit(Instance instance) {
    this.instance = instance;
    offsets = new long[instance.count];
    placed = new int[instance.count];
  }

  /** Places all requests in {@code order} and returns one past the last unit that is used. */
  long place(int[] order) {
    long peak = 0;
    for (int n = 0; n < order.length; n++) {
      int request = order[n];
      long size = instance.sizes[request];
      long[] conflicts = instance.conflictBits[request];
      long at = 0;
      for (int i = 0; i < n; i++) {
        int other = placed[i];
        if ((conflicts[other >> 6] >>> other & 1) != 0) {
          if (offsets[other] - at >= size) {
            break;
          }
          at = Math.max(at, offsets[other] + instance.sizes[other]);
        }
      }
      int position = n;
      while (position > 0 && offsets[placed[position - 1]] > at) {
        placed[position] = placed[position - 1];
        position--;
      }
      placed[position] = request;
      offsets[request] = at;
      peak = Math.max(peak, at + size);
    }
    return peak;
  }
}
