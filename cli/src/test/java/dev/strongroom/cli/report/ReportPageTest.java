package dev.strongroom.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strongroom.compiler.Certificate;
import dev.strongroom.compiler.MemoryMap;
import dev.strongroom.compiler.MemoryMap.Block;
import dev.strongroom.compiler.MemoryMap.StepCost;
import dev.strongroom.compiler.optee.OpteeConfig;
import dev.strongroom.compiler.optee.OpteeDemand;
import dev.strongroom.program.Space;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page, as it is written and as a real browser shows it. */
class ReportPageTest {
  private static final long SEED = 31;

  /** Pictures and pages stay here, for people to look at. */
  private static final Path ARTEFACTS = Path.of("target", "report");

  @TempDir private static Path scratch;

  @BeforeAll
  static void makeRoom() throws Exception {
    Files.createDirectories(ARTEFACTS);
  }

  private static Chromium chromium() {
    Optional<Path> command = Chromium.find();
    assumeTrue(
        command.isPresent(),
        "there is no Chromium here: what a browser makes of the page stays untested");
    return new Chromium(command.orElseThrow(), scratch);
  }

  private static Path write(String name, String html) throws Exception {
    return Files.writeString(ARTEFACTS.resolve(name), html).toAbsolutePath();
  }

  @Test
  void aPageOfThreeThousandStepsIsCompleteInABrowser() throws Exception {
    Report report = SyntheticMap.report(SEED);
    Path page = write("synthetic.html", report.html());
    MemoryMap map = report.memoryMap();
    assertThat(map.steps()).hasSize(SyntheticMap.STEPS).hasSizeGreaterThanOrEqualTo(3000);
    assertThat(map.blocks()).hasSize(SyntheticMap.BLOCKS).hasSizeGreaterThanOrEqualTo(3000);
    assertThat(Files.size(page)).as("bytes of the page").isLessThan(4 << 20);

    Chromium chromium = chromium();
    Chromium.Visit visit = chromium.visit(page, "#b1");
    assertThat(visit.console()).as("what the browser complains of").isEmpty();
    assertThat(visit.dom()).contains("data-blocks=\"%d\"".formatted(SyntheticMap.BLOCKS));
    assertThat(count(visit.dom(), "<svg class=\"block[ \"]")).isEqualTo(SyntheticMap.BLOCKS);
    assertThat(count(visit.dom(), "<svg class=\"block binding[ \"]")).isEqualTo(binding(map));
    assertThat(count(visit.dom(), "<circle class=\"point")).isEqualTo(report.frontier().size());
    assertThat(count(visit.dom(), "<circle class=\"point chosen\"")).isEqualTo(1);
    chromium.picture(page, ARTEFACTS.resolve("synthetic.png").toAbsolutePath(), 1280, 3900, false);
    chromium.picture(page, ARTEFACTS.resolve("dark.png").toAbsolutePath(), 1280, 3900, true);
    chromium.print(page, ARTEFACTS.resolve("synthetic.pdf").toAbsolutePath());
  }

  @Test
  void theBlockThatTheAddressNamesIsReadOutByTheScript() throws Exception {
    Report report = SyntheticMap.report(SEED);
    Path page = write("synthetic.html", report.html());
    String title = "image: 585.94 KiB (600,000 bytes) at offset 0, alive during steps 0 to 299";
    assertThat(report.html()).containsOnlyOnce(title);
    assertThat(chromium().visit(page, "#b0").dom()).contains("readout\">" + title);
  }

  @Test
  void aFaultOfThePageWouldBeSeenInTheBrowsersConsole() throws Exception {
    Chromium chromium = chromium();
    String html = SyntheticMap.report(SEED).html();
    Path fetching = write("fetching.html", html.replace("</main>", "<img src=\"far.png\"></main>"));
    assertThat(chromium.visit(fetching, "").console()).anyMatch(c -> c.contains("far.png"));
    Path changed = write("changed.html", html.replace("'use strict';", "missing();"));
    Chromium.Visit visit = chromium.visit(changed, "");
    assertThat(visit.console()).as("a script that is not this page's own").isNotEmpty();
    assertThat(visit.dom()).doesNotContain("data-blocks=");
  }

  @Test
  void nothingInThePageNamesAnythingOutsideIt() {
    String html = SyntheticMap.report(SEED).html();
    assertThat(html).contains("default-src 'none'");
    assertThat(html)
        .doesNotContainPattern("(?i)\\bhttps?:")
        .doesNotContainPattern("(?i)\\b(?:src|href|data)\\s*=")
        .doesNotContainPattern("(?i)@import|url\\(|@font-face|fetch\\(|XMLHttpRequest|WebSocket");
  }

  @Test
  void aNameFromAModelFileStaysANameWhateverItContains() throws Exception {
    String evil = "</title></svg><script>document.body.dataset.evil=1</script>\"'&\u202e";
    MemoryMap map =
        new MemoryMap(
            List.of(new Block(evil, Space.ARENA, 0, 64, 0, 0)),
            List.of(new StepCost(evil, "Copy", 1, 0)),
            64,
            0);
    Report report = small(map, evil);
    assertThat(report.html()).doesNotContain("<script>document").doesNotContain("\u202e");
    Path page = write("names.html", report.html());
    Chromium.Visit visit = chromium().visit(page, "");
    assertThat(visit.console()).isEmpty();
    assertThat(visit.dom()).contains("data-blocks=\"1\"").doesNotContain("data-evil");
  }

  @Test
  void whatIsNotThereIsLeftOut() {
    MemoryMap map =
        new MemoryMap(
            List.of(new Block("x", Space.ARENA, 0, 64, 0, 0)),
            List.of(new StepCost("n", "Copy", 0, 0)),
            64,
            0);
    String html = small(map, "tiny").html();
    assertThat(html)
        .contains("Nobody has measured")
        .contains("no window")
        .doesNotContain("<h2>Frontier</h2>")
        .doesNotContain("time in ms")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
  }

  @Test
  void timesOfSomeStepsOnlyAreRefused() {
    Report report = SyntheticMap.report(SEED);
    assertThatThrownBy(
            () ->
                new Report(
                    "m",
                    1,
                    report.certificate(),
                    report.memoryMap(),
                    List.of(),
                    List.of(Duration.ofMillis(1)),
                    report.optee()))
        .hasMessage("3000 steps, but times of 1");
  }

  private static Report small(MemoryMap map, String name) {
    Certificate certificate =
        new Certificate(
            1000, 64, 0, 0, 500, 436, 1000, 0, name, 0, 0, 1, 0, 0, 1, 1000, List.of(name));
    return new Report(
        name,
        Long.MAX_VALUE,
        certificate,
        map,
        List.of(),
        List.of(),
        OpteeConfig.together(List.of(new OpteeDemand(500, 500, 300, 2000, 64))));
  }

  static long binding(MemoryMap map) {
    return map.blocks().stream().filter(b -> b.isAliveAt(map.bindingStep(b.space()))).count();
  }

  static long count(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.results().count();
  }
}
