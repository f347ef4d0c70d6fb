package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.bench.memory.Network;
import dev.strongroom.bench.memory.Networks;
import dev.strongroom.compiler.Certificate;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.graph.Graph;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.PortInfo;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** {@code bench memory}: what it says is measured, and stays below what is promised. */
class BenchMemoryCommandTest {
  /** MiB that each network takes at most, computing nothing twice. */
  private static final Map<String, Long> CEILINGS =
      Map.of(
          "MobileNetV1", 3L,
          "ResNet-18", 4L,
          "Darknet tiny", 2L,
          "PP-OCR det", 4L,
          "PP-OCR rec", 4L,
          "PP-OCR cls", 1L,
          "MiniLM", 4L,
          "MobileNetV2-1.0", 1L);

  /** Bytes of MobileNetV2's activations in MCUNetV2 (arXiv 2110.15352), int8, 224 by 224. */
  private static final long MCU_NET_V2 = 172_000;

  /** Columns of README.md's table, counted from 1. */
  private static final int SMALLEST = 4;

  private static final int ACTIVATIONS = 5;

  /** In which a network compiles for the least memory, also if a third is computed twice. */
  private static final Duration MOST = Duration.ofSeconds(10);

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

  private static List<Network> networks() throws Exception {
    Optional<Path> miniLm = Distribution.modelIfPresent("all-minilm-l6-v2.onnx");
    assertThat(miniLm).as("MiniLM among the tests' models").isPresent();
    List<Network> networks =
        Networks.all(Distribution.networks(), DemoModel.file().resolveSibling(""), miniLm);
    assertThat(networks.stream().map(Network::name))
        .containsExactlyInAnyOrderElementsOf(CEILINGS.keySet());
    return networks;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aNetworkRunsInTheLittleMemoryThatIsPromisedAndTouchesAllOfIt(Network network)
      throws Exception {
    Graph graph = network.source().read();
    Duration before = processorTime();
    Compilation compilation = Compiler.compileSmallest(graph, CompileOptions.unlimited());
    Duration between = processorTime();
    Compiler.compileSmallest(graph, CompileOptions.unlimited().withMaxMacs(1.3));
    Duration after = processorTime();
    assertThat(between.minus(before)).as("to compile %s", network.name()).isLessThan(MOST);
    assertThat(after.minus(between))
        .as("to compile %s with more computing", network.name())
        .isLessThan(MOST);
    Certificate certificate = compilation.certificate();
    assertThat(certificate.footprint())
        .as("secure memory of %s", network.name())
        .isLessThanOrEqualTo(CEILINGS.get(network.name()) << 20);
    if (network.name().equals("MobileNetV2-1.0")) {
      assertThat(certificate.arena()).as("activations alone").isLessThanOrEqualTo(MCU_NET_V2);
    }
    List<String> readme = rowOfReadme(network.name());
    assertThat(mib(certificate.footprint()))
        .as("MiB of %s, beside README.md's", network.name())
        .isLessThanOrEqualTo(number(readme.get(SMALLEST)));
    assertThat(mib(certificate.arena()))
        .as("MiB of %s's activations, beside README.md's", network.name())
        .isLessThanOrEqualTo(number(readme.get(ACTIVATIONS)));
    try (VendorPrivateKey vendor = VendorPrivateKey.generate();
        SecureWorld world =
            Worlds.openLocal(
                new Size(certificate.footprint()),
                2 * compilation.program().weightsBytes(),
                Optional.empty(),
                List.of(vendor.publicKey()));
        Session session =
            world.load(SealedCopy.of(ModelFile.compiled(compilation), "memory", vendor, world))) {
      session.infer(
          session.inputs().stream()
              .collect(
                  Collectors.toMap(
                      PortInfo::name, port -> ByteBuffer.allocate(Math.toIntExact(port.bytes())))));
      assertThat(session.status().highWater())
          .as("secure memory that %s touched", network.name())
          .isEqualTo(certificate.footprint());
    }
  }

  /** Of this thread, which compiles: so it does not depend on what else the machine does. */
  private static Duration processorTime() {
    return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }

  /** The cells of the network's row in the table of footprints. */
  private static List<String> rowOfReadme(String network) throws Exception {
    return Files.readAllLines(Path.of("../README.md")).stream()
        .filter(line -> line.startsWith("| " + network + ","))
        .map(line -> List.of(line.split(" *\\| *")))
        .findFirst()
        .orElseThrow(() -> new AssertionError(network + " is missing in README.md"));
  }

  private static double number(String cell) {
    return Double.parseDouble(cell.split(" MiB")[0]);
  }

  /** As README.md rounds. */
  private static double mib(long bytes) {
    return Math.round(bytes * 100.0 / (1 << 20)) / 100.0;
  }
}
