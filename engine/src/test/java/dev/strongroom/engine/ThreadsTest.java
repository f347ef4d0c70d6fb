package dev.strongroom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.fixtures.ProgramBuilder;
import dev.strongroom.program.fixtures.RandomPrograms;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Several threads answer what one does, to the bit. */
class ThreadsTest {
  private static final int SEEDS_A_KIND = 40;
  private static final int MIXED = 150;

  /** Memory that nothing uses. */
  private static final Optional<View> SOME =
      Optional.of(View.dense(Space.ARENA, ElementType.F32, 1 << 20, 1 << 14));

  @Test
  void everyKindOfStepHasTheSameBitsOnOneTwoAndThreeThreads() throws Exception {
    for (RandomPrograms.Kind kind : RandomPrograms.Kind.values()) {
      for (long seed = 0; seed < SEEDS_A_KIND; seed++) {
        assertSameBits(
            "%s, seed %d".formatted(kind, seed), RandomPrograms.ofKind(kind, seed), seed);
      }
    }
  }

  @Test
  void programsWithStreamedWeightsHaveTheSameBitsOnOneTwoAndThreeThreads() throws Exception {
    for (long seed = 0; seed < MIXED; seed++) {
      assertSameBits("seed " + seed, RandomPrograms.tame(seed), seed);
    }
  }

  private static void assertSameBits(String what, ProgramBuilder.Built built, long seed)
      throws Exception {
    List<float[]> inputs;
    List<float[]> expected;
    List<Integer> opened;
    try (LoadedProgram alone = new LoadedProgram(built)) {
      inputs = alone.inputs(seed);
      expected = run(alone, inputs);
      opened = List.copyOf(alone.opened);
    }
    for (int threads = 2; threads <= 3; threads++) {
      try (LoadedProgram loaded = new LoadedProgram(built, threads)) {
        List<float[]> actual = run(loaded, inputs);
        for (int port = 0; port < expected.size(); port++) {
          for (int i = 0; i < expected.get(port).length; i++) {
            assertThat(Float.floatToRawIntBits(actual.get(port)[i]))
                .as("%s: element %d of output %d on %d threads", what, i, port, threads)
                .isEqualTo(Float.floatToRawIntBits(expected.get(port)[i]));
          }
        }
        assertThat(loaded.opened).as("%s: chunks in their order", what).isEqualTo(opened);
        assertThat(loaded.marginsAreUntouched()).as("%s: margins", what).isTrue();
        assertThat(loaded.engine.highWater()).as(what).isEqualTo(loaded.layout.footprint());
      }
    }
  }

  private static List<float[]> run(LoadedProgram loaded, List<float[]> inputs) {
    loaded.engine.loadResident();
    loaded.write(inputs);
    loaded.engine.run();
    return loaded.read();
  }

  @Test
  void mostKindsOfStepsAreShared() {
    StepParts parts = new StepParts(2, 0, 1);
    Map<String, Integer> shared = new TreeMap<>();
    for (RandomPrograms.Kind kind : RandomPrograms.Kind.values()) {
      for (long seed = 0; seed < SEEDS_A_KIND; seed++) {
        for (Step step : RandomPrograms.ofKind(kind, seed).program().steps()) {
          shared.merge(
              step.getClass().getSimpleName(), parts.of(step, SOME).size() - 1, Integer::sum);
        }
      }
    }
    assertThat(shared.entrySet().stream().filter(e -> e.getValue() > SEEDS_A_KIND / 4))
        .extracting(Map.Entry::getKey)
        .contains("Conv2d", "DepthwiseConv2d", "MatMul", "Pool2d", "Resize2d", "Reduce", "Unary")
        .contains("Binary", "Softmax", "LayerNorm", "Copy", "Quantize", "Dequantize")
        .contains("QuantizedConv2d", "QuantizedDepthwiseConv2d", "QuantizedPool2d")
        .contains("QuantizedBinary", "Table");
  }

  @Test
  void smallStepsStayWhole() {
    StepParts parts = new StepParts(2, Long.MAX_VALUE, 1);
    for (RandomPrograms.Kind kind : RandomPrograms.Kind.values()) {
      for (Step step : RandomPrograms.ofKind(kind, 1).program().steps()) {
        assertThat(parts.of(step, SOME)).containsExactly(step);
      }
    }
  }

  @Test
  void aChunkThatCannotBeOpenedEndsTheRunInTheCallersThread() throws Exception {
    ProgramBuilder.Built built = RandomPrograms.ofKind(RandomPrograms.Kind.OPEN, 1);
    try (LoadedProgram loaded = new LoadedProgram(built, 2)) {
      loaded.engine.loadResident();
      loaded.write(loaded.inputs(1));
      loaded.refuse = true;
      assertThatThrownBy(loaded.engine::run).hasMessage("refused");
      loaded.refuse = false;
      loaded.engine.run();
    }
  }
}
