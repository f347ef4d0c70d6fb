package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strongroom.cli.report.Chromium;
import dev.strongroom.program.Allocation;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code compile --report} of a real model, as its Program and a real browser see it. */
class CompileReportTest {
  private static final Path ARTEFACTS = Path.of("target", "report").toAbsolutePath();

  @TempDir private static Path directory;
  private static Path page = Path.of("");
  private static Path compiled = Path.of("");
  private static JsonNode answer = JsonNodeFactory.instance.objectNode();

  @BeforeAll
  static void compile() throws Exception {
    Files.createDirectories(ARTEFACTS);
    page = ARTEFACTS.resolve("cls.html");
    compiled = directory.resolve("model.program");
    CommandLineRun run =
        CommandLineRun.of(
            "compile",
            Distribution.model("ch_ppocr_mobile_v2.0_cls_infer.onnx").toString(),
            "-o",
            compiled.toString(),
            "--secure-memory",
            "640KiB",
            "--shape",
            Workshop.SHAPE,
            "--report",
            page.toString(),
            "--json");
    assertThat(run.status()).as(run.err()).isZero();
    answer = run.json();
  }

  @Test
  void thePageHasTheFiguresOfTheCertificate() throws Exception {
    String html = Files.readString(page);
    assertThat(answer.get("report").stringValue()).isEqualTo(page.toString());
    for (String pointer :
        new String[] {
          "/secureMemory/footprint",
          "/secureMemory/budget",
          "/secureMemory/arena",
          "/secureMemory/window",
          "/secureMemory/resident",
          "/secureMemory/program",
          "/secureMemory/staging",
          "/lowerBound",
          "/gap",
          "/macs",
          "/extraMacs",
          "/bytesOpened",
          "/steps",
          "/chunks",
          "/smallestBudget",
          "/optee/TA_DATA_SIZE"
        }) {
      assertThat(html)
          .as(pointer)
          .containsPattern("(?<![\\d,])%,d(?![\\d,])".formatted(answer.at(pointer).longValue()));
    }
    assertThat(html).contains("<td>%s</td>".formatted(answer.get("bindingStep").stringValue()));
  }

  @Test
  void thePageShowsWhatComputingMoreWouldSaveThoughItIsNotAllowed() throws Exception {
    List<Long> footprints =
        Pattern.compile(
                "<tr><td class=\"n\">[^<]*</td><td class=\"n\">([\\d,]+)</td>"
                    + "<td class=\"n\">([\\d,]+)</td>")
            .matcher(Files.readString(page))
            .results()
            .filter(row -> number(row.group(2)) > answer.get("macs").longValue())
            .map(row -> number(row.group(1)))
            .toList();
    assertThat(answer.get("extraMacs").longValue()).isNotPositive();
    assertThat(footprints)
        .anyMatch(bytes -> bytes < answer.get("smallestBudget").longValue() * 3 / 4);
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  @Test
  void withTimeEachLayerHasItsTimeInTheEngine() throws Exception {
    assertThat(Files.readString(page)).doesNotContain("time in ms");
    Path timed = directory.resolve("timed.html");
    CommandLineRun run =
        CommandLineRun.of(
            "compile",
            Distribution.model("ch_ppocr_mobile_v2.0_cls_infer.onnx").toString(),
            "-o",
            directory.resolve("timed.program").toString(),
            "--secure-memory",
            "640KiB",
            "--shape",
            Workshop.SHAPE,
            "--report",
            timed.toString(),
            "--time",
            "--json");
    assertThat(run.status()).as(run.err()).isZero();
    String html = Files.readString(timed);
    assertThat(html).contains("time in ms");
    List<Double> millis =
        Pattern.compile("<td class=\"n bar time\" [^>]*>([\\d.]+)</td>")
            .matcher(html)
            .results()
            .map(cell -> Double.valueOf(cell.group(1)))
            .toList();
    assertThat((long) millis.size()).isEqualTo(count(html, "<td class=\"n bar macs\""));
    assertThat(millis.stream().mapToDouble(Double::doubleValue).sum()).isPositive();
  }

  @Test
  void timesWithoutAPageAreRefused() throws Exception {
    CommandLineRun run =
        CommandLineRun.of(
            "compile",
            Distribution.model("ch_ppocr_mobile_v2.0_cls_infer.onnx").toString(),
            "-o",
            directory.resolve("untimed.program").toString(),
            "--secure-memory",
            "640KiB",
            "--time");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("--report FILE.html");
  }

  @Test
  void aBrowserShowsEveryAllocationAndWhatBinds() throws Exception {
    Optional<Path> command = Chromium.find();
    assumeTrue(
        command.isPresent(),
        "there is no Chromium here: what a browser makes of the page stays untested");
    Chromium chromium = new Chromium(command.orElseThrow(), directory);
    Program program = ModelFile.readCompiled(compiled).program();
    Chromium.Visit visit = chromium.visit(page, "");
    assertThat(visit.console()).as("what the browser complains of").isEmpty();
    assertThat(count(visit.dom(), "<svg class=\"block[ \"]"))
        .isEqualTo(program.allocations().size());
    long binding = binding(program, Space.ARENA) + binding(program, Space.WINDOW);
    assertThat(count(visit.dom(), "<svg class=\"block binding[ \"]")).isEqualTo(binding);
    chromium.picture(page, ARTEFACTS.resolve("cls.png"), 1280, 3400, false);
    chromium.picture(page, ARTEFACTS.resolve("cls-phone.png"), 420, 4200, false);
  }

  /** How many allocations are alive at the first step at which the most bytes are. */
  private static long binding(Program program, Space space) {
    long most = 0;
    long blocks = 0;
    for (int step = 0; step < program.steps().size(); step++) {
      long bytes = 0;
      long alive = 0;
      for (Allocation a : program.allocations()) {
        if (a.space() == space && a.firstStep() <= step && step <= a.lastStep()) {
          bytes += Program.align(a.bytes());
          alive++;
        }
      }
      if (bytes > most) {
        most = bytes;
        blocks = alive;
      }
    }
    return blocks;
  }

  private static long count(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }
}
