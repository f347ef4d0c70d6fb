package dev.strongroom.compiler.place;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Requests of an instance tied into fewer: twins, which are in the same sections, lie on each other
 * as one. A placement of the bundles is one of the requests; that the bundles do not fit says
 * nothing. Networks have many twins, and trying all their orders is what a search loses itself in.
 */
final class Bundles {
  /** The bundles, one request each. */
  final List<Request> requests = new ArrayList<>();

  /** The same as the searches see them. */
  final Instance instance;

  private final Instance members;

  /** For each bundle, who is in it. */
  private final List<int[]> bundles = new ArrayList<>();

  /**
   * Ties twins as long as a bundle has no more than {@code most} units of {@code all}.
   *
   * @param requests those that {@code all} was made of
   */
  Bundles(List<Request> requests, Instance all, long most) {
    members = all;
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < all.count; i++) {
      int first = all.twins[i].length == 0 ? i : Math.min(i, all.twins[i][0]);
      groups.computeIfAbsent(first, k -> new ArrayList<>()).add(i);
    }
    for (List<Integer> group : groups.values()) {
      int[] bySize =
          group.stream()
              .sorted(Comparator.comparingLong(i -> all.sizes[i]))
              .mapToInt(i -> i)
              .toArray();
      int from = 0;
      long size = all.sizes[bySize[0]];
      for (int i = 1; i <= bySize.length; i++) {
        if (i == bySize.length || size + all.sizes[bySize[i]] > most) {
          tie(requests, Arrays.copyOfRange(bySize, from, i));
          from = i;
          size = 0;
        }
        size += i < bySize.length ? all.sizes[bySize[i]] : 0;
      }
    }
    instance = Instance.of(this.requests);
  }

  private void tie(List<Request> all, int[] bundle) {
    long bytes = Arrays.stream(bundle).mapToLong(i -> all.get(i).bytes()).sum();
    requests.add(new Request(bytes, all.get(bundle[0]).lifetime()));
    bundles.add(bundle);
  }

  /** Units of {@link #instance} that fit into as many of what the bundles were made of. */
  long units(long memberUnits) {
    return memberUnits * members.unit / instance.unit;
  }

  /** Where the members lie, in their units, if the bundles lie at {@code bundleOffsets}. */
  long[] untie(long[] bundleOffsets) {
    long[] offsets = new long[members.count];
    IntStream.range(0, bundleOffsets.length)
        .forEach(
            b -> {
              long next = bundleOffsets[b] * (instance.unit / members.unit);
              for (int i : bundles.get(b)) {
                offsets[i] = next;
                next += members.sizes[i];
              }
            });
    return offsets;
  }
}
