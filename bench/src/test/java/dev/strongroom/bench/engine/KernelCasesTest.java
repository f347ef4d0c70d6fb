package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.program.Activation;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Program;
import dev.strongroom.program.Step;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.Verifier;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every kernel that is timed is a step that a trusted side would run. */
class KernelCasesTest {
  /** They move data or look it up, and are not timed; receiving and opening are no kernels. */
  private static final Set<Class<?>> NOT_TIMED =
      Set.of(
          Step.Open.class,
          Step.Receive.class,
          Step.Lookup.class,
          Step.Cast.class,
          Step.QuantizedPool2d.class);

  @Test
  void everyProgramIsOneStepThatTheVerifierAccepts() throws Exception {
    for (KernelCase kernel : KernelCases.list()) {
      CompiledModel model = kernel.model();
      VerifiedProgram verified = Verifier.verify(model.program());
      assertThat(verified.program().steps()).as(kernel.name()).hasSize(1);
    }
  }

  @Test
  void noStepWritesOverWhatItReadsTheNextTime() {
    for (KernelCase kernel : KernelCases.list()) {
      Program program = kernel.model().program();
      Step step = program.steps().getFirst();
      assertThat(step.reads())
          .as(kernel.name())
          .allSatisfy(
              read ->
                  assertThat(
                          read.space() != step.writes().space()
                              || read.end() <= step.writes().offset()
                              || step.writes().end() <= read.offset())
                      .isTrue());
    }
  }

  @Test
  void everyKindOfStepThatComputesIsTimed() {
    Set<Class<?>> timed =
        KernelCases.list().stream()
            .map(kernel -> kernel.model().program().steps().getFirst().getClass())
            .collect(Collectors.toSet());
    Set<Class<?>> expected = Set.of(Step.class.getPermittedSubclasses());
    assertThat(timed).doesNotContainAnyElementsOf(NOT_TIMED);
    assertThat(expected)
        .allSatisfy(
            kind ->
                assertThat(timed.contains(kind) || NOT_TIMED.contains(kind))
                    .as(kind.getSimpleName())
                    .isTrue());
    assertThat(KernelBenchmark.names())
        .doesNotHaveDuplicates()
        .containsAll(
            java.util.Arrays.stream(Activation.Function.values())
                .map(f -> "unary " + f.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList());
  }

  @Test
  void workIsThatOfTheShapes() {
    assertThat(KernelCases.named("conv 3x3, 40x40, 64 to 64").amount())
        .isEqualTo(2L * 40 * 40 * 9 * 64 * 64);
    assertThat(KernelCases.named("depthwise int8 5x5, 3x80x512").amount())
        .isEqualTo(2L * 3 * 80 * 512 * 25);
    assertThat(KernelCases.named("matmul 8 of 40x15x40, b transposed").amount())
        .isEqualTo(2L * 8 * 40 * 15 * 40);
    assertThat(KernelCases.named("softmax 40x6625").amount()).isEqualTo(40L * 6625);
    assertThatThrownBy(() -> KernelCases.named("gemm"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'gemm'");
  }
}
