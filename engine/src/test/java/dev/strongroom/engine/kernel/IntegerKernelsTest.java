package dev.strongroom.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lookup and Cast against their definitions, between guard pages, whatever the integers are. */
class IntegerKernelsTest {
  private static final Workbench BENCH = new Workbench();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  /** Ids at the bounds of a table and of its part, and at those of their type. */
  private static long id(Random random, int first, int rows, int total) {
    return switch (random.nextInt(6)) {
      case 0 -> first + random.nextInt(3) - 1;
      case 1 -> first + rows + random.nextInt(3) - 1;
      case 2 -> first + rows - total + random.nextInt(3) - 2;
      case 3 ->
          List.of(-total - 1L, -total * 1L, -1L, 0L, total - 1L, total * 1L).get(random.nextInt(6));
      case 4 ->
          List.of(
                  Long.MIN_VALUE,
                  Long.MAX_VALUE,
                  (long) Integer.MIN_VALUE,
                  (long) Integer.MAX_VALUE,
                  1L << 32,
                  -1L << 32)
              .get(random.nextInt(6));
      default -> first + random.nextInt(rows);
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"I32", "I64"})
  void lookupsCopyRowsThatExistAndNothingElse(ElementType type) {
    for (long seed = 0; seed < 400; seed++) {
      Random random = BENCH.start(seed);
      int rows = BENCH.between(1, 9);
      int first = BENCH.between(0, 1) == 0 ? 0 : BENCH.between(0, Integer.MAX_VALUE - 100);
      int total = first + rows + BENCH.between(0, 5);
      View ids = BENCH.strided(type, BENCH.between(1, 12));
      View table = BENCH.sliced(rows, BENCH.between(1, 40));
      View out = BENCH.sliced(ids.dim(0), table.dim(1));
      for (int t = 0; t < ids.dim(0); t++) {
        Elements.setInteger(ids, id(random, first, rows, total), t);
      }
      BENCH.check(new Step.Lookup(ids, table, out, first, total, random.nextBoolean()), 0);
    }
  }

  @Test
  void partsOfATableGiveWhatTheWholeTableGives() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = BENCH.start(seed);
      int total = BENCH.between(1, 12);
      View ids = BENCH.strided(ElementType.I64, BENCH.between(1, 12));
      View table = BENCH.dense(total, BENCH.between(1, 20));
      View whole = BENCH.dense(ids.dim(0), table.dim(1));
      View parts = BENCH.dense(ids.dim(0), table.dim(1));
      for (int t = 0; t < ids.dim(0); t++) {
        Elements.setInteger(ids, id(random, 0, total, total), t);
      }
      run(new Step.Lookup(ids, table, whole, 0, total, false));
      int first = 0;
      while (first < total) {
        int rows = BENCH.between(1, total - first);
        View part =
            View.dense(
                table.space(),
                table.type(),
                table.offset() + 4L * first * table.dim(1),
                rows,
                table.dim(1));
        run(new Step.Lookup(ids, part, parts, first, total, first > 0));
        first += rows;
      }
      long at = seed;
      Elements.forEach(
          whole.shape(),
          index ->
              assertThat(Elements.get(parts, index))
                  .as("seed %d, row %d, column %d", at, index[0], index[1])
                  .isEqualTo(Elements.get(whole, index)));
    }
  }

  private static void run(Step step) {
    Kernel.bind(step, new Addresses(0, 0, 0)).run();
  }

  @Test
  void castsKeepTheNumber() {
    ElementType[][] pairs = {
      {ElementType.I32, ElementType.F32},
      {ElementType.I64, ElementType.F32},
      {ElementType.I32, ElementType.I64},
      {ElementType.I64, ElementType.I32}
    };
    for (long seed = 0; seed < 200; seed++) {
      for (ElementType[] pair : pairs) {
        BENCH.start(seed);
        View in = BENCH.strided(pair[0], BENCH.between(1, 5), BENCH.between(1, 9));
        BENCH.check(new Step.Cast(in, BENCH.strided(pair[1], in.shape())), 0);
      }
    }
  }

  @Test
  void castsRoundToTheEvenFloatAndKeepTheLowerHalf() {
    BENCH.start(1);
    View wide = BENCH.dense(4);
    View in = View.dense(wide.space(), ElementType.I64, wide.offset(), 2);
    View out = BENCH.dense(2);
    Elements.setInteger(in, (1L << 24) + 1, 0);
    Elements.setInteger(in, -(1L << 40) - 3, 1);
    run(new Step.Cast(in, out));
    assertThat(Elements.get(out, 0)).isEqualTo(1 << 24);
    assertThat(Elements.get(out, 1)).isEqualTo(-(double) (1L << 40));
    View narrow = View.dense(out.space(), ElementType.I32, out.offset(), 2);
    run(new Step.Cast(in, narrow));
    assertThat(Elements.getInteger(narrow, 1)).isEqualTo(-3);
  }
}
