package dev.strongroom.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.DeepGraphs;
import dev.strongroom.compiler.GraphBuilder;
import dev.strongroom.compiler.RandomGraphs;
import dev.strongroom.compiler.fuse.RandomStages;
import dev.strongroom.compiler.fuse.StageRewriter;
import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage;
import dev.strongroom.compiler.lower.Storage.Buffer;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.program.Space;
import dev.strongroom.program.fixtures.BruteForce;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OverlayTest {
  private static final int ROWS = 16;
  private static final int COLUMNS = 128;

  /** A difference of a tensor and a constant, row by row; perhaps its first row is needed again. */
  private static Graph rowByRow(boolean firstRowAgain) {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.unary(Function.RELU, b.input("x", 1, ROWS, COLUMNS));
    String[] rows = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      rows[i] = b.binary(Op.Binary.Kind.SUB, row(b, x, i), b.constant(0, 1, 1, 1, COLUMNS));
    }
    String y = b.node(new Op.Concat(1), new int[] {1, ROWS, COLUMNS}, rows);
    return b.build(firstRowAgain ? b.binary(Op.Binary.Kind.ADD, y, row(b, x, 0)) : y);
  }

  private static String row(GraphBuilder b, String x, int i) {
    Op slice = new Op.Slice(List.of(0, i, 0), List.of(1, 1, 1));
    return b.node(slice, new int[] {1, 1, COLUMNS}, x);
  }

  private static Lowered joined(Graph graph) throws Exception {
    Lowered lowered = Lowering.lower(graph, Long.MAX_VALUE);
    return Sharing.overwrite(Sharing.withoutCopies(lowered, source -> true));
  }

  private static long buffers(Lowered lowered) {
    Set<Storage> all = new HashSet<>();
    for (Draft draft : lowered.drafts()) {
      draft.reads().forEach(r -> all.add(r.storage()));
      all.add(draft.write().storage());
    }
    return all.stream().filter(Buffer.class::isInstance).count();
  }

  @Test
  void aResultGrowsOverWhatIsReadRowByRow() throws Exception {
    Lowered before = joined(rowByRow(false));
    Lowered after = Overlay.apply(before);
    long bytes = 4L * ROWS * COLUMNS;
    assertThat(LiveBytes.peak(before)).as("side by side").isEqualTo(2 * bytes);
    // No step may write what it reads: one row stays between them.
    assertThat(LiveBytes.peak(after)).as("one over the other").isEqualTo(bytes + bytes / ROWS);
    assertThat(buffers(before) - buffers(after)).as("tensors over others").isOne();
  }

  @Test
  void nothingGrowsOverWhatIsNeededOnceAllIsWritten() throws Exception {
    Lowered before = joined(rowByRow(true));
    assertThat(LiveBytes.peak(Overlay.apply(before))).isEqualTo(LiveBytes.peak(before));
  }

  @Test
  void everyReadStillSeesWhatWasWrittenForIt() throws Exception {
    long joined = 0;
    for (long seed = 0; seed < 150; seed++) {
      Graph given = seed % 2 == 0 ? DeepGraphs.ofSeed(seed) : RandomGraphs.ofSeed(seed);
      Graph graph = Rewriter.rewrite(given).graph();
      Graph cut = StageRewriter.rewrite(graph, RandomStages.of(graph, new SplittableRandom(seed)));
      Lowered lowered = Lowering.lower(cut, 1L << 13);
      Lowered before =
          Sharing.overwrite(
              Sharing.withoutCostlyCopies(Sharing.withoutCopies(lowered, Buffer::isPiece)));
      Lowered after = Overlay.apply(before);
      assertThat(seen(after))
          .as("what steps and the caller read, seed %d", seed)
          .containsExactly(seen(before));
      assertThat(LiveBytes.peak(after))
          .as("peak, seed %d", seed)
          .isLessThanOrEqualTo(LiveBytes.peak(before));
      joined += buffers(before) - buffers(after);
    }
    assertThat(joined).as("tensors that were put over others").isGreaterThan(100);
  }

  /**
   * A digest of each operand read, outputs last: which step wrote each word, as which of its
   * elements, element by element.
   */
  private static long[] seen(Lowered lowered) {
    Map<Storage, long[]> memory = new HashMap<>();
    List<Long> digests = new ArrayList<>();
    for (int i = 0; i < lowered.inputs().size(); i++) {
      write(memory, lowered.inputs().get(i).region(), -1 - i);
    }
    for (int i = 0; i < lowered.drafts().size(); i++) {
      for (Region read : lowered.drafts().get(i).reads()) {
        digests.add(read(memory, read));
      }
      write(memory, lowered.drafts().get(i).write(), i);
    }
    lowered.outputs().forEach(output -> digests.add(read(memory, output.region())));
    return digests.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] words(Map<Storage, long[]> memory, Storage storage) {
    return memory.computeIfAbsent(storage, s -> new long[(int) (s.bytes() + 3) / 4]);
  }

  private static void write(Map<Storage, long[]> memory, Region region, int step) {
    long[] words = words(memory, region.storage());
    long[] next = {(step + 1000L) << 32};
    BruteForce.eachByte(
        region.view(Space.ARENA, 0), at -> words[(int) at / 4] = next[0]++ / Float.BYTES);
  }

  private static long read(Map<Storage, long[]> memory, Region region) {
    long[] words = words(memory, region.storage());
    long[] digest = {1};
    BruteForce.eachByte(
        region.view(Space.ARENA, 0), at -> digest[0] = digest[0] * 31 + words[(int) at / 4]);
    return digest[0];
  }
}
