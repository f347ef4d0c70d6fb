package dev.strongroom.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.DeepGraphs;
import dev.strongroom.compiler.fuse.RandomStages;
import dev.strongroom.compiler.fuse.StageRewriter;
import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Buffer;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.Graph;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RolesTest {
  @Test
  void buffersOfOneGroupHaveOneRoleAndAreNeverAliveTogether() throws Exception {
    int shared = 0;
    for (long seed = 0; seed < 60; seed++) {
      Map<Buffer, int[]> lives = lives(pieces(seed));
      List<List<Buffer>> groups = Roles.of(lives);
      Set<Buffer> seen = new HashSet<>();
      for (List<Buffer> group : groups) {
        int end = -1;
        for (Buffer buffer : group) {
          assertThat(buffer.role()).as("seed %d", seed).isEqualTo(group.getFirst().role());
          int[] life = lives.get(buffer);
          assertThat(life[0]).as("first step of %s, seed %d", buffer, seed).isGreaterThan(end);
          end = life[1];
          assertThat(seen.add(buffer)).as("%s is in one group, seed %d", buffer, seed).isTrue();
        }
        shared += group.size() > 1 ? 1 : 0;
      }
      assertThat(seen).as("seed %d", seed).isEqualTo(lives.keySet());
    }
    assertThat(shared).as("groups of several").isGreaterThan(60);
  }

  private static Lowered pieces(long seed) throws Exception {
    Graph graph = Rewriter.rewrite(DeepGraphs.ofSeed(seed)).graph();
    Graph cut = StageRewriter.rewrite(graph, RandomStages.of(graph, new SplittableRandom(seed)));
    return Planner.share(Lowering.lower(cut, Long.MAX_VALUE));
  }

  private static Map<Buffer, int[]> lives(Lowered lowered) {
    Map<Buffer, int[]> lives = new LinkedHashMap<>();
    for (int i = 0; i < lowered.drafts().size(); i++) {
      Draft draft = lowered.drafts().get(i);
      for (Region read : draft.reads()) {
        if (read.storage() instanceof Buffer buffer) {
          int first = i;
          lives.computeIfAbsent(buffer, k -> new int[] {first, first})[1] = i;
        }
      }
      int first = i;
      lives.computeIfAbsent((Buffer) draft.write().storage(), k -> new int[] {first, first})[1] = i;
    }
    return lives;
  }
}
