package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Stages that nobody has chosen for being good. */
public final class RandomStages {
  private RandomStages() {}

  /** Stages of any length wherever one can be. */
  public static List<Stage> of(Graph graph, SplittableRandom random) {
    List<Stage> stages = new ArrayList<>();
    LiveValues live = LiveValues.of(graph);
    int count = graph.nodes().size();
    for (int first = 0; first < count; first++) {
      int last = Math.min(count, first + random.nextInt(1, 12));
      while (last > first) {
        int end = last;
        var cut = StageNodes.of(graph, first, last, v -> live.isUsedFrom(v, end));
        if (cut.isPresent()) {
          StageNodes nodes = cut.get();
          int rows = nodes.size(Axis.ROW, nodes.values() - 1);
          int columns = nodes.size(Axis.COLUMN, nodes.values() - 1);
          boolean narrow = !nodes.hasStrips() || random.nextBoolean();
          int strips = narrow ? 1 : random.nextInt(1, Math.min(4, columns) + 1);
          stages.add(
              new Stage(
                  first,
                  last,
                  random.nextInt(1, rows + 1),
                  strips,
                  strips == 1 && random.nextBoolean()));
          first = last - 1;
          break;
        }
        last--;
      }
    }
    return stages;
  }
}
