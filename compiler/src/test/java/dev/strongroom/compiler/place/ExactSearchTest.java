package dev.strongroom.compiler.place;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExactSearchTest {
  /** Neither annealing nor the order of a greedy placement helps: the exact search has to. */
  private static final Effort EXACT = new Effort(0, 0, 100_000, Effort.QUICK.time());

  @Test
  void thePeakIsTheSmallestThatTryingEveryOrderFinds() {
    int searched = 0;
    int aboveTheBound = 0;
    for (long seed = 0; seed < 1_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int count = random.nextInt(2, 10);
      List<Request> requests =
          RandomRequests.of(random, count, random.nextInt(2, 3 * count), 1 + (int) seed % 12, 1);
      Placement.Result result = Placement.place(requests, EXACT);
      String name = "seed %d, %s".formatted(seed, requests);
      Valid.check(name, requests, result);
      assertThat(result.peak()).as(name).isEqualTo(Exhaustive.smallestPeak(requests));
      assertThat(result.optimal()).as(name).isTrue();
      searched += result.nodes() > 0 ? 1 : 0;
      aboveTheBound += result.peak() > result.lowerBound() ? 1 : 0;
    }
    assertThat(searched).as("instances that greedy orders did not settle").isGreaterThan(50);
    assertThat(aboveTheBound).as("instances whose optimum lies above the bound").isGreaterThan(5);
  }

  @Test
  void theSmallestPeakIsFoundFromAnyOtherPlacement() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Request> requests = RandomRequests.of(random, random.nextInt(2, 9), 12, 9, 1);
      Instance instance = Instance.of(requests);
      Best best = new Best();
      long[] stacked = new long[instance.count];
      for (int i = 1; i < stacked.length; i++) {
        stacked[i] = stacked[i - 1] + instance.sizes[i - 1];
      }
      best.offer(stacked, stacked[stacked.length - 1] + instance.sizes[stacked.length - 1]);
      ExactSearch search = new ExactSearch(instance, requests, best, () -> false);
      assertThat(search.improve(instance.lowerBound(), 100_000)).as("seed %d", seed).isTrue();
      assertThat(best.peak() * instance.unit)
          .as("seed %d, %s", seed, requests)
          .isEqualTo(Exhaustive.smallestPeak(requests));
    }
  }

  @Test
  void tilingsWithoutAGapAreFoundAgain() {
    for (long seed = 0; seed < 20; seed++) {
      List<Request> requests =
          RandomRequests.tiling(new SplittableRandom(seed), 60, 1_000_000, 1_000_000);
      Placement.Result result = Placement.place(requests, EXACT);
      Valid.check("seed " + seed, requests, result);
      assertThat(result.peak()).as("seed %d", seed).isEqualTo(1_000_000);
    }
  }

  @Test
  void theSearchGoesAsDeepAsThereAreRequests() {
    List<Request> requests =
        RandomRequests.tiling(new SplittableRandom(7), 1_000, 1_000_000, 1_000_000);
    Placement.Result result =
        Placement.place(requests, new Effort(0, 0, 20_000, Effort.QUICK.time()));
    Valid.check("tiling", requests, result);
    assertThat(result.nodes()).isGreaterThan(999);
  }

  @Test
  void twinsAreTiedWithoutAGapBetweenThem() {
    SplittableRandom random = new SplittableRandom(11);
    List<Request> requests = RandomRequests.of(random, 200, 6, 50, 3);
    Instance instance = Instance.of(requests);
    Bundles bundles = new Bundles(requests, instance, 80);
    assertThat(bundles.requests).hasSizeLessThan(150);
    FirstFit firstFit = new FirstFit(bundles.instance);
    long peak = firstFit.place(GreedyOrders.of(bundles.instance, bundles.requests).getFirst());
    List<Long> offsets =
        Arrays.stream(bundles.untie(firstFit.offsets)).mapToObj(o -> o * instance.unit).toList();
    long bound = instance.lowerBound() * instance.unit;
    long bytes = peak * bundles.instance.unit;
    Valid.check(
        "bundles", requests, new Placement.Result(offsets, bytes, bound, bytes == bound, 0));
  }

  @Test
  void withoutNodesItClaimsNothing() {
    List<Request> requests = RandomRequests.tiling(new SplittableRandom(1), 80, 100, 1_000);
    Placement.Result result = Placement.place(requests, Effort.QUICK);
    assertThat(result.peak()).isGreaterThan(1_000);
    assertThat(result.optimal()).isFalse();
  }
}
