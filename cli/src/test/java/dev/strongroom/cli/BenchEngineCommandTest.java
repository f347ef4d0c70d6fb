package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code bench engine}: every figure is there, and they fit together. */
class BenchEngineCommandTest {
  private static final String MODEL = "PP-OCR cls";

  /** Less than the vectors of one layer would take as objects. */
  private static final long MOST_OF_DECRYPTION = 4L << 20;

  @Test
  void ratiosAndMeansFollowFromTheMediansOfAllEngines() {
    CommandLineRun run =
        CommandLineRun.of(
            "bench",
            "engine",
            "--json",
            "--model",
            "pp-ocr CLS",
            "--repeat",
            "5",
            "--threads",
            "2,1,1");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode answer = run.json();
    assertThat(answer.propertyNames())
        .containsExactly("measurements", "fmaPeakGflops", "geometricMeans", "leftOut");
    assertThat(answer.get("leftOut")).isEmpty();
    assertThat(
            answer
                .get("measurements")
                .valueStream()
                .map(r -> r.get("engine").stringValue() + " " + r.get("threads").intValue()))
        .containsSubsequence("strongroom 1", "strongroom-smallest 1", "onnxruntime 1")
        .contains("onnxruntime 2");
    for (JsonNode row : answer.get("measurements")) {
      checkRow(answer, row);
    }
    JsonNode mean = answer.get("geometricMeans").get(0);
    assertThat(mean.get("threads").intValue()).isEqualTo(1);
    same(mean, row(answer, "strongroom", 1), "ratioToOnnxRuntime");
    same(mean, row(answer, "strongroom-smallest", 1), "ratioToUnconstrained");
  }

  private static void checkRow(JsonNode answer, JsonNode row) {
    String engine = row.get("engine").stringValue();
    int threads = row.get("threads").intValue();
    assertThat(row.get("model").stringValue()).isEqualTo(MODEL);
    assertThat(row.get("input").stringValue()).isEqualTo("48x192");
    double median = row.get("medianMs").doubleValue();
    assertThat(median).as(engine).isPositive();
    assertThat(row.get("p90Ms").doubleValue()).as(engine).isGreaterThanOrEqualTo(median);
    double theirs = row(answer, "onnxruntime", threads).get("medianMs").doubleValue();
    assertThat(row.get("ratioToOnnxRuntime").doubleValue())
        .as(engine)
        .isCloseTo(median / theirs, within(0.01 * median / theirs));
    boolean ours = engine.startsWith("strongroom");
    for (String field : List.of("gflops", "percentOfPeak")) {
      assertThat(row.has(field)).as("%s of %s", field, engine).isEqualTo(ours);
    }
    if (ours) {
      assertThat(row.get("percentOfPeak").doubleValue())
          .as("%s, per cent of peak", engine)
          .isCloseTo(100 * row.get("gflops").doubleValue() / peak(answer, threads), within(0.1));
    }
    boolean smallest = engine.equals("strongroom-smallest");
    assertThat(row.has("budgetBytes")).as(engine).isEqualTo(smallest);
    assertThat(row.has("ratioToUnconstrained")).as(engine).isEqualTo(smallest);
    if (smallest) {
      assertThat(row.get("budgetBytes").longValue()).isBetween(1L << 16, 1L << 20);
      double unconstrained = row(answer, "strongroom", threads).get("medianMs").doubleValue();
      assertThat(row.get("ratioToUnconstrained").doubleValue())
          .isCloseTo(median / unconstrained, within(0.01 * median / unconstrained));
    }
  }

  /**
   * In the very process that is timed: C2 may make objects of a kernel's vectors in one process and
   * not in another, depending on what ran before.
   */
  @Test
  void anInferenceAllocatesNothing() {
    for (String model : List.of(MODEL, "PP-OCR det")) {
      CommandLineRun run =
          CommandLineRun.of(
              "bench", "engine", "--json", "--model", model, "--repeat", "5", "--threads", "1");
      assertThat(run.status()).as(run.err()).isZero();
      JsonNode ours = row(run.json(), "strongroom", 1);
      assertThat(ours.get("allocatedBytes").longValue()).as(model).isZero();
      JsonNode least = row(run.json(), "strongroom-smallest", 1);
      assertThat(least.get("allocatedBytes").longValue())
          .as("%s in its smallest memory, with what decryption takes", model)
          .isLessThan(MOST_OF_DECRYPTION);
    }
  }

  private static JsonNode row(JsonNode answer, String engine, int threads) {
    return answer
        .get("measurements")
        .valueStream()
        .filter(
            r ->
                r.get("engine").stringValue().equals(engine)
                    && r.get("threads").intValue() == threads)
        .findFirst()
        .orElseThrow();
  }

  private static double peak(JsonNode answer, int threads) {
    return answer
        .get("fmaPeakGflops")
        .valueStream()
        .filter(p -> p.get("threads").intValue() == threads)
        .mapToDouble(p -> p.get("gflops").doubleValue())
        .findFirst()
        .orElseThrow();
  }

  private static void same(JsonNode a, JsonNode b, String field) {
    assertThat(a.get(field).doubleValue()).as(field).isEqualTo(b.get(field).doubleValue());
  }

  @Test
  void peopleGetALineForEachNumberOfThreads() {
    CommandLineRun run =
        CommandLineRun.of("bench", "engine", "--model", MODEL, "--repeat", "1", "--threads", "1");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines().filter(line -> line.startsWith(MODEL))).hasSize(1);
    assertThat(run.out()).contains("1 thread: FMA peak").contains("geometric means: ratio");
    assertThat(run.out()).as("weights are trained").doesNotContain("random weights");
  }

  @Test
  void whatMakesNoSenseIsRefusedInOneSentence() {
    refused("--repeat 0 is not between", "--repeat", "0");
    refused("--threads 0 is not between", "--threads", "1,0");
    refused("--threads 17 is not between", "--threads", "1,17");
    refused("there is no model 'GPT'; there are PP-OCR cls, PP-OCR det", "--model", "GPT");
    refused("nowhere.onnx", "--minilm", "nowhere.onnx");
  }

  private static void refused(String sentence, String... arguments) {
    List<String> words = new ArrayList<>(List.of("bench", "engine"));
    words.addAll(List.of(arguments));
    CommandLineRun run = CommandLineRun.of(words.toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains(sentence);
  }
}
