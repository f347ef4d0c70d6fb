package dev.strongroom.engine;

import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Sampling;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Cuts a step into parts that may run at the same time: steps like it, each on a part of its
 * output. Every element is computed by the same operations in the same order as in the whole step,
 * so that its bits do not depend on the number of threads.
 */
final class StepParts {
  /** Rows that a part of a layer with a window should have: each reads its neighbours' too. */
  static final int ROWS = 8;

  /** Pixels up to which a convolution's weights are what it reads most of. */
  private static final int FEW_PIXELS = 128;

  private final int parts;
  private final long worthwhile;
  private final int leastRows;

  /**
   * @param parts into how many, at most
   * @param worthwhile the work, in about a multiply-accumulate each, below which a step stays
   *     whole: telling another thread takes about a microsecond
   * @param leastRows that a part has, else a layer is cut along its channels
   */
  StepParts(int parts, long worthwhile, int leastRows) {
    this.parts = parts;
    this.worthwhile = worthwhile;
    this.leastRows = leastRows;
  }

  /** Floats of memory besides its own workspace that make a step faster; 0 if none do. */
  int scratch(Step step) {
    return work(step) < worthwhile ? 0 : Scratch.wanted(step, parts);
  }

  /**
   * The parts, or the step itself alone.
   *
   * @param free memory in ARENA that nothing else uses meanwhile, as much as there is of {@link
   *     #scratch}: parts with a workspace need one each
   */
  List<Step> of(Step step, Optional<View> free) {
    if (work(step) < worthwhile) {
      return List.of(step);
    }
    if (step.scratch().isEmpty()) {
      return parts == 1 || !mayRunInAnyOrder(step) ? List.of(step) : cut(step);
    }
    List<View> workspaces = Scratch.of(step, step.scratch().getFirst(), free, parts);
    List<Step> cut =
        workspaces.size() < parts || parts == 1 || !mayRunInAnyOrder(step)
            ? List.of(step)
            : cut(step);
    return IntStream.range(0, cut.size())
        .mapToObj(i -> Scratch.with(cut.get(i), workspaces.get(i)))
        .toList();
  }

  private List<Step> cut(Step step) {
    return switch (step) {
      case Step.Conv2d s ->
          conv(
              s.in(),
              s.weights(),
              s.out(),
              s.window(),
              (in, weights, out, window) ->
                  new Step.Conv2d(in, weights, out, window, s.activation()));
      case Step.QuantizedConv2d s ->
          conv(
              s.in(),
              s.weights(),
              s.out(),
              s.window(),
              (in, weights, out, window) ->
                  new Step.QuantizedConv2d(
                      in,
                      weights,
                      s.workspace(),
                      out,
                      window,
                      s.inZero(),
                      s.activation(),
                      s.saturation()));
      case Step.DepthwiseConv2d s ->
          depthwise(
              s.in(),
              s.weights(),
              s.out(),
              s.window(),
              (in, weights, out, window) ->
                  new Step.DepthwiseConv2d(in, weights, out, window, s.activation()));
      case Step.QuantizedDepthwiseConv2d s ->
          depthwise(
              s.in(),
              s.weights(),
              s.out(),
              s.window(),
              (in, weights, out, window) ->
                  new Step.QuantizedDepthwiseConv2d(
                      in,
                      weights,
                      s.workspace(),
                      out,
                      window,
                      s.inZero(),
                      s.activation(),
                      s.saturation()));
      case Step.Pool2d s ->
          pool(s.in(), s.out(), s.window(), (in, out, w) -> new Step.Pool2d(s.kind(), in, out, w));
      case Step.QuantizedPool2d s ->
          pool(
              s.in(),
              s.out(),
              s.window(),
              (in, out, window) ->
                  new Step.QuantizedPool2d(
                      s.kind(), in, out, window, s.inZero(), s.scale(), s.saturation()));
      case Step.Resize2d resize -> resize(resize);
      case Step.MatMul product -> product(product);
      case Step.Reduce reduce -> along(reduce, i -> reduce.in().dim(i) == reduce.out().dim(i));
      case Step.Softmax softmax -> along(softmax, i -> i < softmax.out().rank() - 1);
      case Step.LayerNorm norm -> norm(norm);
      case Step.Unary unary -> along(unary, i -> true);
      case Step.Binary binary -> along(binary, i -> true);
      case Step.Copy copy -> along(copy, i -> true);
      case Step.Table table -> table(table);
      case Step.Quantize quantize -> along(quantize, i -> true);
      case Step.Dequantize dequantize -> along(dequantize, i -> true);
      case Step.QuantizedBinary binary -> along(binary, i -> true);
      case Step.Open s -> List.of(s);
      case Step.Receive s -> List.of(s);
      case Step.Lookup s -> List.of(s);
      case Step.Cast s -> List.of(s);
    };
  }

  private static long work(Step step) {
    long outputs = step.writes().elements();
    return switch (step) {
      case Step.Conv2d s -> outputs * s.window().taps() * s.in().dim(3);
      case Step.DepthwiseConv2d s -> outputs * s.window().taps();
      case Step.QuantizedConv2d s -> outputs * s.window().taps() * s.in().dim(3);
      case Step.QuantizedDepthwiseConv2d s -> outputs * s.window().taps();
      case Step.Pool2d s -> outputs * s.window().taps();
      case Step.QuantizedPool2d s -> outputs * s.window().taps();
      case Step.MatMul s -> outputs * s.a().dim(3);
      case Step.Reduce s -> s.in().elements();
      case Step.Softmax s -> 8 * outputs;
      default -> 4 * outputs;
    };
  }

  /**
   * Whether no part writes what another still has to read: a result may lie over what the step
   * reads, but then each element over its own operand.
   */
  private static boolean mayRunInAnyOrder(Step step) {
    View out = step.writes();
    return step.reads().stream()
        .allMatch(
            in ->
                in.equals(out)
                    || in.space() != out.space()
                    || in.end() <= out.offset()
                    || out.end() <= in.offset());
  }

  /** A step with a window and weights on a part of its output. */
  private interface OfWindow {
    Step make(View in, View weights, View out, Window2d window);
  }

  private List<Step> conv(View in, View weights, View out, Window2d window, OfWindow make) {
    int pixels = out.dim(0) * out.dim(1) * out.dim(2);
    boolean byChannels = out.dim(3) >= parts * 4 * PackedWeights.PANEL && pixels <= FEW_PIXELS;
    if (window.equals(Window2d.POINTWISE) && !byChannels && isOneRow(in) && isOneRow(out)) {
      View from = asOneRow(in);
      View row = asOneRow(out);
      return cut(row.dim(2), 6).stream()
          .map(
              p ->
                  make.make(
                      slice(from, 2, p.from, p.to), weights, slice(row, 2, p.from, p.to), window))
          .toList();
    }
    if (!byChannels && out.dim(1) >= parts * leastRows) {
      return byRows(in, out, window, (i, o, w) -> make.make(i, weights, o, w));
    }
    return cut(out.dim(3), PackedWeights.PANEL).stream()
        .map(p -> make.make(in, panels(weights, p), slice(out, 3, p.from, p.to), window))
        .toList();
  }

  private List<Step> depthwise(View in, View weights, View out, Window2d window, OfWindow make) {
    if (out.dim(1) >= parts * leastRows) {
      return byRows(in, out, window, (i, o, w) -> make.make(i, weights, o, w));
    }
    return cut(out.dim(3), PackedWeights.PANEL).stream()
        .map(
            p ->
                make.make(
                    slice(in, 3, p.from, p.to),
                    panels(weights, p),
                    slice(out, 3, p.from, p.to),
                    window))
        .toList();
  }

  private List<Step> pool(View in, View out, Window2d window, OfRows make) {
    if (out.dim(1) >= parts * leastRows) {
      return byRows(in, out, window, make);
    }
    return cut(out.dim(3), PackedWeights.PANEL).stream()
        .map(p -> make.make(slice(in, 3, p.from, p.to), slice(out, 3, p.from, p.to), window))
        .toList();
  }

  private List<Step> table(Step.Table step) {
    int d = longest(step.out(), i -> true);
    if (d < 0) {
      return List.of(step);
    }
    return cut(step.out().dim(d), d == step.out().rank() - 1 ? PackedWeights.PANEL : 1).stream()
        .<Step>map(
            p ->
                new Step.Table(
                    slice(step.in(), d, p.from, p.to),
                    step.table(),
                    slice(step.out(), d, p.from, p.to)))
        .toList();
  }

  /** A step on a part of the rows. */
  private interface OfRows {
    Step make(View in, View out, Window2d window);
  }

  private List<Step> byRows(View in, View out, Window2d window, OfRows make) {
    List<Step> steps = new ArrayList<>();
    int reach = (window.kernelH() - 1) * window.dilationH();
    for (Range p : cut(out.dim(1), 1)) {
      int first = p.from * window.strideH() - window.padTop();
      int from = Math.max(0, first);
      int to = Math.min(in.dim(1), (p.to - 1) * window.strideH() - window.padTop() + reach + 1);
      if (from >= to) {
        return List.of(make.make(in, out, window));
      }
      Window2d moved =
          new Window2d(
              window.kernelH(),
              window.kernelW(),
              window.strideH(),
              window.strideW(),
              from - first,
              window.padLeft(),
              window.dilationH(),
              window.dilationW());
      steps.add(make.make(slice(in, 1, from, to), slice(out, 1, p.from, p.to), moved));
    }
    return steps;
  }

  /** Along the rows as far as their positions can be written down, else along the channels. */
  private List<Step> resize(Step.Resize2d step) {
    Sampling rows = step.rows();
    View out = step.out();
    boolean inRange = rows.start() + (long) out.dim(1) * rows.step() <= Integer.MAX_VALUE;
    if (inRange && out.dim(1) >= parts * leastRows) {
      return cut(out.dim(1), 1).stream()
          .<Step>map(
              p ->
                  new Step.Resize2d(
                      step.in(),
                      slice(out, 1, p.from, p.to),
                      new Sampling(
                          rows.start() + p.from * rows.step(), rows.step(), rows.denominator()),
                      step.columns()))
          .toList();
    }
    return cut(out.dim(3), PackedWeights.PANEL).stream()
        .<Step>map(
            p ->
                new Step.Resize2d(
                    slice(step.in(), 3, p.from, p.to),
                    slice(out, 3, p.from, p.to),
                    rows,
                    step.columns()))
        .toList();
  }

  private List<Step> product(Step.MatMul step) {
    int d = step.out().dim(1) >= parts ? 1 : step.out().dim(0) >= parts ? 0 : 2;
    return cut(step.out().dim(d), d == 2 ? 6 : 1).stream()
        .<Step>map(
            p ->
                new Step.MatMul(
                    slice(step.a(), d, p.from, p.to),
                    d == 2 ? step.b() : slice(step.b(), d, p.from, p.to),
                    slice(step.out(), d, p.from, p.to),
                    step.activation()))
        .toList();
  }

  private List<Step> norm(Step.LayerNorm step) {
    int d = longest(step.out(), i -> i < step.out().rank() - 1);
    if (d < 0) {
      return List.of(step);
    }
    return cut(step.out().dim(d), 1).stream()
        .<Step>map(
            p ->
                new Step.LayerNorm(
                    slice(step.in(), d, p.from, p.to),
                    step.parameters(),
                    slice(step.out(), d, p.from, p.to),
                    step.epsilon()))
        .toList();
  }

  /** Cuts all operands, which have one shape, along the longest of the dimensions allowed. */
  private List<Step> along(Step step, IntPredicate allowed) {
    int d = longest(step.writes(), allowed);
    if (d < 0) {
      return List.of(step);
    }
    int unit = d == step.writes().rank() - 1 ? PackedWeights.PANEL : 1;
    return cut(step.writes().dim(d), unit).stream()
        .map(
            p ->
                step.with(
                    step.reads().stream().map(v -> slice(v, d, p.from, p.to)).toList(),
                    slice(step.writes(), d, p.from, p.to)))
        .toList();
  }

  /** The outermost dimension that is long enough for all parts, else the longest; -1 if none is. */
  private int longest(View view, IntPredicate allowed) {
    return IntStream.range(0, view.rank())
        .filter(i -> allowed.test(i) && view.dim(i) > 1)
        .boxed()
        .max(
            Comparator.comparingInt((Integer i) -> Math.min(view.dim(i), parts * leastRows))
                .thenComparing(Comparator.reverseOrder()))
        .orElse(-1);
  }

  private record Range(int from, int to) {}

  /** [0, size) in parts of about one size, each but the last a multiple of {@code unit}. */
  private List<Range> cut(int size, int unit) {
    List<Range> ranges = new ArrayList<>();
    int units = Math.ceilDiv(size, unit);
    int from = 0;
    for (int i = 1; i <= parts; i++) {
      int to = i == parts ? size : Math.min(size, units * i / parts * unit);
      if (to > from) {
        ranges.add(new Range(from, to));
        from = to;
      }
    }
    return ranges;
  }

  private static View slice(View view, int dimension, int from, int to) {
    int[] shape = view.shape();
    shape[dimension] = to - from;
    long skip = (long) from * view.stride(dimension) * view.type().bytes();
    return View.of(view.space(), view.type(), view.offset() + skip, shape, view.strides());
  }

  /** The panels of packed weights that hold a range of channels. */
  private static View panels(View weights, Range channels) {
    return slice(
        weights, 0, channels.from / PackedWeights.PANEL, PackedWeights.panels(channels.to));
  }

  /** Whether rows follow one another as pixels do, and there is one picture. */
  private static boolean isOneRow(View view) {
    return view.dim(0) == 1 && (view.dim(1) == 1 || view.stride(1) == view.dim(2) * view.stride(2));
  }

  private static View asOneRow(View view) {
    return View.of(
        view.space(),
        view.type(),
        view.offset(),
        new int[] {1, 1, view.dim(1) * view.dim(2), view.dim(3)},
        view.strides());
  }
}
