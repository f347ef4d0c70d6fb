package dev.strongroom.engine.kernel;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Softmax, LayerNorm and Reduce against their definitions, between guard pages. */
class RowKernelsTest {
  private static final Workbench BENCH = new Workbench();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  private static int[] rows(int longest) {
    return new int[] {BENCH.between(1, 3), BENCH.between(1, 4), BENCH.between(1, longest)};
  }

  @Test
  void normalisesByTheSumOfExponentials() {
    for (long seed = 0; seed < 150; seed++) {
      BENCH.start(seed);
      View in = BENCH.sliced(rows(60));
      BENCH.scale(in, BENCH.between(0, 1) == 0 ? 1 : 60);
      BENCH.check(new Step.Softmax(in, BENCH.sliced(in.shape())), 5e-6);
      BENCH.check(new Step.Softmax(in, in), 5e-6);
    }
  }

  @Test
  void normalisesByMeanAndVariance() {
    for (long seed = 0; seed < 150; seed++) {
      BENCH.start(seed);
      View in = BENCH.sliced(rows(60));
      View parameters = BENCH.dense(2, in.dim(2));
      BENCH.check(new Step.LayerNorm(in, parameters, BENCH.sliced(in.shape()), 1e-3f), 5e-5);
      BENCH.check(new Step.LayerNorm(in, parameters, in, 1e-3f), 5e-5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void reducesAnyDimensions(Step.Reduce.Kind kind) {
    for (long seed = 0; seed < 200; seed++) {
      BENCH.start(seed);
      int[] shape = new int[BENCH.between(0, 4)];
      int[] outShape = new int[shape.length];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = BENCH.between(1, 20);
        outShape[i] = BENCH.between(0, 1) == 0 ? 1 : shape[i];
      }
      View in = BENCH.between(0, 1) == 0 ? BENCH.sliced(shape) : BENCH.broadcast(shape);
      View out = BENCH.strided(ElementType.F32, outShape);
      double tolerance = kind == Step.Reduce.Kind.SUM ? 1e-3 : 1e-5;
      BENCH.check(new Step.Reduce(kind, in, out, BENCH.activation()), tolerance);
    }
  }

  @Test
  void averagesLargePicturesWithoutLosingDigits() {
    BENCH.start(1);
    View in = BENCH.dense(1, 160, 200, 9);
    Elements.forEach(in.shape(), index -> Elements.set(in, Elements.get(in, index) + 100, index));
    Step.Reduce.Kind mean = Step.Reduce.Kind.MEAN;
    BENCH.check(
        new Step.Reduce(mean, in, BENCH.dense(1, 1, 1, 9), dev.strongroom.program.Activation.NONE),
        1e-6);
  }
}
