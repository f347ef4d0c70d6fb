package dev.strongroom.engine.kernel;

import com.sun.management.ThreadMXBean;
import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * A quick look at single kernels while tuning: arithmetic per second and what a run allocates. Not
 * a test and no measurement to publish. To be started with the engine's flags and, as the engine
 * is, with -XX:+UseSerialGC: with another collector the same kernels have been half as fast.
 */
public final class KernelBenchmark {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Arena MEMORY = Arena.global();

  private KernelBenchmark() {}

  public static void main(String[] args) {
    String only = args.length > 0 ? args[0] : "";
    conv(only, "pointwise 24x160, 64 to 64", 24, 160, 64, 64, 1);
    conv(only, "pointwise 12x80, 128 to 128", 12, 80, 128, 128, 1);
    conv(only, "pointwise 3x80, 512 to 512", 3, 80, 512, 512, 1);
    conv(only, "pointwise 1x40, 120 to 6625", 1, 40, 120, 6625, 1);
    conv(only, "pointwise 24x160, 16 to 32", 24, 160, 16, 32, 1);
    conv(only, "3x3 80x80, 96 to 24", 80, 80, 96, 24, 3);
    conv(only, "3x3 40x40, 64 to 64", 40, 40, 64, 64, 3);
    conv(only, "3x3 48x320, 3 to 16", 48, 320, 3, 16, 3);
    conv(only, "3x3 32x32, 128 to 128", 32, 32, 128, 128, 3);
    conv(only, "3x3 16x16, 256 to 256", 16, 16, 256, 256, 3);
    conv(only, "3x3 8x8, 512 to 512", 8, 8, 512, 512, 3);
    conv(only, "3x3 64x64, 64 to 64", 64, 64, 64, 64, 3);
    conv(only, "pointwise 16x16, 512 to 512", 16, 16, 512, 512, 1);
    conv(only, "pointwise 64x1, 384 to 1536", 64, 1, 384, 1536, 1);
    conv(only, "one pixel, 480 to 120", 1, 1, 480, 120, 1);
    conv(only, "one pixel, 120 to 480", 1, 1, 120, 480, 1);
    depthwise(only, "depthwise 3x3 24x160x64", 24, 160, 64, 3);
    depthwise(only, "depthwise 3x3 64x64x64", 64, 64, 64, 3);
    depthwise(only, "depthwise 3x3 16x16x512", 16, 16, 512, 3);
    depthwise(only, "depthwise 5x5 3x80x512", 3, 80, 512, 5);
    depthwise(only, "depthwise 5x5 3x80x120", 3, 80, 120, 5);
    matMul(only, "matmul 8x40x15x40, b transposed", 8, 40, 15, 40, true);
    matMul(only, "matmul 8x40x40x15", 8, 40, 40, 15, false);
    matMul(only, "matmul 12x64x64x32", 12, 64, 64, 32, false);
    elementwise(only);
  }

  private static View view(int... shape) {
    return place(shape, View.denseStrides(shape));
  }

  private static View place(int[] shape, int[] strides) {
    long bytes = View.of(Space.ARENA, ElementType.F32, 0, shape, strides).extent();
    MemorySegment segment = MEMORY.allocate(bytes, 64);
    for (long i = 0; i < bytes / 4; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (i * 37 % 101 - 50) / 101f);
    }
    return View.of(Space.ARENA, ElementType.F32, segment.address(), shape, strides);
  }

  private static void conv(String only, String name, int h, int w, int c, int oc, int k) {
    if (!name.contains(only)) {
      return;
    }
    Window2d window = new Window2d(k, k, 1, 1, k / 2, k / 2, 1, 1);
    View weights = view(PackedWeights.conv(oc, c, window));
    Step step =
        new Step.Conv2d(view(1, h, w, c), weights, view(1, h, w, oc), window, Activation.NONE);
    measure(name, step, 2.0 * h * w * c * oc * k * k);
    quantizedConv(name, h, w, c, oc, window);
  }

  /** The same layer with I8 weights and activations, in as much workspace as the compiler gives. */
  private static void quantizedConv(String name, int h, int w, int c, int oc, Window2d window) {
    int products = window.taps() * c;
    int room = Integer.getInteger("workspace", 192 + 6 * Math.min(256, (products + 7) / 8 * 8));
    View weights = bytes(PackedWeights.quantizedConv(oc, c, window));
    Step step =
        new Step.QuantizedConv2d(
            bytes(1, h, w, c),
            weights,
            view(Math.max(PackedWeights.MIN_SCRATCH, (room + 15) / 16 * 16)),
            bytes(1, h, w, oc),
            window,
            3,
            Activation.NONE,
            Saturation.NONE);
    measure("int8 " + name, step, 2.0 * h * w * oc * products);
  }

  private static View bytes(int... shape) {
    View floats =
        view(
            Math.toIntExact(
                (View.of(Space.ARENA, ElementType.I8, 0, shape, View.denseStrides(shape)).extent()
                        + 3)
                    / 4));
    return View.of(Space.ARENA, ElementType.I8, floats.offset(), shape, View.denseStrides(shape));
  }

  private static void depthwise(String only, String name, int h, int w, int c, int k) {
    if (!name.contains(only)) {
      return;
    }
    Window2d window = new Window2d(k, k, 1, 1, k / 2, k / 2, 1, 1);
    View weights = view(PackedWeights.depthwise(c, window));
    Step step =
        new Step.DepthwiseConv2d(
            view(1, h, w, c), weights, view(1, h, w, c), window, Activation.NONE);
    measure(name, step, 2.0 * h * w * c * k * k);
    Step quantized =
        new Step.QuantizedDepthwiseConv2d(
            bytes(1, h, w, c),
            bytes(PackedWeights.quantizedDepthwise(c, window)),
            view(PackedWeights.MIN_SCRATCH),
            bytes(1, h, w, c),
            window,
            3,
            Activation.NONE,
            Saturation.NONE);
    measure("int8 " + name, quantized, 2.0 * h * w * c * k * k);
  }

  private static void matMul(
      String only, String name, int heads, int m, int k, int n, boolean transposed) {
    if (!name.contains(only)) {
      return;
    }
    int[] shape = {1, heads, k, n};
    View b =
        place(
            shape, transposed ? new int[] {heads * n * k, n * k, 1, k} : View.denseStrides(shape));
    Step step = new Step.MatMul(view(1, heads, m, k), b, view(1, heads, m, n), Activation.NONE);
    measure(name, step, 2.0 * heads * m * k * n);
  }

  private static void elementwise(String only) {
    int n = 24 * 160 * 64;
    View x = view(n);
    View y = view(n);
    for (Activation.Function function : Activation.Function.values()) {
      if (("unary " + function).contains(only)) {
        measure("unary " + function, new Step.Unary(x, y, Activation.of(function, 0.2f, 0.5f)), n);
      }
    }
    View wide = view(24, 160, 64);
    View channels = View.of(Space.ARENA, x.type(), x.offset(), wide.shape(), new int[] {0, 0, 1});
    View pixels = View.of(Space.ARENA, x.type(), x.offset(), wide.shape(), new int[] {160, 1, 0});
    for (Step.Binary.Kind kind : Step.Binary.Kind.values()) {
      if (("binary " + kind).contains(only)) {
        measure("binary " + kind, new Step.Binary(kind, x, x, y, Activation.NONE), n);
        measure(
            "binary " + kind + " channels",
            new Step.Binary(kind, wide, channels, wide, Activation.NONE),
            n);
        measure(
            "binary " + kind + " pixels",
            new Step.Binary(kind, wide, pixels, wide, Activation.NONE),
            n);
      }
    }
    if ("softmax layernorm reduce copy pool".contains(only)) {
      View rows = view(40, 6625);
      measure("softmax 40x6625", new Step.Softmax(rows, view(40, 6625)), 40 * 6625);
      View tokens = view(40, 120);
      measure(
          "layernorm 40x120", new Step.LayerNorm(tokens, view(2, 120), view(40, 120), 1e-6f), 4800);
      measure(
          "reduce 24x160x64 to 64",
          new Step.Reduce(Step.Reduce.Kind.MEAN, wide, view(1, 1, 64), Activation.NONE),
          n);
      View transposed =
          View.of(Space.ARENA, x.type(), x.offset(), wide.shape(), new int[] {160, 1, 24 * 160});
      measure("copy transposed", new Step.Copy(transposed, wide), n);
      measure(
          "pool",
          new Step.Pool2d(
              Step.Pool2d.Kind.MAX,
              view(1, 48, 160, 64),
              view(1, 24, 80, 64),
              new Window2d(2, 2, 2, 2, 0, 0, 1, 1)),
          n);
    }
  }

  private static void measure(String name, Step step, double operations) {
    Kernel kernel = Kernel.bind(step, new Addresses(0, 0, 0));
    long start = System.nanoTime();
    kernel.run();
    double first = (System.nanoTime() - start) / 1e6;
    long runs = 0;
    long allocating = Long.MAX_VALUE;
    while (System.nanoTime() - start < 600_000_000L
        || allocating > 0 && System.nanoTime() - start < 6_000_000_000L) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      kernel.run();
      allocating = THREADS.getCurrentThreadAllocatedBytes() - before;
      runs++;
    }
    double best = Double.MAX_VALUE;
    long batch = Math.clamp((long) (2e8 / operations), 1, runs);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10; i++) {
      long from = THREADS.getCurrentThreadCpuTime();
      for (long r = 0; r < batch; r++) {
        kernel.run();
      }
      best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - from) / (double) batch);
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    System.out.printf(
        Locale.ROOT,
        "%-34s %9.1f us  %6.2f G/s  first %7.1f ms  allocates %d bytes a run%n",
        name,
        best / 1e3,
        operations / best,
        first,
        allocated / (10 * batch));
  }
}
