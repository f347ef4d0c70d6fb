package dev.strongroom.compiler.place;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What every placement has to keep. */
final class Valid {
  private Valid() {}

  static void check(String name, List<Request> requests, Placement.Result result) {
    assertThat(result.offsets()).as(name).hasSameSizeAs(requests);
    long granule = requests.stream().mapToLong(Request::bytes).reduce(0, Valid::gcd);
    long end = 0;
    for (int i = 0; i < requests.size(); i++) {
      long at = result.offsets().get(i);
      assertThat(at).as("%s, offset of %d", name, i).isNotNegative();
      assertThat(at % granule).as("%s, offset %d of %d by %d", name, at, i, granule).isZero();
      end = Math.max(end, at + requests.get(i).bytes());
      for (int j = 0; j < i; j++) {
        long other = result.offsets().get(j);
        boolean apart =
            at + requests.get(i).bytes() <= other || other + requests.get(j).bytes() <= at;
        assertThat(apart || !requests.get(i).meets(requests.get(j)))
            .as("%s: %d at %d and %d at %d are alive together", name, i, at, j, other)
            .isTrue();
      }
    }
    long bound = Placement.lowerBound(requests).bytes();
    assertThat(result.peak()).as(name).isEqualTo(end).isGreaterThanOrEqualTo(bound);
    assertThat(result.lowerBound()).as(name).isEqualTo(bound);
    if (result.peak() == bound) {
      assertThat(result.optimal()).as(name).isTrue();
    }
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
