package dev.strongroom.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Program;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every path through the quantised kernels keeps its vectors in registers, once compiled. */
class QuantizedAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
  private static final Window2d SAME = new Window2d(3, 3, 1, 1, 1, 1, 1, 1);
  private static final ElementType[] TYPES = {ElementType.I8, ElementType.F32};

  private final List<Step> steps = new ArrayList<>();
  private long next;

  private View dense(ElementType type, int... shape) {
    View view = View.dense(Space.ARENA, type, next, shape);
    next = Program.align(view.end());
    return view;
  }

  private void conv(
      ElementType in,
      ElementType out,
      int height,
      int width,
      int channels,
      int outputs,
      Window2d w) {
    steps.add(
        new Step.QuantizedConv2d(
            dense(in, 1, height, width, channels),
            dense(ElementType.I8, PackedWeights.quantizedConv(outputs, channels, w)),
            dense(ElementType.F32, PackedWeights.MIN_SCRATCH + 6 * 256),
            dense(out, 1, height, width, outputs),
            w,
            0,
            outputs % 2 == 0
                ? Activation.NONE
                : Activation.of(Activation.Function.HARD_SWISH, 3, 6),
            Saturation.NONE));
  }

  private void depthwise(ElementType in, ElementType out, int channels) {
    steps.add(
        new Step.QuantizedDepthwiseConv2d(
            dense(in, 1, 9, 20, channels),
            dense(ElementType.I8, PackedWeights.quantizedDepthwise(channels, SAME)),
            dense(ElementType.F32, PackedWeights.MIN_SCRATCH),
            dense(out, 1, 9, 20, channels),
            SAME,
            0,
            Activation.NONE,
            Saturation.NONE));
  }

  @Test
  void kernelsAllocateNothing() {
    for (ElementType in : TYPES) {
      for (ElementType out : TYPES) {
        conv(in, out, 9, 20, 24, 40, SAME);
        conv(in, out, 8, 16, 64, 33, Window2d.POINTWISE);
        conv(in, out, 1, 1, 700, 150, Window2d.POINTWISE);
        depthwise(in, out, 48);
        depthwise(in, out, 29);
      }
    }
    for (Step.QuantizedBinary.Kind kind : Step.QuantizedBinary.Kind.values()) {
      View a = dense(ElementType.I8, 50, 64);
      View b = dense(ElementType.I8, 50, 64);
      View rows = View.of(b.space(), b.type(), b.offset(), b.shape(), new int[] {1, 0});
      View out = dense(ElementType.I8, 50, 64);
      steps.add(new Step.QuantizedBinary(kind, a, b, out, 3, 4, 0.5f, 1, Saturation.NONE));
      steps.add(new Step.QuantizedBinary(kind, a, rows, out, 3, 4, 0.5f, 1, Saturation.NONE));
    }
    for (Step.Pool2d.Kind kind : Step.Pool2d.Kind.values()) {
      View in = dense(ElementType.I8, 1, 9, 20, 29);
      View out = dense(ElementType.I8, 1, 9, 20, 29);
      steps.add(new Step.QuantizedPool2d(kind, in, out, SAME, 0, 1, Saturation.NONE));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(next, Program.ALIGNMENT);
      Addresses addresses = new Addresses(memory.address(), 0, 0);
      List<Kernel> kernels = steps.stream().map(s -> Kernel.bind(s, addresses)).toList();
      long[] bytes = new long[kernels.size()];
      long start = System.nanoTime();
      boolean allocates;
      do {
        allocates = false;
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = allocatedBy(kernels.get(i));
          allocates |= bytes[i] > 0;
        }
      } while (allocates && System.nanoTime() - start < PATIENCE);
      for (int i = 0; i < bytes.length; i++) {
        assertThat(bytes[i]).as("bytes allocated by 20 runs of %s", steps.get(i)).isZero();
      }
    }
  }

  private static long allocatedBy(Kernel kernel) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20; i++) {
      kernel.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
