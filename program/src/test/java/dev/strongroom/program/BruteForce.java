package dev.strongroom.program;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Says what is wrong with a Program by doing what engines do, element by element and byte by byte,
 * with none of the verifier's reasoning about runs, extents and intervals.
 */
final class BruteForce {
  /** Views with more elements than this are too slow to follow. */
  static final long MAX_ELEMENTS = 1 << 20;

  /** Views that end behind this byte need too much memory to follow. */
  private static final long MAX_END = 1 << 22;

  private static final int NOBODY = 0;

  private final Program program;

  /** For each byte of a space: 1 + index of the allocation for which it was written. */
  private final int[][] writtenFor = new int[Space.values().length][0];

  private BruteForce(Program program) {
    this.program = program;
  }

  private static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fault(String message) {
      super(message, null, false, false);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** Whether {@link #faults} would take long. */
  static boolean isTooLarge(Program program) {
    return program.steps().stream()
        .flatMap(step -> Stream.concat(step.reads().stream(), Stream.of(step.writes())))
        .anyMatch(view -> view.elements() > MAX_ELEMENTS || view.end() > MAX_END);
  }

  /** The first fault, or nothing. */
  static List<String> faults(Program program) {
    BruteForce check = new BruteForce(program);
    try {
      check.run();
    } catch (Fault fault) {
      return List.of(fault.getMessage());
    }
    return List.of();
  }

  private void run() {
    for (Port port : program.inputs()) {
      if (port.view().space() == Space.INPUT) {
        continue;
      }
      eachByte(
          port.view(),
          at -> {
            if (owner(port.view().space(), at) != NOBODY) {
              fault("input %s overwrites another at byte %d", port.name(), at);
            }
            write("input " + port.name(), 0, port.view().space(), at);
          });
    }
    for (int i = 0; i < program.steps().size(); i++) {
      Step step = program.steps().get(i);
      String name = "step " + i;
      types(name, step);
      indices(name, step);
      follow(name, i, step);
    }
    int last = program.steps().size() - 1;
    for (Port port : program.outputs()) {
      eachByte(port.view(), at -> read("output " + port.name(), last, port.view().space(), at));
    }
  }

  private void follow(String name, int index, Step step) {
    View out = step.writes();
    BitSet outBytes = new BitSet();
    eachByte(
        out,
        at -> {
          if (at > Integer.MAX_VALUE) {
            fault("%s writes byte %d", name, at);
          }
          if (outBytes.get((int) at)) {
            fault("%s writes byte %d twice", name, at);
          }
          outBytes.set((int) at);
        });
    for (int i = 0; i < step.reads().size(); i++) {
      View in = step.reads().get(i);
      boolean inPlace =
          in.equals(out)
              && (step instanceof Step.Unary
                  || step instanceof Step.Binary
                  || step instanceof Step.QuantizedBinary
                  || step instanceof Step.Table
                  || step instanceof Step.Softmax
                  || step instanceof Step.LayerNorm
                  || (step instanceof Step.Lookup && i == 2));
      eachByte(
          in,
          at -> {
            read(name, index, in.space(), at);
            if (in.space() == out.space() && !inPlace && outBytes.get((int) at)) {
              fault("%s writes byte %d, which it reads", name, at);
            }
          });
    }
    if (out.space() != (step instanceof Step.Open ? Space.WINDOW : Space.ARENA)) {
      fault("%s writes %s", name, out.space());
    }
    for (View scratch : step.scratch()) {
      scratch(name, index, step, scratch, outBytes);
    }
    eachByte(out, at -> write(name, index, out.space(), at));
  }

  /** Scratch is written, but by nobody for anybody. */
  private void scratch(String name, int index, Step step, View scratch, BitSet outBytes) {
    BitSet used = new BitSet();
    eachByte(
        scratch,
        at -> {
          if (scratch.space() != Space.ARENA || outBytes.get((int) at)) {
            fault("%s has scratch at byte %d of %s", name, at, scratch.space());
          }
          write(name, index, scratch.space(), at);
          writtenFor[scratch.space().ordinal()][(int) at] = NOBODY;
          used.set((int) at);
        });
    for (View in : step.reads()) {
      eachByte(
          in,
          at -> {
            if (in.space() == scratch.space() && used.get((int) at)) {
              fault("%s has scratch at byte %d, which it reads", name, at);
            }
          });
    }
  }

  private void types(String name, Step step) {
    switch (step) {
      case Step.Open s -> types(name, List.of(), s.into(), "", "U8");
      case Step.Copy s -> types(name, step.reads(), s.out(), s.in().type().name(), "");
      case Step.QuantizedConv2d s -> quantizedTypes(name, step, s.workspace());
      case Step.QuantizedDepthwiseConv2d s -> quantizedTypes(name, step, s.workspace());
      case Step.Quantize s -> types(name, step.reads(), s.out(), "F32", "I8");
      case Step.Dequantize s -> types(name, step.reads(), s.out(), "I8", "F32");
      case Step.Table s -> types(name, step.reads(), s.out(), "I8", "I8");
      case Step.QuantizedBinary s -> types(name, step.reads(), s.out(), "I8", "I8");
      case Step.QuantizedPool2d s -> types(name, step.reads(), s.out(), "I8", "I8");
      case Step.Lookup s -> {}
      case Step.Cast s -> {}
      case Step.Receive s -> types(name, step.reads(), s.into(), "U8", "U8");
      default -> types(name, step.reads(), step.writes(), "F32", "F32");
    }
  }

  private void types(String name, List<View> reads, View out, String in, String result) {
    for (View view : reads) {
      if (!view.type().name().equals(in)) {
        fault("%s reads %s", name, view.type());
      }
    }
    if (!out.type().name().equals(result.isEmpty() ? in : result)) {
      fault("%s writes %s", name, out.type());
    }
  }

  private void quantizedTypes(String name, Step step, View workspace) {
    List<ElementType> known = List.of(ElementType.F32, ElementType.I8);
    if (!known.contains(step.reads().get(0).type())
        || step.reads().get(1).type() != ElementType.I8
        || workspace.type() != ElementType.F32
        || !known.contains(step.writes().type())) {
      fault("%s has types that its kernel does not know: %s", name, step);
    }
  }

  /** Every index that a plain kernel computes from other views' dimensions is within its view. */
  private void indices(String name, Step step) {
    switch (step) {
      case Step.Open s -> {
        int bytes = 0;
        for (int i = s.firstChunk(); i < s.firstChunk() + s.chunkCount(); i++) {
          within(name, i, program.chunks().size());
          bytes += i >= 0 && i < program.chunks().size() ? program.chunks().get(i) : 0;
        }
        within(name, bytes - 1, s.into().dim(0));
      }
      case Step.Conv2d s -> {
        window(name, s.in(), s.out(), s.window(), false);
        int channels = s.in().dim(3);
        for (int o = 0; o < s.out().dim(3); o++) {
          within(name, o / PackedWeights.PANEL, s.weights().dim(0));
          within(name, o % PackedWeights.PANEL, s.weights().dim(2));
        }
        within(name, s.window().taps() * channels, s.weights().dim(1));
      }
      case Step.DepthwiseConv2d s -> {
        window(name, s.in(), s.out(), s.window(), false);
        for (int c = 0; c < s.in().dim(3); c++) {
          within(name, c, s.out().dim(3));
          within(name, c / PackedWeights.PANEL, s.weights().dim(0));
          within(name, c % PackedWeights.PANEL, s.weights().dim(2));
        }
        within(name, s.window().taps(), s.weights().dim(1));
      }
      case Step.MatMul s -> {
        for (int i = 0; i < 2; i++) {
          within(name, s.out().dim(i) - 1, s.a().dim(i));
          within(name, s.out().dim(i) - 1, s.b().dim(i));
        }
        within(name, s.out().dim(2) - 1, s.a().dim(2));
        within(name, s.a().dim(3) - 1, s.b().dim(2));
        within(name, s.out().dim(3) - 1, s.b().dim(3));
      }
      case Step.Pool2d s -> {
        window(name, s.in(), s.out(), s.window(), true);
        within(name, s.out().dim(3) - 1, s.in().dim(3));
      }
      case Step.Reduce s -> {
        for (int i = 0; i < s.in().rank(); i++) {
          within(name, s.out().dim(i) == 1 ? 0 : s.in().dim(i) - 1, s.out().dim(i));
        }
      }
      case Step.Unary s -> same(name, s.in(), s.out());
      case Step.Binary s -> {
        same(name, s.a(), s.out());
        same(name, s.b(), s.out());
      }
      case Step.Softmax s -> same(name, s.in(), s.out());
      case Step.LayerNorm s -> {
        same(name, s.in(), s.out());
        within(name, s.in().dim(s.in().rank() - 1) - 1, s.parameters().dim(1));
        within(name, 1, s.parameters().dim(0));
      }
      case Step.Copy s -> {
        same(name, s.in(), s.out());
        if (s.in().type() != s.out().type()) {
          fault("%s copies %s to %s", name, s.in().type(), s.out().type());
        }
      }
      case Step.QuantizedConv2d s -> {
        window(name, s.in(), s.out(), s.window(), false);
        for (int o = 0; o < s.out().dim(3); o++) {
          within(name, o / PackedWeights.PANEL, s.weights().dim(0));
          within(name, o % PackedWeights.PANEL, s.weights().dim(2));
        }
        within(name, s.window().taps() * s.in().dim(3) + 7, s.weights().dim(1));
        within(name, PackedWeights.MIN_SCRATCH - 1, s.workspace().dim(0));
      }
      case Step.QuantizedDepthwiseConv2d s -> {
        window(name, s.in(), s.out(), s.window(), false);
        for (int c = 0; c < s.in().dim(3); c++) {
          within(name, c, s.out().dim(3));
          within(name, c / PackedWeights.PANEL, s.weights().dim(0));
          within(name, c % PackedWeights.PANEL, s.weights().dim(2));
        }
        within(name, s.window().taps() + 7, s.weights().dim(1));
        within(name, PackedWeights.MIN_SCRATCH - 1, s.workspace().dim(0));
      }
      case Step.Quantize s -> same(name, s.in(), s.out());
      case Step.Dequantize s -> same(name, s.in(), s.out());
      case Step.Table s -> {
        same(name, s.in(), s.out());
        within(name, Step.Table.ENTRIES - 1, s.table().dim(0));
      }
      case Step.QuantizedBinary s -> {
        same(name, s.a(), s.out());
        same(name, s.b(), s.out());
      }
      case Step.QuantizedPool2d s -> {
        window(name, s.in(), s.out(), s.window(), true);
        within(name, s.out().dim(3) - 1, s.in().dim(3));
      }
      case Step.Lookup s -> {
        within(name, s.out().dim(0) - 1, s.ids().dim(0));
        within(name, s.out().dim(1) - 1, s.table().dim(1));
        within(name, s.firstRow(), s.totalRows());
        within(name, (long) s.firstRow() + s.table().dim(0) - 1, s.totalRows());
        integers(name, s.ids());
        floats(name, s.table());
        floats(name, s.out());
      }
      case Step.Receive s -> same(name, s.from(), s.into());
      case Step.Cast s -> {
        same(name, s.in(), s.out());
        integers(name, s.in());
        if (s.out().type() != ElementType.F32) {
          integers(name, s.out());
        }
      }
    }
  }

  private void window(String name, View in, View out, Window2d w, boolean needsPixel) {
    within(name, out.dim(0) - 1, in.dim(0));
    for (int axis = 1; axis <= 2; axis++) {
      long stride = axis == 1 ? w.strideH() : w.strideW();
      long pad = axis == 1 ? w.padTop() : w.padLeft();
      long dilation = axis == 1 ? w.dilationH() : w.dilationW();
      int kernel = axis == 1 ? w.kernelH() : w.kernelW();
      for (int o = 0; o < out.dim(axis); o++) {
        boolean inside = false;
        for (int k = 0; k < kernel; k++) {
          long i = o * stride - pad + k * dilation;
          inside |= i >= 0 && i < in.dim(axis);
          if (i != (int) i) {
            fault("%s: pixel %d is beyond an int", name, i);
          }
        }
        if (needsPixel && !inside) {
          fault("%s: no pixel under window %d of axis %d", name, o, axis);
        }
      }
    }
  }

  private void integers(String name, View view) {
    if (view.type() != ElementType.I32 && view.type() != ElementType.I64) {
      fault("%s: %s are no integers", name, view);
    }
  }

  private void floats(String name, View view) {
    if (view.type() != ElementType.F32) {
      fault("%s: %s are no floats", name, view);
    }
  }

  private void same(String name, View a, View b) {
    if (!Arrays.equals(a.shape(), b.shape())) {
      fault("%s: shapes differ: %s and %s", name, a, b);
    }
  }

  private void within(String name, long index, int dimension) {
    if (index < 0 || index >= dimension) {
      fault("%s: index %d in a dimension of %d", name, index, dimension);
    }
  }

  private void read(String name, int step, Space space, long at) {
    if (space == Space.RESIDENT) {
      if (at >= program.residentBytes()) {
        fault("%s reads byte %d behind RESIDENT", name, at);
      }
      return;
    }
    int home = home(name, step, space, at);
    if (owner(space, at) != home) {
      fault("%s reads byte %d of %s, written for another", name, at, space);
    }
  }

  private void write(String name, int step, Space space, long at) {
    int home = home(name, step, space, at);
    int index = Math.toIntExact(at);
    int[] owners = writtenFor[space.ordinal()];
    if (index >= owners.length) {
      owners = Arrays.copyOf(owners, 2 * index + 64);
      writtenFor[space.ordinal()] = owners;
    }
    owners[index] = home;
  }

  private int owner(Space space, long at) {
    int[] owners = writtenFor[space.ordinal()];
    return at < owners.length ? owners[(int) at] : NOBODY;
  }

  /** 1 + index of the one allocation that holds the byte at that step. */
  private int home(String name, int step, Space space, long at) {
    if (at < 0 || at >= (space == Space.ARENA ? program.arenaBytes() : program.windowBytes())) {
      fault("%s touches byte %d outside %s", name, at, space);
    }
    int home = NOBODY;
    for (int i = 0; i < program.allocations().size(); i++) {
      Allocation a = program.allocations().get(i);
      if (a.space() == space
          && at >= a.offset()
          && at < a.offset() + a.bytes()
          && step >= a.firstStep()
          && step <= a.lastStep()) {
        if (home != NOBODY) {
          fault("%s touches byte %d of two live allocations", name, at);
        }
        home = i + 1;
      }
    }
    if (home == NOBODY) {
      fault("%s touches byte %d of no live allocation", name, at);
    }
    return home;
  }

  private void fault(String format, Object... values) {
    throw new Fault(format.formatted(values));
  }

  /** Each byte of each element, elements in C order, repeated ones again. */
  static void eachByte(View view, LongConsumer visitor) {
    int[] index = new int[view.rank()];
    for (long e = view.elements(); e > 0; e--) {
      long at = 0;
      for (int i = 0; i < index.length; i++) {
        at += (long) index[i] * view.stride(i);
      }
      for (int b = 0; b < view.type().bytes(); b++) {
        visitor.accept(view.offset() + at * view.type().bytes() + b);
      }
      for (int i = index.length - 1; i >= 0 && ++index[i] == view.dim(i); i--) {
        index[i] = 0;
      }
    }
  }
}
