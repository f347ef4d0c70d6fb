package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Sampling;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Step.Resize2d}: a pixel at a time, a vector of its channels at a time. Every operation is
 * rounded by itself, so that what is left over, channel by channel, has the bits that it would have
 * in a vector.
 */
final class Resize2d implements Kernel {
  private final Sampling rows;
  private final Sampling columns;
  private final long in;
  private final long inBatch;
  private final long inRow;
  private final long inPixel;
  private final long out;
  private final long outBatch;
  private final long outRow;
  private final long outPixel;
  private final int batches;
  private final int height;
  private final int width;
  private final int outHeight;
  private final int outWidth;
  private final int channels;

  private Resize2d(Step.Resize2d step, Addresses addresses) {
    this.rows = step.rows();
    this.columns = step.columns();
    this.in = addresses.of(step.in());
    this.inBatch = bytes(step.in(), 0);
    this.inRow = bytes(step.in(), 1);
    this.inPixel = bytes(step.in(), 2);
    this.out = addresses.of(step.out());
    this.outBatch = bytes(step.out(), 0);
    this.outRow = bytes(step.out(), 1);
    this.outPixel = bytes(step.out(), 2);
    this.batches = step.out().dim(0);
    this.height = step.in().dim(1);
    this.width = step.in().dim(2);
    this.outHeight = step.out().dim(1);
    this.outWidth = step.out().dim(2);
    this.channels = step.out().dim(3);
  }

  static Resize2d bind(Step.Resize2d step, Addresses addresses) {
    return new Resize2d(step, addresses);
  }

  private static long bytes(View view, int dimension) {
    return (long) view.stride(dimension) * Float.BYTES;
  }

  @Override
  public void run() {
    for (int n = 0; n < batches; n++) {
      for (int oy = 0; oy < outHeight; oy++) {
        long position = rows.scaledPosition(oy, height);
        long row = position / rows.denominator();
        float down = fraction(position - row * rows.denominator(), rows.denominator());
        long above = in + n * inBatch + row * inRow;
        row(above, down > 0 ? inRow : 0, down, out + n * outBatch + oy * outRow);
      }
    }
  }

  private static float fraction(long numerator, int denominator) {
    return (float) numerator / denominator;
  }

  /**
   * One row of pixels.
   *
   * @param below bytes from a pixel to the one below; 0 where the row lies on one of the input's
   */
  private void row(long above, long below, float down, long to) {
    for (int ox = 0; ox < outWidth; ox++) {
      long position = columns.scaledPosition(ox, width);
      long column = position / columns.denominator();
      float across = fraction(position - column * columns.denominator(), columns.denominator());
      long pixel = above + column * inPixel;
      long right = across > 0 ? inPixel : 0;
      pixel(pixel, right, below, across, down, to + ox * outPixel);
    }
  }

  /** All channels of a pixel between four: this one, and those so many bytes right and below. */
  private void pixel(long from, long right, long below, float across, float down, long to) {
    long topLeft = from & ADDRESSES;
    long topRight = (from + right) & ADDRESSES;
    long bottomLeft = (from + below) & ADDRESSES;
    long bottomRight = (from + below + right) & ADDRESSES;
    long result = to & ADDRESSES;
    int c = 0;
    for (; c <= channels - WIDE_LANES; c += WIDE_LANES) {
      long at = (long) c * Float.BYTES;
      FloatVector a = fromMemorySegment(WIDE, MEMORY, topLeft + at, ORDER);
      FloatVector b = fromMemorySegment(WIDE, MEMORY, topRight + at, ORDER);
      FloatVector top = b.sub(a).mul(across).add(a);
      FloatVector d = fromMemorySegment(WIDE, MEMORY, bottomLeft + at, ORDER);
      FloatVector e = fromMemorySegment(WIDE, MEMORY, bottomRight + at, ORDER);
      FloatVector bottom = e.sub(d).mul(across).add(d);
      bottom.sub(top).mul(down).add(top).intoMemorySegment(MEMORY, result + at, ORDER);
    }
    for (; c < channels; c++) {
      long at = (long) c * Float.BYTES;
      float top = between(getFloat(topLeft + at), getFloat(topRight + at), across);
      float bottom = between(getFloat(bottomLeft + at), getFloat(bottomRight + at), across);
      putFloat(result + at, between(top, bottom, down));
    }
  }

  private static float between(float a, float b, float fraction) {
    return a + (b - a) * fraction;
  }
}
