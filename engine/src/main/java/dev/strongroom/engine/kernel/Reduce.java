package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;

import dev.strongroom.engine.kernel.Dimensions.Dimension;
import dev.strongroom.program.Activation;
import dev.strongroom.program.Step;
import dev.strongroom.program.Step.Reduce.Kind;
import dev.strongroom.program.View;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Step.Reduce}. Rows run along the innermost kept dimension. Each is reduced in runs of at
 * most {@link #RUN} elements whose results are then combined, which keeps the rounding error of
 * long sums small.
 */
final class Reduce extends RowKernel {
  private static final int RUN = 32;

  private final Kind kind;
  private final Activation activation;
  private final int n;
  private final long outStep;
  private final long inStep;
  private final int[] sizes;
  private final long[] steps;
  private final int[] index;
  private final float divisor;

  private Reduce(
      Step.Reduce step, Dimensions kept, Dimensions reduced, Addresses addresses, long elements) {
    super(kept.outer(1), addresses.of(step.out()), addresses.of(step.in()));
    this.kind = step.kind();
    this.activation = step.activation();
    this.n = kept.innermost().size();
    this.outStep = kept.innermost().steps()[0];
    this.inStep = kept.innermost().steps()[1];
    this.sizes = reduced.dimensions().stream().mapToInt(Dimension::size).toArray();
    this.steps = reduced.dimensions().stream().mapToLong(d -> d.steps()[0]).toArray();
    this.index = new int[sizes.length - 1];
    this.divisor = kind == Kind.MEAN ? elements : 1;
  }

  static Reduce bind(Step.Reduce step, Addresses addresses) {
    View in = step.in();
    View out = step.out();
    List<Dimension> kept = new ArrayList<>();
    List<Dimension> reduced = new ArrayList<>();
    long elements = 1;
    for (int i = 0; i < in.rank(); i++) {
      long inBytes = (long) in.stride(i) * Float.BYTES;
      if (out.dim(i) == 1) {
        reduced.add(new Dimension(in.dim(i), inBytes));
        elements *= in.dim(i);
      } else {
        kept.add(new Dimension(in.dim(i), (long) out.stride(i) * Float.BYTES, inBytes));
      }
    }
    return new Reduce(
        step, Dimensions.reordered(kept, 2), Dimensions.reordered(reduced, 1), addresses, elements);
  }

  @Override
  void row(long out, long in, long unused) {
    int whole = outStep == Float.BYTES && inStep == Float.BYTES ? n & -LANES : 0;
    boolean first = true;
    long at = in;
    int inner = sizes.length - 1;
    while (true) {
      for (int from = 0; from < sizes[inner]; from += RUN) {
        int count = Math.min(RUN, sizes[inner] - from);
        combine(out, at + from * steps[inner], count, whole, first);
        first = false;
      }
      int d = inner - 1;
      while (d >= 0 && ++index[d] == sizes[d]) {
        index[d] = 0;
        at -= steps[d] * (sizes[d] - 1);
        d--;
      }
      if (d < 0) {
        break;
      }
      at += steps[d];
    }
    finish(out);
  }

  /** Reduces a run for every element of the row and adds the result to what is there. */
  private void combine(long out, long in, int count, int whole, boolean first) {
    long step = steps[steps.length - 1];
    if (whole > 0) {
      ReduceLoops.across(kind, in, step, count, out, whole, first);
    }
    for (int i = whole; i < n; i++) {
      float run = ReduceLoops.along(kind, in + i * inStep, step, count);
      long to = out + i * outStep;
      putFloat(to, first ? run : ReduceLoops.pair(kind, getFloat(to), run));
    }
  }

  private void finish(long out) {
    for (int i = 0; i < n; i++) {
      long at = out + i * outStep;
      putFloat(at, ActivationLoops.scalar(activation, getFloat(at) / divisor));
    }
  }
}
