package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code bench} measures what a directory holds and refuses what is no instance. */
class BenchCommandTest {
  private static final String PYRAMID =
      "id,lower,upper,size\n0,0,2,10\n1,1,3,20\n2,2,4,10\n3,0,4,5\n";

  @TempDir private Path directory;

  @Test
  void placementListsEveryInstanceInOrderOfItsName() throws Exception {
    Files.writeString(directory.resolve("b.csv"), PYRAMID);
    Files.writeString(directory.resolve("a.csv"), "size,upper,id,lower\n7,9,x,0\n");
    Files.writeString(directory.resolve("README.md"), "no instance");
    CommandLineRun run =
        CommandLineRun.of("bench", "placement", directory.toString(), "--capacity", "35", "--json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode list = run.json();
    assertThat(list.isArray()).isTrue();
    assertThat(list.get(0).get("instance").stringValue()).isEqualTo("a");
    assertThat(list.get(0).get("peak").longValue()).isEqualTo(7);
    assertThat(list.get(1).get("instance").stringValue()).isEqualTo("b");
    assertThat(list.get(1).get("capacity").longValue()).isEqualTo(35);
    assertThat(list.get(1).get("lowerBound").longValue()).isEqualTo(35);
    assertThat(list.get(1).get("peak").longValue()).isEqualTo(35);
    assertThat(list.get(1).get("optimal").booleanValue()).isTrue();
    assertThat(list.get(1).get("seconds").doubleValue()).isNotNegative();

    CommandLineRun table = CommandLineRun.of("bench", "placement", directory.toString());
    assertThat(table.out()).contains("2 of 2 within 1,048,576 bytes").hasLineCount(4);
  }

  @Test
  void whatDoesNotFitIsListedAllTheSameAndExitStatusIsOne() throws Exception {
    Files.writeString(directory.resolve("b.csv"), PYRAMID);
    CommandLineRun run =
        CommandLineRun.of("bench", "placement", directory.toString(), "--capacity", "34", "--json");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.json().get(0).get("peak").longValue()).isEqualTo(35);
    assertThat(run.err()).hasLineCount(1).contains("1 of 1 instances").contains("(b)");
  }

  @Test
  void aFileThatIsNoInstanceIsRefusedWithItsLine() throws Exception {
    Path file = directory.resolve("bad.csv");
    for (byte[] content :
        new byte[][] {
          {},
          {(byte) 0xFF, 0, 7},
          PYRAMID.substring(0, 25).getBytes("UTF-8"),
          "id\n1".getBytes("UTF-8")
        }) {
      Files.write(file, content);
      CommandLineRun run = CommandLineRun.of("bench", "placement", directory.toString());
      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("strongroom: ").hasLineCount(1).contains("bad.csv");
    }
  }
}
