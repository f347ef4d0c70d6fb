package dev.strongroom.compiler.place;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Requests as the searches see them. Sizes are in units of their greatest common divisor: every
 * offset worth trying is a sum of sizes, so nothing is lost and bounds become sharper.
 *
 * <p>A <em>section</em> is a moment at which the set of live requests is largest among its
 * neighbours in time. Two requests conflict exactly if they share a section; moments with the same
 * live set, which loops have, are one section.
 */
final class Instance {
  final int count;

  /** Bytes of one unit. */
  final long unit;

  /** In units. */
  final long[] sizes;

  /** For each section, who is alive: bit {@code i % 64} of word {@code i / 64}. */
  final long[][] members;

  /** For each request its sections, ascending. */
  final int[][] sections;

  /** For each request the others that it must not overlap, as bits. */
  final long[][] conflictBits;

  /** For each request the others that it must not overlap, ascending. */
  final int[][] conflicts;

  /** For each request the others that are in exactly its sections, ascending. */
  final int[][] twins;

  /** For each section the units that are alive. */
  final long[] loads;

  private Instance(List<Request> requests) {
    count = requests.size();
    unit = Math.max(1, requests.stream().mapToLong(Request::bytes).reduce(0, Instance::gcd));
    sizes = requests.stream().mapToLong(r -> r.bytes() / unit).toArray();
    List<LiveSet> live = liveSets(requests);
    members = live.stream().map(LiveSet::bits).toArray(long[][]::new);
    sections = new int[count][];
    conflictBits = new long[count][words(count)];
    conflicts = new int[count][];
    twins = new int[count][];
    loads = new long[members.length];
    int[][] sectionsOf = new int[count][4];
    int[] known = new int[count];
    for (int s = 0; s < members.length; s++) {
      for (int i : indices(members[s])) {
        if (known[i] == sectionsOf[i].length) {
          sectionsOf[i] = Arrays.copyOf(sectionsOf[i], 2 * known[i]);
        }
        sectionsOf[i][known[i]++] = s;
        loads[s] = Math.addExact(loads[s], sizes[i]);
        for (int w = 0; w < conflictBits[i].length; w++) {
          conflictBits[i][w] |= members[s][w];
        }
      }
    }
    for (int i = 0; i < count; i++) {
      sections[i] = Arrays.copyOf(sectionsOf[i], known[i]);
      conflictBits[i][i >> 6] &= ~(1L << i);
      conflicts[i] = indices(conflictBits[i]);
    }
    for (int i = 0; i < count; i++) {
      int[] own = sections[i];
      twins[i] = Arrays.stream(conflicts[i]).filter(c -> Arrays.equals(sections[c], own)).toArray();
    }
  }

  /**
   * Prepares {@code requests} for searching.
   *
   * @throws ArithmeticException if all together exceed 2^62 bytes
   */
  static Instance of(List<Request> requests) {
    long all = 0;
    for (Request request : requests) {
      all = Math.addExact(all, request.bytes());
    }
    Math.addExact(all, all);
    return new Instance(requests);
  }

  /** The most that is ever alive, in units: no placement can do with less. */
  long lowerBound() {
    return Arrays.stream(loads).max().orElse(0);
  }

  /** Whether two requests must not overlap. */
  boolean conflict(int a, int b) {
    return (conflictBits[a][b >> 6] >>> b & 1) != 0;
  }

  /** How many words of 64 bits hold {@code count} bits. */
  static int words(int count) {
    return (count + 63) >> 6;
  }

  /** Who is alive at one moment. */
  private record LiveSet(long[] bits) {
    @Override
    public boolean equals(Object other) {
      return other instanceof LiveSet that && Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bits);
    }
  }

  /** A request coming to life ({@code start}), or dying just before {@code step}. */
  private record Event(int step, boolean start, int request) {}

  /** The live sets between a birth and the next death, in the order of their first moments. */
  private static List<LiveSet> liveSets(List<Request> requests) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Lifetime life = requests.get(i).lifetime();
      for (int k = 0; k < life.intervals(); k++) {
        events.add(new Event(life.first(k), true, i));
        events.add(new Event(life.last(k) + 1, false, i));
      }
    }
    // Deaths come before the births of the same step: what is not alive together may share.
    events.sort(
        (a, b) ->
            a.step() != b.step()
                ? Integer.compare(a.step(), b.step())
                : Boolean.compare(a.start(), b.start()));
    Set<LiveSet> sets = new LinkedHashSet<>();
    long[] alive = new long[words(requests.size())];
    boolean grown = false;
    for (Event event : events) {
      if (event.start()) {
        alive[event.request() >> 6] |= 1L << event.request();
        grown = true;
      } else {
        if (grown) {
          sets.add(new LiveSet(alive.clone()));
          grown = false;
        }
        alive[event.request() >> 6] &= ~(1L << event.request());
      }
    }
    return List.copyOf(sets);
  }

  private static int[] indices(long[] bits) {
    int length = 0;
    for (long word : bits) {
      length += Long.bitCount(word);
    }
    int[] indices = new int[length];
    int next = 0;
    for (int w = 0; w < bits.length; w++) {
      for (long rest = bits[w]; rest != 0; rest &= rest - 1) {
        indices[next++] = w << 6 | Long.numberOfTrailingZeros(rest);
      }
    }
    return indices;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
