package dev.strongroom.engine.kernel;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Products of activations against their definition, between guard pages. */
class MatMulTest {
  private static final Workbench BENCH = new Workbench();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  private static View transposed(View view) {
    return View.of(
        Space.ARENA,
        view.type(),
        view.offset(),
        new int[] {view.dim(0), view.dim(1), view.dim(3), view.dim(2)},
        new int[] {view.stride(0), view.stride(1), view.stride(3), view.stride(2)});
  }

  @Test
  void multipliesWhateverTheOrderOfEachOperandInMemory() {
    for (long seed = 0; seed < 400; seed++) {
      BENCH.start(seed);
      int b0 = BENCH.between(1, 2);
      int b1 = BENCH.between(1, 3);
      int m = BENCH.between(1, 15);
      int n = BENCH.between(1, 40);
      int k = BENCH.between(1, 33);
      boolean aTransposed = BENCH.between(0, 1) == 1;
      boolean bTransposed = BENCH.between(0, 1) == 1;
      boolean outTransposed = BENCH.between(0, 1) == 1;
      View a = aTransposed ? transposed(BENCH.sliced(b0, b1, k, m)) : BENCH.sliced(b0, b1, m, k);
      View b = bTransposed ? transposed(BENCH.sliced(b0, b1, n, k)) : BENCH.sliced(b0, b1, k, n);
      View out =
          outTransposed ? transposed(BENCH.sliced(b0, b1, n, m)) : BENCH.sliced(b0, b1, m, n);
      BENCH.check(new Step.MatMul(a, b, out, BENCH.activation()), 1e-5);
    }
  }

  @Test
  void multipliesAnyStrides() {
    for (long seed = 0; seed < 200; seed++) {
      BENCH.start(seed);
      int b0 = BENCH.between(1, 2);
      int b1 = BENCH.between(1, 3);
      int m = BENCH.between(1, 9);
      int n = BENCH.between(1, 20);
      int k = BENCH.between(1, 20);
      View a = BENCH.broadcast(b0, b1, m, k);
      View b = BENCH.broadcast(b0, b1, k, n);
      View out = BENCH.strided(ElementType.F32, b0, b1, m, n);
      BENCH.check(new Step.MatMul(a, b, out, BENCH.activation()), 1e-5);
    }
  }
}
