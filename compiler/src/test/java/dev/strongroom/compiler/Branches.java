package dev.strongroom.compiler;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.Arrays;

/**
 * A block of parallel branches as in Inception and its successors: each widens the image, filters
 * every channel by itself and narrows it again; the results are concatenated.
 */
public final class Branches {
  private static final int COUNT = 6;
  private static final int WIDE = 48;
  private static final int NARROW = 4;
  private static final int SIDE = 12;

  private Branches() {}

  /** One level of all branches after another, as some exporters list them. */
  public static Graph breadthFirst() {
    GraphBuilder b = new GraphBuilder(1);
    String[] ends = new String[COUNT];
    Arrays.fill(ends, b.input("x", 1, 8, SIDE, SIDE));
    for (int level = 0; level < 3; level++) {
      for (int i = 0; i < COUNT; i++) {
        ends[i] = level(b, level, ends[i]);
      }
    }
    return joined(b, ends);
  }

  /** One branch after another. */
  public static Graph depthFirst() {
    GraphBuilder b = new GraphBuilder(1);
    String[] ends = new String[COUNT];
    Arrays.fill(ends, b.input("x", 1, 8, SIDE, SIDE));
    for (int i = 0; i < COUNT; i++) {
      for (int level = 0; level < 3; level++) {
        ends[i] = level(b, level, ends[i]);
      }
    }
    return joined(b, ends);
  }

  private static String level(GraphBuilder b, int level, String x) {
    return switch (level) {
      case 0 -> b.unary(Function.RELU, b.pointwise(x, WIDE));
      case 1 -> depthwise(b, x);
      default -> b.pointwise(x, NARROW);
    };
  }

  private static String depthwise(GraphBuilder b, String x) {
    int[] three = {3, 3};
    int[] one = {1, 1};
    return b.conv(x, WIDE, three, one, new int[] {1, 1, 1, 1}, one, WIDE, true);
  }

  private static Graph joined(GraphBuilder b, String[] ends) {
    String all = b.node(new Op.Concat(1), new int[] {1, COUNT * NARROW, SIDE, SIDE}, ends);
    return b.build(b.pointwise(all, NARROW));
  }
}
