package dev.strongroom.compiler.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.compiler.order.OrderProblem.Buffer;
import dev.strongroom.compiler.order.OrderProblem.Step;
import dev.strongroom.compiler.order.OrderProblem.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderSearchTest {
  private static final int PROBLEMS = 1000;

  @Test
  void aThousandProblemsOfUpToTwelveStepsGetTheBestOfAllTheirOrders() {
    int improved = 0;
    int withChoice = 0;
    long mostOrders = 0;
    for (long seed = 0; seed < PROBLEMS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      OrderProblem problem =
          RandomProblems.ofSeed(seed, random.nextInt(2, 13), random.nextInt(2, 14));
      OrderOracle.Optimum optimum = OrderOracle.of(problem);
      withChoice += optimum.orders() > 1 ? 1 : 0;
      mostOrders = Math.max(mostOrders, optimum.orders());
      OrderSearch.Result result = OrderSearch.search(problem);
      assertThat(result.peak()).as("peak, seed %d", seed).isEqualTo(optimum.peak());
      assertThat(result.optimal()).as("proven optimal, seed %d", seed).isTrue();
      assertThat(problem.isValid(result.order())).as("validity, seed %d", seed).isTrue();
      assertThat(OrderOracle.peak(problem, result.order()))
          .as("peak counted by intervals, seed %d", seed)
          .isEqualTo(result.peak());
      improved += result.peak() < problem.peak(problem.givenOrder()) ? 1 : 0;
    }
    assertThat(withChoice).as("problems with a choice").isGreaterThan(PROBLEMS * 3 / 4);
    assertThat(improved).as("problems where the choice matters").isGreaterThan(PROBLEMS / 4);
    assertThat(mostOrders).as("orders of one problem").isGreaterThan(100_000);
  }

  @ParameterizedTest(name = "{0} steps")
  @ValueSource(ints = {40, 100, 300})
  void largeProblemsGetAValidOrderThatIsNeverWorseThanTheGiven(int steps) {
    for (long seed = 0; seed < 4; seed++) {
      for (int window : new int[] {4, 12, steps}) {
        OrderProblem problem = RandomProblems.ofSeed(seed, steps, window);
        OrderSearch.Result result = OrderSearch.search(problem);
        String what = "seed %d, %d steps, window %d".formatted(seed, steps, window);
        assertThat(problem.isValid(result.order())).as("validity, " + what).isTrue();
        assertThat(result.peak())
            .as("peak, " + what)
            .isEqualTo(OrderOracle.peak(problem, result.order()))
            .isLessThanOrEqualTo(OrderOracle.peak(problem, problem.givenOrder()));
      }
    }
  }

  @Test
  void theSameProblemGetsTheSameOrderEachTime() {
    for (long seed = 0; seed < 5; seed++) {
      OrderSearch.Result first = OrderSearch.search(RandomProblems.ofSeed(seed, 150, 20));
      OrderSearch.Result second = OrderSearch.search(RandomProblems.ofSeed(seed, 150, 20));
      assertThat(second).as("seed %d", seed).isEqualTo(first);
    }
  }

  @Test
  void theGivenOrderStaysWhereNoOtherIsBetter() {
    // Two branches of equal size: either may go first.
    OrderProblem problem =
        new Sketch().input(4).step(2, 0).step(2, 0).join(4, true, 1, 2).problem();
    OrderSearch.Result result = OrderSearch.search(problem);
    assertThat(result.order()).isEqualTo(List.of(0, 1, 2));
    assertThat(result.optimal()).isTrue();
  }

  /** Each branch grows and shrinks; the model lists all first halves, then all second halves. */
  @Test
  void branchesGivenBreadthFirstRunOneAfterAnother() {
    Sketch sketch = new Sketch().input(4);
    int branches = 6;
    for (int i = 0; i < branches; i++) {
      sketch.step(64, 0);
    }
    int[] ends = new int[branches];
    for (int i = 0; i < branches; i++) {
      ends[i] = branches + 1 + i;
      sketch.step(1, 1 + i);
    }
    OrderProblem problem = sketch.join(6, true, ends).problem();
    assertThat(problem.peak(problem.givenOrder())).isEqualTo(64L * (4 + 6 * 64));
    OrderSearch.Result result = OrderSearch.search(problem);
    // In the last branch: its grown and its shrunk value, five shrunk ones; the input is dead.
    assertThat(result.peak()).isEqualTo(64L * (4 + 64 + 5));
    assertThat(result.optimal()).isTrue();
  }

  /** A small-world graph as in Xie et al., arXiv 1904.01569: 32 nodes, 4 neighbours, rewired. */
  @Test
  void randomlyWiredNetworksNeedMarkedlyLess() {
    double given = 0;
    double found = 0;
    for (long seed = 0; seed < 10; seed++) {
      OrderProblem problem = randomlyWired(seed, 32, 4, 0.75);
      OrderSearch.Result result = OrderSearch.search(problem);
      given += problem.peak(problem.givenOrder());
      found += result.peak();
    }
    assertThat(found / given).as("sum of the peaks found, of the given").isLessThan(0.8);
  }

  /**
   * Watts and Strogatz's graph: a ring, its edges rewired with some probability, each directed from
   * the lower number to the higher. A node sums its inputs (in place where it can) and convolves.
   */
  private static OrderProblem randomlyWired(long seed, int nodes, int neighbours, double rewired) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[][] edge = new boolean[nodes][nodes];
    for (int i = 0; i < nodes; i++) {
      for (int k = 1; k <= neighbours / 2; k++) {
        int j = random.nextDouble() < rewired ? random.nextInt(nodes) : (i + k) % nodes;
        edge[Math.min(i, j)][Math.max(i, j)] = true;
      }
    }
    Sketch sketch = new Sketch().input(8);
    int[] result = new int[nodes];
    boolean[] used = new boolean[nodes];
    for (int i = 0; i < nodes; i++) {
      int sum = -1;
      for (int j = 0; j < i; j++) {
        if (edge[j][i]) {
          used[j] = true;
          sum = sum < 0 ? result[j] : sketch.elementwise(8, sum, result[j]).last();
        }
      }
      result[i] = sketch.step(8, sum < 0 ? 0 : sum).last();
    }
    int mean = -1;
    for (int i = 0; i < nodes; i++) {
      if (!used[i]) {
        mean = mean < 0 ? result[i] : sketch.elementwise(8, mean, result[i]).last();
      }
    }
    return sketch.join(1, true, mean).problem();
  }

  @Test
  @Timeout(120)
  void aHundredParallelBranchesEndInABoundedSearch() {
    Sketch sketch = new Sketch().input(16);
    SplittableRandom random = new SplittableRandom(3);
    int branches = 100;
    int length = 4;
    int[] ends = new int[branches];
    for (int step = 0; step < length; step++) {
      for (int i = 0; i < branches; i++) {
        ends[i] =
            sketch
                .step(random.nextInt(1, step == length - 1 ? 4 : 40), step == 0 ? 0 : ends[i])
                .last();
      }
    }
    OrderProblem problem = sketch.join(64, true, ends).problem();
    OrderSearch.Result result = OrderSearch.search(problem);
    assertThat(problem.isValid(result.order())).isTrue();
    // Breadth first, a hundred values of about 20 units are alive; one by one, the small ends are.
    assertThat(result.peak() * 3).isLessThan(problem.peak(problem.givenOrder()));
  }

  @Test
  void aResultTakesOverAnOperandOnlyWhereNothingNeedsItAfterwards() {
    // The element-wise step comes first as given; second, it costs nothing.
    OrderProblem problem =
        new Sketch().input(1).step(8, 0).elementwise(8, 1).step(2, 1).join(1, true, 2, 3).problem();
    assertThat(problem.peak(List.of(0, 1, 2, 3))).isEqualTo(64L * (8 + 8 + 2));
    assertThat(problem.peak(List.of(0, 2, 1, 3))).isEqualTo(64L * (8 + 2 + 1));
    assertThat(OrderSearch.search(problem).order()).isEqualTo(List.of(0, 2, 1, 3));
  }

  @Test
  void partsOfOneBufferMayChangePlacesButItsReadersFollowThemAll() {
    List<Buffer> buffers =
        List.of(buffer(1, true), buffer(4, false), buffer(1, false), buffer(1, false));
    OrderProblem problem =
        OrderProblem.ofSteps(
            buffers,
            List.of(
                new Step(List.of(0), 1, List.of()),
                new Step(List.of(0), 1, List.of()),
                new Step(List.of(1), 2, List.of())));
    assertThat(problem.isValid(List.of(1, 0, 2))).isTrue();
    assertThat(problem.isValid(List.of(1, 2, 0))).isFalse();
  }

  @Test
  void whatIsWrittenAgainAfterItWasReadKeepsItsOrder() {
    List<Buffer> buffers = List.of(buffer(1, true), buffer(4, false), buffer(1, false));
    OrderProblem problem =
        OrderProblem.ofSteps(
            buffers,
            List.of(
                new Step(List.of(0), 1, List.of()),
                new Step(List.of(1), 2, List.of()),
                new Step(List.of(0), 1, List.of()),
                new Step(List.of(1), 2, List.of())));
    assertThat(problem.isValid(List.of(0, 1, 2, 3))).isTrue();
    assertThat(problem.isValid(List.of(2, 1, 0, 3))).as("writes exchanged").isFalse();
    assertThat(problem.isValid(List.of(0, 2, 1, 3))).as("overwritten before it is read").isFalse();
  }

  @Test
  void shuffledOrdersAreValidOnlyIfEveryTaskFollowsWhatItNeeds() {
    OrderProblem problem = RandomProblems.ofSeed(11, 10, 5);
    Random random = new Random(11);
    List<Integer> order = new ArrayList<>(problem.givenOrder());
    for (int i = 0; i < 200; i++) {
      Collections.shuffle(order, random);
      if (!problem.isValid(order)) {
        assertThatThrownBy(() -> problem.peak(order))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("not a valid order");
      } else {
        assertThat(problem.peak(order)).isEqualTo(OrderOracle.peak(problem, order));
      }
    }
  }

  @Test
  void problemsThatMakeNoSenseAreRefused() {
    List<Buffer> buffers = List.of(buffer(1, true), buffer(2, false), buffer(1, false));
    assertRefused(buffers, "reads buffer 1", new Step(List.of(1), 2, List.of()));
    assertRefused(buffers, "cannot write buffer 1 over 0", new Step(List.of(0), 1, List.of(0)));
    assertThatThrownBy(
            () ->
                new OrderProblem(
                    buffers,
                    List.of(new Task(List.of(new Step(List.of(0), 1, List.of())), Set.of(0)))))
        .hasMessageContaining("task 0 has to run after 0");
  }

  private static void assertRefused(List<Buffer> buffers, String message, Step step) {
    assertThatThrownBy(() -> OrderProblem.ofSteps(buffers, List.of(step)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void nothingToOrderIsNoProblem() {
    OrderSearch.Result result =
        OrderSearch.search(OrderProblem.ofSteps(List.of(buffer(1, true)), List.of()));
    assertThat(result).isEqualTo(new OrderSearch.Result(List.of(), 0, true));
  }

  private static Buffer buffer(int units, boolean input) {
    return new Buffer(64L * units, input, false);
  }

  /** Writes problems down: every step makes a buffer of so many units of 64 bytes. */
  private static final class Sketch {
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    Sketch input(int units) {
      buffers.add(buffer(units, true));
      return this;
    }

    Sketch step(int units, int read) {
      return join(units, false, read);
    }

    Sketch join(int units, boolean output, int... reads) {
      List<Integer> operands = java.util.stream.IntStream.of(reads).boxed().toList();
      steps.add(new Step(operands, buffers.size(), List.of()));
      buffers.add(new Buffer(64L * units, false, output));
      return this;
    }

    Sketch elementwise(int units, Integer... reads) {
      steps.add(new Step(List.of(reads), buffers.size(), List.of(reads)));
      buffers.add(buffer(units, false));
      return this;
    }

    int last() {
      return buffers.size() - 1;
    }

    OrderProblem problem() {
      return OrderProblem.ofSteps(buffers, steps);
    }
  }
}
