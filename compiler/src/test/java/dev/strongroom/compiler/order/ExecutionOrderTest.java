package dev.strongroom.compiler.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.Branches;
import dev.strongroom.compiler.GraphBuilder;
import dev.strongroom.compiler.RandomGraphs;
import dev.strongroom.compiler.Shuffled;
import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.plan.PlannedPeak;
import dev.strongroom.compiler.plan.Planner;
import dev.strongroom.compiler.plan.Residency;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutionOrderTest {
  private static final int NETWORKS = 120;

  /** Some network, rewritten, its nodes in a random order. */
  private static Graph network(long seed) {
    return Shuffled.nodesOf(Rewriter.rewrite(RandomGraphs.ofSeed(seed)).graph(), seed);
  }

  private static long footprint(Graph graph) throws UnsupportedModelException {
    Lowered shared = Planner.share(Lowering.lower(graph, 1 << 14));
    return Residency.of(shared).least().footprint();
  }

  /** The one of the candidates that needs the least. */
  private static Graph ordered(Graph given) throws UnsupportedModelException {
    Graph best = given;
    for (Graph candidate : ExecutionOrder.candidates(given)) {
      best = footprint(candidate) < footprint(best) ? candidate : best;
    }
    return best;
  }

  private static OrderProblem problem(Lowered lowered) {
    DraftTasks drafts = new DraftTasks(lowered);
    return OrderProblem.ofSteps(drafts.buffers(), drafts.steps());
  }

  @Test
  void theProblemsPeakIsThePlannersLowerBound() throws Exception {
    for (long seed = 0; seed < NETWORKS; seed++) {
      for (Lowered lowered : Planner.copyVariants(Lowering.lower(network(seed), Long.MAX_VALUE))) {
        OrderProblem problem = problem(lowered);
        assertThat(problem.peak(problem.givenOrder()))
            .as("peak, seed %d, %d drafts", seed, lowered.drafts().size())
            .isEqualTo(PlannedPeak.of(lowered));
      }
    }
  }

  @Test
  void permutedDraftsNeedWhatTheSearchPromised() throws Exception {
    int improved = 0;
    for (long seed = 0; seed < NETWORKS; seed++) {
      Lowered given = Lowering.lower(network(seed), Long.MAX_VALUE);
      Lowered ordered = ExecutionOrder.of(given);
      assertThat(ordered.drafts())
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(given.drafts());
      long promised = OrderSearch.search(problem(given)).peak();
      assertThat(PlannedPeak.of(ordered))
          .as("least alive, seed %d", seed)
          .isEqualTo(promised)
          .isLessThanOrEqualTo(PlannedPeak.of(given));
      improved += promised < PlannedPeak.of(given) ? 1 : 0;
    }
    assertThat(improved).as("networks that need less").isGreaterThan(5);
  }

  @Test
  void reorderedGraphsHaveTheSameNodesAndTheGivenOneIsTheLastResort() throws Exception {
    int improved = 0;
    for (long seed = 0; seed < NETWORKS; seed++) {
      Graph given = network(seed);
      List<Graph> candidates = ExecutionOrder.candidates(given);
      assertThat(candidates.getLast()).as("seed %d", seed).isSameAs(given);
      for (Graph candidate : candidates) {
        assertThat(candidate.nodes())
            .as("seed %d", seed)
            .containsExactlyInAnyOrderElementsOf(given.nodes());
      }
      improved += footprint(ordered(given)) < footprint(given) ? 1 : 0;
    }
    assertThat(improved).as("networks that need less").isGreaterThan(5);
  }

  @Test
  void theSameGraphGetsTheSameOrderEachTime() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      List<Node> first = ordered(network(seed)).nodes();
      List<Node> second = ordered(network(seed)).nodes();
      assertThat(second).as("seed %d", seed).isEqualTo(first);
    }
  }

  @Test
  void branchesListedBreadthFirstNeedAFractionOnceOrdered() throws Exception {
    Graph given = Branches.breadthFirst();
    Graph ordered = ordered(given);
    assertThat(footprint(ordered))
        .isEqualTo(footprint(Branches.depthFirst()))
        .isLessThan(footprint(given) / 2);
  }

  @Test
  void viewsAndFusedFunctionsComeRightBeforeWhoNeedsThem() throws Exception {
    GraphBuilder b = new GraphBuilder(5);
    String x = b.input("x", 1, 2, 8, 8);
    String[] wide = new String[3];
    String[] turned = new String[3];
    String[] sums = new String[3];
    for (int i = 0; i < 3; i++) {
      wide[i] = b.unary(Op.Unary.Function.RELU, b.pointwise(x, 32));
    }
    for (int i = 0; i < 3; i++) {
      turned[i] = b.node(new Op.Transpose(List.of(0, 1, 3, 2)), new int[] {1, 32, 8, 8}, wide[i]);
    }
    for (int i = 0; i < 3; i++) {
      Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true);
      sums[i] = b.node(mean, new int[] {1, 32, 1, 1}, turned[i]);
    }
    String sum = b.binary(Op.Binary.Kind.ADD, sums[0], sums[1]);
    Graph given = b.build(b.binary(Op.Binary.Kind.ADD, sum, sums[2]));
    List<Node> order = ordered(given).nodes();
    for (int i = 0; i < 3; i++) {
      int at = indexOf(order, sums[i]);
      assertThat(order.subList(at - 3, at + 1))
          .extracting(Node::output)
          .as("a branch, in %s", order.stream().map(Node::output).toList())
          .containsExactly(
              producer(given, wide[i]).inputs().getFirst(), wide[i], turned[i], sums[i]);
    }
  }

  private static Node producer(Graph graph, String value) {
    return graph.nodes().get(indexOf(graph.nodes(), value));
  }

  private static int indexOf(List<Node> nodes, String output) {
    return nodes.stream().map(Node::output).toList().indexOf(output);
  }

  @Test
  void aChainIsNotSearchedAtAll() throws Exception {
    GraphBuilder b = new GraphBuilder(6);
    String x = b.input("x", 1, 3, 9, 9);
    for (int i = 0; i < 5; i++) {
      x = b.unary(Op.Unary.Function.RELU, b.pointwise(x, 4 + i));
    }
    Graph given = b.build(x);
    assertThat(ExecutionOrder.candidates(given)).containsExactly(given);
  }
}
