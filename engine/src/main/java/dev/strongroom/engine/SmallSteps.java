package dev.strongroom.engine;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Makes small steps that take the same paths through the kernels as large ones: sizes shrink, but
 * keep what they leave over when divided into vectors and panels; strides keep their order. All
 * operands lie one behind the other, from the start of ARENA. A window may reach past a small input
 * altogether; kernels clip it.
 */
final class SmallSteps {
  private static final int OUTER = 4;
  private static final int INNER = 24;
  private static final int PIXELS = 14;

  /** Of a convolution's input: as many as have it go tap by tap, and no fewer. */
  private static final int CHANNELS = 40;

  private static final int VECTOR = 8;

  private long next;

  private SmallSteps() {}

  /** A small step like {@code step}, which is no {@link Step.Open} and no {@link Step.Receive}. */
  static Step like(Step step) {
    return new SmallSteps().small(step);
  }

  /** Bytes of ARENA that the step reaches. */
  static long bytes(Step step) {
    long end = step.writes().end();
    for (View view : step.reads()) {
      end = Math.max(end, view.end());
    }
    for (View view : step.scratch()) {
      end = Math.max(end, view.end());
    }
    return end;
  }

  private Step small(Step step) {
    return switch (step) {
      case Step.Open s -> throw new IllegalArgumentException("opening chunks has no size: " + s);
      case Step.Receive s -> throw new IllegalArgumentException("receiving has no size: " + s);
      case Step.Conv2d s -> {
        int channels = size(s.out().dim(3), 5 * PackedWeights.PANEL, PackedWeights.PANEL);
        View in = pixels(s.in(), size(s.in().dim(3), CHANNELS, VECTOR));
        View weights = dense(PackedWeights.conv(channels, in.dim(3), s.window()));
        yield new Step.Conv2d(in, weights, pixels(s.out(), channels), s.window(), s.activation());
      }
      case Step.DepthwiseConv2d s -> {
        int channels = size(s.out().dim(3), 2 * PackedWeights.PANEL, PackedWeights.PANEL);
        View in = pixels(s.in(), channels);
        View weights = dense(PackedWeights.depthwise(channels, s.window()));
        View out = pixels(s.out(), channels);
        yield new Step.DepthwiseConv2d(in, weights, out, s.window(), s.activation());
      }
      case Step.Pool2d s -> {
        int channels = size(s.out().dim(3), INNER, VECTOR);
        View in = pixels(s.in(), channels);
        yield new Step.Pool2d(s.kind(), in, pixels(s.out(), channels), s.window());
      }
      case Step.Resize2d s -> {
        int channels = size(s.out().dim(3), INNER, VECTOR);
        View in = pixels(s.in(), channels);
        yield new Step.Resize2d(in, pixels(s.out(), channels), s.rows(), s.columns());
      }
      case Step.MatMul s ->
          new Step.MatMul(view(s.a()), view(s.b()), view(s.out()), s.activation());
      case Step.Reduce s -> new Step.Reduce(s.kind(), view(s.in()), view(s.out()), s.activation());
      case Step.Unary s -> new Step.Unary(view(s.in()), view(s.out()), s.activation());
      case Step.Binary s ->
          new Step.Binary(s.kind(), view(s.a()), view(s.b()), view(s.out()), s.activation());
      case Step.Softmax s -> new Step.Softmax(view(s.in()), view(s.out()));
      case Step.LayerNorm s -> {
        View in = view(s.in());
        View parameters = dense(2, in.dim(in.rank() - 1));
        yield new Step.LayerNorm(in, parameters, view(s.out()), s.epsilon());
      }
      case Step.Copy s -> new Step.Copy(view(s.in()), view(s.out()));
      case Step.QuantizedConv2d s -> {
        int channels = size(s.out().dim(3), 5 * PackedWeights.PANEL, PackedWeights.PANEL);
        View in = pixels(s.in(), size(s.in().dim(3), INNER, VECTOR));
        yield new Step.QuantizedConv2d(
            in,
            dense(ElementType.I8, PackedWeights.quantizedConv(channels, in.dim(3), s.window())),
            dense(s.workspace().dim(0)),
            pixels(s.out(), channels),
            s.window(),
            s.inZero(),
            s.activation(),
            s.saturation());
      }
      case Step.QuantizedDepthwiseConv2d s -> {
        int channels = size(s.out().dim(3), 2 * PackedWeights.PANEL, PackedWeights.PANEL);
        yield new Step.QuantizedDepthwiseConv2d(
            pixels(s.in(), channels),
            dense(ElementType.I8, PackedWeights.quantizedDepthwise(channels, s.window())),
            dense(s.workspace().dim(0)),
            pixels(s.out(), channels),
            s.window(),
            s.inZero(),
            s.activation(),
            s.saturation());
      }
      case Step.Quantize s ->
          new Step.Quantize(view(s.in()), view(s.out()), s.scale(), s.saturation());
      case Step.Dequantize s ->
          new Step.Dequantize(view(s.in()), view(s.out()), s.scale(), s.zeroPoint());
      case Step.Table s ->
          new Step.Table(view(s.in()), dense(ElementType.I8, Step.Table.ENTRIES), view(s.out()));
      case Step.QuantizedBinary s ->
          new Step.QuantizedBinary(
              s.kind(),
              view(s.a()),
              view(s.b()),
              view(s.out()),
              s.aZero(),
              s.bZero(),
              s.aScale(),
              s.bScale(),
              s.saturation());
      case Step.QuantizedPool2d s -> {
        int channels = size(s.out().dim(3), INNER, VECTOR);
        yield new Step.QuantizedPool2d(
            s.kind(),
            pixels(s.in(), channels),
            pixels(s.out(), channels),
            s.window(),
            s.inZero(),
            s.scale(),
            s.saturation());
      }
      case Step.Lookup s -> {
        View table = view(s.table());
        yield new Step.Lookup(view(s.ids()), table, view(s.out()), 0, table.dim(0), s.merge());
      }
      case Step.Cast s -> new Step.Cast(view(s.in()), view(s.out()));
    };
  }

  /** {@code size}, or a number up to {@code most} that leaves as much over a multiple of unit. */
  private static int size(int size, int most, int unit) {
    return size <= most ? size : most - unit + size % unit;
  }

  private View pixels(View view, int channels) {
    return dense(
        view.type(), 1, Math.min(view.dim(1), OUTER), Math.min(view.dim(2), PIXELS), channels);
  }

  private View dense(int... shape) {
    return dense(ElementType.F32, shape);
  }

  private View dense(ElementType type, int... shape) {
    return place(type, shape, View.denseStrides(shape));
  }

  private View view(View view) {
    int[] shape = view.shape();
    for (int i = 0; i < shape.length; i++) {
      boolean inner = i >= shape.length - 2;
      shape[i] = inner ? size(shape[i], INNER, VECTOR) : Math.min(shape[i], OUTER);
    }
    int[] byStride =
        IntStream.range(0, shape.length)
            .filter(i -> view.stride(i) > 0)
            .boxed()
            .sorted(Comparator.comparingInt(view::stride))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] strides = new int[shape.length];
    int step = 1;
    for (int i : byStride) {
      strides[i] = step == 1 && view.stride(i) > 1 ? 2 : step;
      step = strides[i] * shape[i];
    }
    return place(view.type(), shape, strides);
  }

  private View place(ElementType type, int[] shape, int[] strides) {
    View view = View.of(Space.ARENA, type, next, shape, strides);
    next = Program.align(view.end());
    return view;
  }
}
