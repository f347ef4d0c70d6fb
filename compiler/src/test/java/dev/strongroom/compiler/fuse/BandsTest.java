package dev.strongroom.compiler.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.DeepGraphs;
import dev.strongroom.compiler.RandomGraphs;
import dev.strongroom.graph.Graph;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BandsTest {
  private static final int NETWORKS = 400;

  /** What is checked of one random stage. */
  private interface Check {
    void of(String what, StageNodes stage, Bands bands);
  }

  private static void eachStage(Check check) {
    int stages = 0;
    for (long seed = 0; seed < NETWORKS; seed++) {
      Graph graph = seed % 4 == 0 ? DeepGraphs.ofSeed(seed) : RandomGraphs.ofSeed(seed);
      LiveValues live = LiveValues.of(graph);
      for (Stage s : RandomStages.of(graph, new SplittableRandom(seed))) {
        StageNodes nodes =
            StageNodes.of(graph, s.first(), s.last(), v -> live.isUsedFrom(v, s.last()))
                .orElseThrow();
        check.of("seed %d, %s".formatted(seed, s), nodes, Bands.of(nodes, s.rows(), s.strips()));
        stages++;
      }
    }
    assertThat(stages).as("stages that were looked at").isGreaterThan(NETWORKS);
  }

  @Test
  void bandsComputeEveryRowOfAResultOnceAndInOrder() {
    eachStage(
        (what, stage, bands) -> {
          for (int n = 0; n < stage.count(); n++) {
            int value = stage.result(n);
            int next = 0;
            for (int i = 0; i < bands.bands(); i++) {
              Span fresh = bands.fresh(value, i);
              assertThat(fresh.from())
                  .as("band %d of value %d, %s", i, value, what)
                  .isEqualTo(next);
              assertThat(fresh.to())
                  .as("band %d of %d, %s", i, value, what)
                  .isGreaterThanOrEqualTo(next);
              next = fresh.to();
            }
            int rows = stage.size(Axis.ROW, value);
            assertThat(next).as("rows of value %d, %s", value, what).isLessThanOrEqualTo(rows);
            if (stage.leaves(n)) {
              assertThat(next).as("rows of result %d, %s", value, what).isEqualTo(rows);
            }
          }
        });
  }

  @Test
  void whatABandReadsWasKeptOrIsComputedByThen() {
    eachStage(
        (what, stage, bands) -> {
          for (int i = 0; i < bands.bands(); i++) {
            for (int n = 0; n < stage.count(); n++) {
              Span out = bands.fresh(stage.result(n), i);
              for (int k = 0; k < stage.operandCount(n) && !out.isEmpty(); k++) {
                int value = stage.operand(n, k);
                if (value < stage.inputs()) {
                  continue;
                }
                Span needed = stage.reach(Axis.ROW, n, k).needed(out, stage.size(Axis.ROW, value));
                Span fresh = bands.fresh(value, i);
                int from = i == 0 ? 0 : Math.min(fresh.from(), bands.kept(value, i - 1).from());
                assertThat(needed.from())
                    .as("first row of %d for node %d in band %d, %s", value, n, i, what)
                    .isGreaterThanOrEqualTo(from);
                assertThat(needed.to())
                    .as("end of rows of %d for node %d in band %d, %s", value, n, i, what)
                    .isLessThanOrEqualTo(fresh.to());
              }
            }
          }
        });
  }

  @Test
  void stripsComputeAllColumnsOfTheResultAndAllThatTheyThemselvesRead() {
    eachStage(
        (what, stage, bands) -> {
          int last = stage.values() - 1;
          int next = 0;
          for (int s = 0; s < bands.strips(); s++) {
            assertThat(bands.columns(last, s).from()).as("strip %d, %s", s, what).isEqualTo(next);
            next = bands.columns(last, s).to();
            for (int n = 0; n < stage.count() && bands.strips() > 1; n++) {
              Span out = bands.columns(stage.result(n), s);
              for (int k = 0; k < stage.operandCount(n) && !out.isEmpty(); k++) {
                int value = stage.operand(n, k);
                if (value >= 0) {
                  Span has = bands.columns(value, s);
                  Span needed =
                      stage.reach(Axis.COLUMN, n, k).needed(out, stage.size(Axis.COLUMN, value));
                  assertThat(has.union(needed)).as("columns of %d, %s", value, what).isEqualTo(has);
                }
              }
            }
          }
          assertThat(next).as("columns, %s", what).isEqualTo(stage.size(Axis.COLUMN, last));
        });
  }
}
