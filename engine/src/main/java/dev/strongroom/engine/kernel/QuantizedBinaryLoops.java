package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;

import dev.strongroom.program.Step;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The arithmetic of {@link QuantizedBinary} over whole vectors of consecutive bytes. */
final class QuantizedBinaryLoops {
  private final boolean product;
  private final float aZero;
  private final float bZero;
  private final float aScale;
  private final float bScale;
  private final Rounding rounding;

  QuantizedBinaryLoops(Step.QuantizedBinary step) {
    this.product = step.kind() == Step.QuantizedBinary.Kind.MUL;
    this.aZero = step.aZero();
    this.bZero = step.bZero();
    this.aScale = step.aScale();
    this.bScale = step.bScale();
    this.rounding = new Rounding(step.saturation());
  }

  /** One element: the same bits as in a run. */
  byte scalar(byte a, byte b) {
    float x = a - aZero;
    float y = b - bZero;
    return rounding.scalar(product ? x * y * aScale : x * aScale + y * bScale);
  }

  /** {@code n} elements; {@code b} is one for all of them if {@code repeated}. */
  void run(long a, long b, boolean repeated, long out, int n) {
    if (repeated) {
      float y = getByte(b) - bZero;
      if (product) {
        multiply(a, y, out, n);
      } else {
        add(a, y * bScale, out, n);
      }
    } else if (product) {
      multiply(a, b, out, n);
    } else {
      add(a, b, out, n);
    }
  }

  private void add(long a, float summand, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (a & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector v = x.sub(aZero).mul(aScale).add(summand);
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(rounding.lowest, v.lt(rounding.lowest));
      v = v.blend(rounding.highest, v.compare(VectorOperators.GT, rounding.highest));
      v.add(Rounding.ROUND)
          .reinterpretAsInts()
          .add(rounding.move)
          .convertShape(VectorOperators.I2B, BYTES, 0)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + i, ORDER);
    }
  }

  private void add(long a, long b, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (a & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector y =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (b & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector v = y.sub(bZero).mul(bScale).add(x.sub(aZero).mul(aScale));
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(rounding.lowest, v.lt(rounding.lowest));
      v = v.blend(rounding.highest, v.compare(VectorOperators.GT, rounding.highest));
      v.add(Rounding.ROUND)
          .reinterpretAsInts()
          .add(rounding.move)
          .convertShape(VectorOperators.I2B, BYTES, 0)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + i, ORDER);
    }
  }

  private void multiply(long a, float factor, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (a & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector v = x.sub(aZero).mul(factor).mul(aScale);
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(rounding.lowest, v.lt(rounding.lowest));
      v = v.blend(rounding.highest, v.compare(VectorOperators.GT, rounding.highest));
      v.add(Rounding.ROUND)
          .reinterpretAsInts()
          .add(rounding.move)
          .convertShape(VectorOperators.I2B, BYTES, 0)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + i, ORDER);
    }
  }

  private void multiply(long a, long b, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (a & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector y =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (b & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector v = x.sub(aZero).mul(y.sub(bZero)).mul(aScale);
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(rounding.lowest, v.lt(rounding.lowest));
      v = v.blend(rounding.highest, v.compare(VectorOperators.GT, rounding.highest));
      v.add(Rounding.ROUND)
          .reinterpretAsInts()
          .add(rounding.move)
          .convertShape(VectorOperators.I2B, BYTES, 0)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + i, ORDER);
    }
  }
}
