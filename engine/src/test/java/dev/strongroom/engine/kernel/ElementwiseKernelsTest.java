package dev.strongroom.engine.kernel;

import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unary, Binary and Copy against their definitions, between guard pages. */
class ElementwiseKernelsTest {
  private static final Workbench BENCH = new Workbench();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  private static int[] shape() {
    int[] shape = new int[BENCH.between(0, 5)];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = BENCH.between(1, i < 2 ? 20 : 5);
    }
    return shape;
  }

  private static void makePositive(View view) {
    Elements.forEach(
        view.shape(),
        index -> Elements.set(view, Math.max(0.1f, Math.abs(Elements.get(view, index))), index));
  }

  @ParameterizedTest
  @EnumSource
  void appliesEveryFunctionToAnyStrides(Activation.Function function) {
    for (long seed = 0; seed < 40; seed++) {
      Random random = BENCH.start(seed);
      int[] shape = shape();
      View in = BENCH.broadcast(shape);
      if (function == Activation.Function.SQRT
          || function == Activation.Function.RSQRT
          || function == Activation.Function.RECIPROCAL
          || function == Activation.Function.LOG) {
        makePositive(in);
      }
      Activation activation =
          new Activation(
              function,
              random.nextFloat() - 0.5f,
              random.nextFloat() + 0.5f,
              random.nextFloat() + 0.5f,
              random.nextFloat() - 0.5f);
      BENCH.check(new Step.Unary(in, BENCH.strided(ElementType.F32, shape), activation), 2e-6);
    }
  }

  @ParameterizedTest
  @EnumSource
  void combinesAnyTwoOperands(Step.Binary.Kind kind) {
    for (long seed = 0; seed < 100; seed++) {
      BENCH.start(seed);
      int[] shape = shape();
      View a = BENCH.broadcast(shape);
      View b = BENCH.broadcast(shape);
      if (kind == Step.Binary.Kind.DIV || kind == Step.Binary.Kind.POW) {
        makePositive(a);
        makePositive(b);
      }
      View out = BENCH.strided(ElementType.F32, shape);
      BENCH.check(new Step.Binary(kind, a, b, out, BENCH.activation()), 2e-6);
    }
  }

  @Test
  void whatIsTheSameIsEqual() {
    BENCH.start(1);
    View a = BENCH.dense(3, 21);
    View once = View.of(a.space(), a.type(), a.offset(), a.shape(), new int[] {0, 1});
    View out = BENCH.dense(3, 21);
    for (View b : List.of(a, once)) {
      BENCH.check(new Step.Binary(Step.Binary.Kind.EQUAL, a, b, out, Activation.NONE), 0);
    }
  }

  @Test
  void broadcastsChannelsOverPixels() {
    for (Step.Binary.Kind kind : Step.Binary.Kind.values()) {
      BENCH.start(kind.code());
      View pixels = BENCH.dense(1, 6, 7, 24);
      View channels = BENCH.dense(24);
      makePositive(pixels);
      makePositive(channels);
      View repeated =
          View.of(
              channels.space(),
              channels.type(),
              channels.offset(),
              pixels.shape(),
              new int[] {0, 0, 0, 1});
      View out = BENCH.dense(1, 6, 7, 24);
      BENCH.check(new Step.Binary(kind, pixels, repeated, out, Activation.NONE), 2e-6);
      BENCH.check(new Step.Binary(kind, repeated, pixels, out, Activation.NONE), 2e-6);
    }
  }

  @Test
  void worksInPlace() {
    for (long seed = 0; seed < 40; seed++) {
      BENCH.start(seed);
      View x = BENCH.sliced(BENCH.between(1, 4), BENCH.between(1, 9), BENCH.between(1, 40));
      View y = BENCH.sliced(x.shape());
      BENCH.check(new Step.Unary(x, x, Activation.of(Activation.Function.GELU)), 2e-6);
      BENCH.check(new Step.Binary(Step.Binary.Kind.SUB, x, y, x, BENCH.activation()), 2e-6);
      BENCH.check(new Step.Binary(Step.Binary.Kind.SUB, x, y, y, BENCH.activation()), 2e-6);
    }
  }

  @ParameterizedTest
  @EnumSource
  void copiesEveryTypeBetweenAnyStrides(ElementType type) {
    for (long seed = 0; seed < 100; seed++) {
      BENCH.start(seed);
      int[] shape = shape();
      BENCH.check(new Step.Copy(BENCH.strided(type, shape), BENCH.strided(type, shape)), 0);
    }
  }
}
