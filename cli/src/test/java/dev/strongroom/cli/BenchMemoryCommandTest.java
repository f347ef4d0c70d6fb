package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.bench.memory.Network;
import dev.strongroom.bench.memory.Networks;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code bench memory}: what it says is measured, and stays below what is promised. */
class BenchMemoryCommandTest {
  /** MiB that these networks take at most, computing nothing twice. */
  private static final Map<String, Long> CEILINGS =
      Map.of(
          "MobileNetV1", 3L,
          "ResNet-18", 4L,
          "Darknet tiny", 2L,
          "PP-OCR det", 4L,
          "PP-OCR rec", 4L,
          "MiniLM", 4L);

  @Test
  void eachNetworkHasARowForEachFactorWithTheFootprintThatWasMeasured() {
    CommandLineRun run =
        CommandLineRun.of(
            "bench",
            "memory",
            "--no-time",
            "--json",
            "--network",
            "pp-ocr cls",
            "--network",
            "Darknet tiny");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode rows = run.json();
    assertThat(rows.valueStream().map(r -> r.get("network").stringValue()))
        .containsExactly("Darknet tiny", "Darknet tiny", "PP-OCR cls", "PP-OCR cls");
    assertThat(rows.valueStream().map(r -> r.get("macsFactor").doubleValue()))
        .containsExactly(1.0, 1.3, 1.0, 1.3);
    for (JsonNode row : rows) {
      String name = row.get("network").stringValue();
      JsonNode memory = row.get("secureMemory");
      long footprint = memory.get("footprint").longValue();
      assertThat(memory.get("highWater").longValue()).as(name).isEqualTo(footprint);
      assertThat(memory.get("budget").longValue()).as(name).isEqualTo(footprint);
      long parts = 0;
      for (String part : List.of("arena", "window", "resident", "program", "staging")) {
        parts += memory.get(part).longValue();
      }
      assertThat(parts).as("parts of %s", name).isEqualTo(footprint);
      assertThat(row.at("/unconstrained/footprint").longValue()).as(name).isGreaterThan(footprint);
      assertThat(row.at("/unconstrained/window").longValue()).as(name).isZero();
      assertThat(row.get("macsUsed").doubleValue())
          .as("MACs of %s", name)
          .isBetween(1.0, row.get("macsFactor").doubleValue());
      assertThat(row.get("bytesOpened").longValue()).as(name).isPositive();
      assertThat(row.get("latencyMs").isNull()).as(name).isTrue();
      assertThat(row.get("unconstrainedLatencyMs").isNull()).as(name).isTrue();
    }
    assertThat(rows.get(0).get("input").stringValue()).isEqualTo("224x224");
    assertThat(rows.get(0).get("dataType").stringValue()).isEqualTo("fp32");
    assertThat(rows.get(0).get("randomWeights").longValue()).isEqualTo(Networks.SEED);
    assertThat(rows.get(0).get("smartZoneReleaseHeap").longValue()).isEqualTo(64L << 20);
    assertThat(rows.get(2).has("randomWeights")).as("cls is trained").isFalse();
  }

  @Test
  void footprintsStayBelowTheirCeilings() throws Exception {
    Optional<Path> miniLm = Distribution.modelIfPresent("all-minilm-l6-v2.onnx");
    assertThat(miniLm).as("MiniLM among the tests' models").isPresent();
    List<Network> networks =
        Networks.all(Distribution.networks(), DemoModel.file().resolveSibling(""), miniLm);
    assertThat(networks.stream().map(Network::name)).containsAll(CEILINGS.keySet());
    for (Network network : networks) {
      Long ceiling = CEILINGS.get(network.name());
      if (ceiling != null) {
        assertThat(
                Compiler.compileSmallest(network.source().read(), CompileOptions.unlimited())
                    .certificate()
                    .footprint())
            .as("secure memory of %s", network.name())
            .isLessThanOrEqualTo(ceiling << 20);
      }
    }
  }
}
