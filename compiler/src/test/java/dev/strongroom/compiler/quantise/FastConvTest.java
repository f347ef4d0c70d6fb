package dev.strongroom.compiler.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FastConvTest {
  private static Tensor random(SplittableRandom random, int... dims) {
    float[] values = new float[(int) Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.ofFloats(values, dims);
  }

  @Test
  void answersAreTheInterpretersUpToTheRoundingOfSums() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int groups = List.of(1, 1, 2, 6).get(random.nextInt(4));
      int in = groups * random.nextInt(1, 5);
      int out = groups * random.nextInt(1, 10);
      int kh = random.nextInt(1, 4);
      int kw = random.nextInt(1, 4);
      Op.Conv op =
          new Op.Conv(
              List.of(random.nextInt(1, 4), random.nextInt(1, 4)),
              List.of(
                  random.nextInt(kh), random.nextInt(kw), random.nextInt(kh), random.nextInt(kw)),
              List.of(random.nextInt(1, 3), random.nextInt(1, 3)),
              groups);
      List<Tensor> operands = new ArrayList<>();
      // Now and then a plane of more columns than are laid out at once.
      int size = seed % 20 == 0 ? 90 : 14;
      operands.add(
          random(
              random, random.nextInt(1, 3), in, random.nextInt(6, size), random.nextInt(6, size)));
      operands.add(random(random, out, in / groups, kh, kw));
      if (random.nextBoolean()) {
        operands.add(random(random, out));
      }
      Shape shape = ShapeInference.infer(op, operands.stream().map(Tensor::shape).toList());
      float[] expected =
          Interpreter.evaluate(op, operands, TensorType.float32(shape.dims())).floats();
      float[] actual = FastConv.conv(op, operands, shape).floats();
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i])
            .as("seed %d, element %d", seed, i)
            .isCloseTo(expected[i], within(2e-5f));
      }
    }
  }
}
