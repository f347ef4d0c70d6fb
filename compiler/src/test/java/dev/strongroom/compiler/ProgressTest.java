package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  /** Hears a compilation, and checks that it only ever comes on. */
  private static final class Listener implements Progress {
    final Set<String> tasks = new LinkedHashSet<>();
    final List<Double> shares = new ArrayList<>();

    @Override
    public void report(String task, int done, int total) {
      double share = (double) done / total;
      assertThat(shares).as("reports before %s %d of %d", task, done, total).doesNotContain(1.0);
      if (!shares.isEmpty()) {
        assertThat(share).as("%s, after %s", task, shares).isGreaterThanOrEqualTo(shares.getLast());
      }
      tasks.add(task);
      shares.add(share);
    }
  }

  private static Listener listenTo(Graph graph) throws Exception {
    Listener listener = new Listener();
    Compiler.compile(graph, CompileOptions.unlimited().withProgress(listener));
    assertThat(listener.tasks).containsExactly("ordering", "planning", "placing");
    assertThat(listener.shares.getFirst()).isZero();
    assertThat(listener.shares.getLast()).isEqualTo(1);
    return listener;
  }

  @Test
  void aCompilationIsReportedFromItsStartToItsEnd(@TempDir Path directory) throws Exception {
    List<Double> shares = listenTo(RealModel.textDirection(directory)).shares;
    assertThat(new LinkedHashSet<>(shares)).as("steps reported").hasSizeGreaterThan(10);
    for (int i = 1; i < shares.size(); i++) {
      assertThat(shares.get(i) - shares.get(i - 1)).as("a step, in %s", shares).isLessThan(0.3);
    }
  }

  @Test
  void soAreThoseThatTryOneOrderAfterAnother() throws Exception {
    listenTo(Branches.breadthFirst());
    for (long seed = 0; seed < 20; seed++) {
      listenTo(Shuffled.nodesOf(RandomGraphs.ofSeed(seed), seed));
    }
  }
}
