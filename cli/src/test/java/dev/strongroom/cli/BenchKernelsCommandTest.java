package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code bench kernels}: what JMH found of each kernel, and names to choose by. */
class BenchKernelsCommandTest {
  private static final String TINY = "conv 1x1, 1x1, 480 to 120";

  @Test
  void everyFigureIsThereAndTheyFitTogether() {
    CommandLineRun run =
        CommandLineRun.of(
            "bench", "kernels", "--quick", "--json", "--only", "^CONV 1x1, 1x1, 480|^softmax");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode answer = run.json();
    assertThat(answer.propertyNames())
        .containsExactly("measurements", "fmaPeakGflops", "forks", "spellsPerFork", "spellMs");
    assertThat(answer.get("measurements")).hasSize(2);

    JsonNode conv = answer.get("measurements").get(0);
    assertThat(conv.propertyNames())
        .containsExactly(
            "kernel",
            "medianUs",
            "meanUs",
            "errorUs",
            "samples",
            "gflops",
            "percentOfPeak",
            "allocatedBytes");
    assertThat(conv.get("kernel").stringValue()).isEqualTo(TINY);
    assertThat(conv.get("samples").intValue()).isEqualTo(3);
    double micros = conv.get("medianUs").doubleValue();
    assertThat(micros).isPositive();
    double gflops = 2 * 480 * 120 / micros / 1e3;
    assertThat(conv.get("gflops").doubleValue()).isCloseTo(gflops, within(0.01 * gflops + 0.01));
    assertThat(conv.get("percentOfPeak").doubleValue())
        .isCloseTo(
            100 * conv.get("gflops").doubleValue() / answer.get("fmaPeakGflops").doubleValue(),
            within(0.1));

    JsonNode softmax = answer.get("measurements").get(1);
    assertThat(softmax.propertyNames())
        .containsExactly(
            "kernel",
            "medianUs",
            "meanUs",
            "errorUs",
            "samples",
            "gigaElementsPerSecond",
            "allocatedBytes");
  }

  @Test
  void peopleGetALineForEachKernel() {
    CommandLineRun run = CommandLineRun.of("bench", "kernels", "--quick", "--only", "^" + TINY);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().filter(line -> line.startsWith(TINY))).hasSize(1);
    assertThat(run.out()).contains("FMA peak").contains("3 samples of 50 ms");
  }

  @Test
  void namesCanBeListedWithoutTimingAnything() {
    CommandLineRun run = CommandLineRun.of("bench", "kernels", "--list", "--only", "conv.*3x3.*64");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .contains("conv 3x3, 64x64, 64 to 64", "conv int8 3x3, 40x40, 64 to 64")
        .allMatch(name -> name.matches("conv.*3x3.*64.*"));
    JsonNode all = CommandLineRun.of("bench", "kernels", "--list", "--json").json();
    assertThat(all.get("kernels").valueStream().map(JsonNode::stringValue))
        .contains(TINY, "depthwise 3x3, 64x64x64", "unary sigmoid", "pool max 2x2, 48x160x64");
  }

  @Test
  void namesThatNoKernelHasAreRefusedInOneSentence() {
    refused("no kernel's name has fourier in it; --list says all names", "fourier");
    refused("--only (conv is no regular expression: Unclosed group", "(conv");
  }

  private static void refused(String sentence, String only) {
    for (List<String> more : List.of(List.of("--quick"), List.of("--list"))) {
      CommandLineRun run = CommandLineRun.of("bench", "kernels", "--only", only, more.getFirst());
      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).hasLineCount(1).isEqualToIgnoringNewLines("strongroom: " + sentence);
    }
  }

  @Test
  void theExpectedTimeIsSaidInSecondsOrMinutes() {
    assertThat(KernelsView.inWords(Duration.ofMillis(10))).isEqualTo("1 s");
    assertThat(KernelsView.inWords(Duration.ofSeconds(119))).isEqualTo("119 s");
    assertThat(KernelsView.inWords(Duration.ofSeconds(121))).isEqualTo("3 minutes");
  }
}
