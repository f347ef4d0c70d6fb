package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.seal.VendorPublicKey;
import dev.strongroom.world.LocalWorldOptions;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows is true: its Java compiles and runs, being that of this file. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  @TempDir private Path directory;

  private static Map<String, ByteBuffer> readmeSample(
      Path device, Path vendor, Path sealed, ByteBuffer x) throws Exception {
    // README begins
    LocalWorldOptions options =
        LocalWorldOptions.of(8 << 20) // bytes of secure memory
            .withDeviceDirectory(device)
            .withTrustedVendors(List.of(VendorPublicKey.load(vendor)));
    try (SecureWorld world = SecureWorld.open(options);
        Session session = world.load(sealed)) {
      Map<String, ByteBuffer> answer = session.infer(Map.of("x", x));
      System.out.println(session.outputs() + " took " + session.status().latency());
      return answer;
    }
    // README ends
  }

  @Test
  void theJavaInReadmeIsTheJavaThatRunsHere() throws Exception {
    Workshop workshop = Workshop.in(directory);
    Map<String, ByteBuffer> answer =
        readmeSample(
            directory.resolve("device"),
            directory.resolve("vendor.pub"),
            Path.of(workshop.file("model.sealed")),
            ByteBuffer.allocate(4 * 3 * 48 * 192));
    assertThat(answer.values()).hasSize(1);

    String source = Files.readString(Path.of("src/test/java/dev/strongroom/cli/ReadmeTest.java"));
    String shown = between(Files.readString(ROOT.resolve("README.md")), "```java", "```");
    assertThat(words(shown))
        .isEqualTo(words(between(source, "// README begins", "// README ends")));
  }

  @Test
  void everyFileThatReadmeLinksToIsThere() throws Exception {
    for (String document : List.of("README.md", "CONTRIBUTING.md")) {
      Matcher link =
          Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(Files.readString(ROOT.resolve(document)));
      while (link.find()) {
        assertThat(ROOT.resolve(link.group(1))).as("linked in %s", document).exists();
      }
    }
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }

  private static String words(String java) {
    return java.replaceAll("\\s+", "");
  }
}
