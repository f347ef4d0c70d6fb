package dev.strongroom.engine.kernel;

import static org.assertj.core.api.Assertions.fail;

import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random operands between guard pages, and the check of a kernel against its oracle. Bytes that
 * belong to no operand hold NaN: reading them shows, writing them shows too.
 */
final class Workbench implements AutoCloseable {
  private static final int SLOTS = 4;
  private static final int MARGIN = 256;
  private static final int CANARY = 0x7fc0dead;

  private final GuardedMemory memory = new GuardedMemory(SLOTS, 4 << 20);
  private final List<MemorySegment> inUse = new ArrayList<>();
  private Random random = new Random();
  private long seed;

  /** Forgets all operands and starts the random numbers anew. */
  Random start(long newSeed) {
    inUse.clear();
    seed = newSeed;
    random = new Random(newSeed);
    return random;
  }

  int between(int min, int max) {
    return min + random.nextInt(max - min + 1);
  }

  /** Consecutive elements. */
  View dense(int... shape) {
    return place(ElementType.F32, shape, View.denseStrides(shape));
  }

  /** A dense tensor, or one with gaps between the elements of some dimensions, but the last. */
  View sliced(int... shape) {
    return sliced(ElementType.F32, shape);
  }

  View sliced(ElementType type, int... shape) {
    return place(type, shape, gaps(shape, order(shape.length), false));
  }

  /** Consecutive elements that are all {@code value}. */
  View place(ElementType type, int[] shape, double value) {
    View view = place(type, shape, View.denseStrides(shape));
    Elements.forEach(shape, index -> Elements.set(view, value, index));
    return view;
  }

  /** Packed weights, multipliers around {@code scale}, biases around one. */
  View quantizedWeights(int[] shape, float scale) {
    View weights = place(ElementType.I8, shape, View.denseStrides(shape));
    for (int panel = 0; panel < shape[0]; panel++) {
      View biases = QuantizedReference.biases(weights, panel);
      View multipliers = QuantizedReference.multipliers(weights, panel);
      for (int lane = 0; lane < shape[2]; lane++) {
        Elements.set(biases, random.nextFloat() - 0.5, lane);
        Elements.set(multipliers, scale * (0.5 + random.nextFloat()), lane);
      }
    }
    return weights;
  }

  /** Any order of dimensions in memory, gaps anywhere, stride 1 by luck only. */
  View strided(ElementType type, int... shape) {
    List<Integer> order = new ArrayList<>(order(shape.length));
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    }
    return place(type, shape, gaps(shape, order, true));
  }

  /** As {@link #strided}, with elements repeated along some dimensions. */
  View broadcast(int... shape) {
    return broadcast(ElementType.F32, shape);
  }

  View broadcast(ElementType type, int... shape) {
    View view = strided(type, shape);
    int[] strides = view.strides();
    for (int i = 0; i < strides.length; i++) {
      strides[i] = random.nextInt(3) == 0 ? 0 : strides[i];
    }
    return View.of(Space.ARENA, view.type(), view.offset(), shape, strides);
  }

  private static List<Integer> order(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }

  private int[] gaps(int[] shape, List<Integer> order, boolean everywhere) {
    int[] strides = new int[shape.length];
    int next = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      int d = order.get(i);
      boolean gap = random.nextInt(3) == 0 && (everywhere || i < shape.length - 1);
      strides[d] = next + (gap ? between(1, 5) : 0);
      next = strides[d] * shape[d];
    }
    return strides;
  }

  /** At the very start or end of a slot of its own, or somewhere between; all of it canaries. */
  private View place(ElementType type, int[] shape, int[] strides) {
    long extent = View.of(Space.ARENA, type, 0, shape, strides).extent();
    MemorySegment slot = memory.slot(inUse.size());
    long room = slot.byteSize() - extent;
    long offset =
        switch (random.nextInt(3)) {
          case 0 -> 0;
          case 1 -> room;
          default -> Math.min(room, MARGIN) / 8 * 8;
        };
    long from = Math.max(0, offset - MARGIN);
    long to = Math.min(slot.byteSize(), offset + extent + MARGIN);
    MemorySegment used = slot.asSlice(from / 4 * 4, (to - from / 4 * 4) / 4 * 4);
    for (long at = 0; at < used.byteSize(); at += 4) {
      used.set(ValueLayout.JAVA_INT_UNALIGNED, at, CANARY);
    }
    inUse.add(used);
    View view = View.of(Space.ARENA, type, slot.address() + offset, shape, strides);
    Elements.forEach(shape, index -> Elements.set(view, value(type), index));
    return view;
  }

  private double value(ElementType type) {
    return switch (type) {
      case F32 -> random.nextFloat() * 2 - 1;
      case I8 -> (byte) random.nextInt();
      default -> random.nextInt(100);
    };
  }

  /** Multiplies every element, so that long sums stay near 1. */
  void scale(View view, double factor) {
    Elements.forEach(
        view.shape(),
        index -> Elements.set(view, (float) (Elements.get(view, index) * factor), index));
  }

  /** A function that bounded arguments keep bounded, sometimes scaled and shifted. */
  Activation activation() {
    Activation plain =
        switch (random.nextInt(10)) {
          case 0 -> Activation.of(Activation.Function.RELU);
          case 1 -> Activation.of(Activation.Function.CLIP, -0.3f, 0.4f);
          case 2 -> Activation.of(Activation.Function.HARD_SWISH, 3, 6);
          case 3 -> Activation.of(Activation.Function.GELU);
          case 4 -> Activation.of(Activation.Function.SWISH, 1.5f, 0);
          case 5 -> Activation.of(Activation.Function.TANH);
          default -> Activation.NONE;
        };
    return random.nextInt(3) > 0
        ? plain
        : new Activation(plain.function(), plain.alpha(), plain.beta(), 0.5f, -0.25f);
  }

  /**
   * Runs the step's kernel and compares with the oracle, and every other byte with before.
   *
   * @param tolerance relative where results are above 1; absolute for I8
   */
  void check(Step step, double tolerance) {
    double[] expected = StepReference.all(step);
    List<byte[]> before = inUse.stream().map(s -> s.toArray(ValueLayout.JAVA_BYTE)).toList();
    Kernel.bind(step, new Addresses(0, 0, 0)).run();
    View out = step.writes();
    BitSet written = new BitSet();
    MemorySegment target = segmentOf(out);
    int[] next = {0};
    Elements.forEach(
        out.shape(),
        index -> {
          double wanted = expected[next[0]++];
          double actual = Elements.get(out, index);
          boolean bytes = out.type() == ElementType.I8;
          double allowed = bytes ? tolerance : tolerance * Math.max(1, Math.abs(wanted));
          if (!(Math.abs(actual - wanted) <= allowed) && Double.compare(actual, wanted) != 0) {
            fail(
                "seed %d: element %s is %s, expected %s within %s, of %s",
                seed, Arrays.toString(index), actual, wanted, allowed, step);
          }
          int at = (int) (Elements.address(out, index) - target.address());
          written.set(at, at + out.type().bytes());
        });
    for (int i = 0; i < inUse.size(); i++) {
      byte[] after = inUse.get(i).toArray(ValueLayout.JAVA_BYTE);
      for (int at = 0; at < after.length; at++) {
        boolean mayChange =
            (inUse.get(i) == target && written.get(at))
                || isScratch(step, inUse.get(i).address() + at);
        if (after[at] != before.get(i)[at] && !mayChange) {
          fail("seed %d: byte %d of operand %d was written by %s", seed, at, i, step);
        }
      }
    }
  }

  private static boolean isScratch(Step step, long address) {
    return step.scratch().stream().anyMatch(v -> address >= v.offset() && address < v.end());
  }

  private MemorySegment segmentOf(View view) {
    return inUse.stream()
        .filter(s -> view.offset() >= s.address() && view.offset() < s.address() + s.byteSize())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    memory.close();
  }
}
