package dev.strongroom.compiler.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.GraphBuilder;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Sampling;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReachesTest {
  @Test
  void aWindowNeedsFromItsFirstTapInsideToItsLast() {
    for (long seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int kernel = random.nextInt(1, 6);
      int stride = random.nextInt(1, 4);
      int dilation = random.nextInt(1, 3);
      int extent = (kernel - 1) * dilation + 1;
      int before = random.nextInt(0, extent);
      int size = random.nextInt(extent, 30);
      int outputs = (size + before - extent) / stride + 1;
      Span out = span(random, outputs);
      TreeSet<Integer> read = new TreeSet<>();
      for (int o = out.from(); o < out.to(); o++) {
        for (int k = 0; k < kernel; k++) {
          int i = o * stride - before + k * dilation;
          if (i >= 0 && i < size) {
            read.add(i);
          }
        }
      }
      Span needed = new Reach.Sliding(kernel, stride, before, dilation).needed(out, size);
      assertThat(needed.from()).as("first, seed %d", seed).isLessThanOrEqualTo(read.first());
      assertThat(needed.to()).as("end, seed %d", seed).isEqualTo(read.last() + 1);
      if (dilation == 1) {
        assertThat(needed.from()).as("first, seed %d", seed).isEqualTo(read.first());
      }
    }
  }

  @Test
  void aTransposedWindowNeedsWhateverAddsToItsResult() {
    for (long seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int stride = random.nextInt(1, 4);
      int kernel = random.nextInt(stride, 6);
      int before = random.nextInt(0, kernel);
      int size = random.nextInt(2, 20);
      int outputs = (size - 1) * stride + kernel - before;
      Span out = span(random, outputs);
      TreeSet<Integer> read = new TreeSet<>();
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < kernel; k++) {
          int o = i * stride - before + k;
          if (o >= out.from() && o < out.to()) {
            read.add(i);
          }
        }
      }
      assertThat(new Reach.Transposed(kernel, stride, before).needed(out, size))
          .as("seed %d", seed)
          .isEqualTo(new Span(read.first(), read.last() + 1));
    }
  }

  @Test
  void repeatedElementsAreNeededOnce() {
    assertThat(new Reach.Repeated(3).needed(new Span(2, 7), 9)).isEqualTo(new Span(0, 3));
    assertThat(new Reach.Repeated(2).needed(new Span(4, 6), 9)).isEqualTo(new Span(2, 3));
  }

  @Test
  void aPieceOfAResizedDimensionSamplesWhatTheWholeDoes() {
    for (long seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int size = random.nextInt(1, 20);
      Sampling sampling = GraphBuilder.sampling(random, size, random.nextInt(1, 40));
      Span out = span(random, sampling.size());
      Span needed = new Reach.Sampled(sampling).needed(out, size);
      Sampling piece = sampling.piece(out.from(), out.to(), needed.from());
      assertThat(piece.size()).as("seed %d", seed).isEqualTo(out.size());
      for (int o = 0; o < out.size(); o++) {
        assertThat(
                piece.scaledPosition(o, needed.size())
                    + (long) needed.from() * sampling.denominator())
            .as("seed %d, index %d", seed, o)
            .isEqualTo(sampling.scaledPosition(out.from() + o, size));
      }
    }
  }

  private static Span span(SplittableRandom random, int size) {
    int from = random.nextInt(size);
    return new Span(from, random.nextInt(from, size) + 1);
  }

  @Test
  void whatNeedsAllRowsIsNotCutAlongThem() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 3, 8, 6);
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2), true);
    String columns = b.node(mean, new int[] {1, 3, 1, 6}, x);
    String flat = b.node(new Op.Reshape(), new int[] {1, 3, 48}, x);
    String softmax = b.node(new Op.Softmax(3), new int[] {1, 3, 8, 6}, x);
    Graph graph = b.build(columns, flat, softmax);
    assertThat(Reaches.of(graph, graph.nodes().get(0), 0, Axis.ROW)).isEmpty();
    assertThat(Reaches.of(graph, graph.nodes().get(0), 0, Axis.COLUMN)).isPresent();
    assertThat(Reaches.of(graph, graph.nodes().get(1), 0, Axis.ROW)).isEmpty();
    assertThat(Reaches.of(graph, graph.nodes().get(2), 0, Axis.ROW)).isPresent();
    assertThat(Reaches.of(graph, graph.nodes().get(2), 0, Axis.COLUMN)).isEmpty();
  }

  @Test
  void constantChannelsBesideAResultAreNotCut() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 3, 8, 6);
    String zeros = b.constant(new float[48], 1, 1, 8, 6);
    String y = b.node(new Op.Concat(1), new int[] {1, 4, 8, 6}, x, zeros);
    Graph graph = b.build(y);
    assertThat(Reaches.of(graph, graph.nodes().get(0), 0, Axis.ROW)).isPresent();
    assertThat(Reaches.of(graph, graph.nodes().get(0), 1, Axis.ROW)).isEmpty();
  }

  @Test
  void aWindowThatCanLieWhollyInThePaddingIsNotCut() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 2, 8, 8);
    int[] one = {1, 1};
    String y = b.conv(x, 2, new int[] {2, 2}, one, new int[] {2, 0, 0, 0}, one, 1, true);
    Graph graph = b.build(y);
    assertThat(Reaches.of(graph, graph.nodes().get(0), 0, Axis.ROW)).isEmpty();
    assertThat(Reaches.of(graph, graph.nodes().get(0), 0, Axis.COLUMN))
        .contains(new Reach.Sliding(2, 1, 0, 1));
  }
}
