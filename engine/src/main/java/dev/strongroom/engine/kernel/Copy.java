package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.getInt;
import static dev.strongroom.engine.kernel.UncheckedMemory.getLong;
import static dev.strongroom.engine.kernel.UncheckedMemory.putByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.putInt;
import static dev.strongroom.engine.kernel.UncheckedMemory.putLong;

import dev.strongroom.engine.kernel.Dimensions.Dimension;
import dev.strongroom.program.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Step.Copy}: the two innermost dimensions are copied as a rectangle. The one in which the
 * input is consecutive is brought next to the one in which the output is, so that a transpose moves
 * square blocks that stay in the cache.
 */
final class Copy extends RowKernel {
  private static final int BLOCK = 16;

  private final int bytes;
  private final Dimension lines;
  private final Dimension elements;
  private final boolean runs;

  private Copy(int bytes, List<Dimension> walk, long out, long in) {
    super(walk.subList(0, Math.max(0, walk.size() - 2)), out, in);
    this.bytes = bytes;
    this.elements = walk.getLast();
    this.lines = walk.size() > 1 ? walk.get(walk.size() - 2) : new Dimension(1, 0, 0);
    this.runs = elements.steps()[0] == bytes && elements.steps()[1] == bytes;
  }

  static Copy bind(Step.Copy step, Addresses addresses) {
    int bytes = step.out().type().bytes();
    Dimensions walk =
        Dimensions.reordered(Dimensions.of(0, step.out().rank(), step.out(), step.in()), 2);
    List<Dimension> dimensions = new ArrayList<>(walk.dimensions());
    for (int i = 0; i < dimensions.size() - 1; i++) {
      if (dimensions.get(i).steps()[1] == bytes) {
        dimensions.add(dimensions.size() - 1, dimensions.remove(i));
        break;
      }
    }
    return new Copy(bytes, dimensions, addresses.of(step.out()), addresses.of(step.in()));
  }

  @Override
  void row(long out, long in, long unused) {
    if (runs) {
      for (int i = 0; i < lines.size(); i++) {
        UncheckedMemory.copy(
            in + i * lines.steps()[1], out + i * lines.steps()[0], (long) elements.size() * bytes);
      }
      return;
    }
    for (int i = 0; i < lines.size(); i += BLOCK) {
      for (int j = 0; j < elements.size(); j += BLOCK) {
        block(
            out + i * lines.steps()[0] + j * elements.steps()[0],
            in + i * lines.steps()[1] + j * elements.steps()[1],
            Math.min(BLOCK, lines.size() - i),
            Math.min(BLOCK, elements.size() - j));
      }
    }
  }

  private void block(long out, long in, int height, int width) {
    for (int i = 0; i < height; i++) {
      long to = out + i * lines.steps()[0];
      long from = in + i * lines.steps()[1];
      switch (bytes) {
        case Integer.BYTES -> ints(to, from, width, elements.steps()[0], elements.steps()[1]);
        case Long.BYTES -> longs(to, from, width, elements.steps()[0], elements.steps()[1]);
        default -> bytes(to, from, width, elements.steps()[0], elements.steps()[1]);
      }
    }
  }

  private static void ints(long out, long in, int n, long outStep, long inStep) {
    for (int i = 0; i < n; i++) {
      putInt(out + i * outStep, getInt(in + i * inStep));
    }
  }

  private static void longs(long out, long in, int n, long outStep, long inStep) {
    for (int i = 0; i < n; i++) {
      putLong(out + i * outStep, getLong(in + i * inStep));
    }
  }

  private static void bytes(long out, long in, int n, long outStep, long inStep) {
    for (int i = 0; i < n; i++) {
      putByte(out + i * outStep, getByte(in + i * inStep));
    }
  }
}
