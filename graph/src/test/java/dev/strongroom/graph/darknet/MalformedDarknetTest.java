package dev.strongroom.graph.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.InvalidModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are wrong are refused in one sentence, at once, whatever they claim. */
class MalformedDarknetTest {
  private static final long SEED = 20_26;
  private static final int MUTANTS = 3_000;
  private static final int TRIES = 5;
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** Weights of more parameters are not drawn for a mutant: that would take longer by rights. */
  private static final long MOST_PARAMETERS = 2_000_000;

  private static final String GOOD =
      SmallNetwork.cfg(
          "[convolutional] batch_normalize=1 filters=5 size=3 pad=1 [connected] output=3");

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | first section must be [net]",
        "[convolutional]_[net] | first section must be [net]",
        "filters=3_[net] | line 1, \"filters=3\": an option stands before the first [section]",
        "[net]_width=9 | the network has no layers",
        "[net]_width=9_[softmax] | it does not say its height",
        "[net_width=9 | line 1, \"[net\": the bracket of the section's name is not closed",
        "[net]_inputs=99_[softmax] | only networks that take a picture",
        "[net]_width=9_height=0_channels=3_[softmax] | height is \"0\", not a whole number from 1",
        "[net]_width=9_height=9_channels=3_inputs=4_[softmax] | not its width * height * channels, 243",
        "[net]_width=65536_height=65536_channels=65536_[softmax] | more than the 2048 that one tensor may",
        "[net]_width=9_height=9_channels=3_[cost] | no layer but [cost] follows",
        "NET_what is this | line 5, \"whatisthis\": this is neither a [section] nor a key=value",
        "NET_[softmax]_temperature= | line 6, \"temperature=\"",
      })
  void whatIsNoNetworkIsRefusedAsSuch(String cfg, String words) {
    assertThatThrownBy(() -> DarknetModel.of("bad.cfg", text(cfg)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith("bad.cfg: ")
        .hasMessageContaining(words);
  }

  private static String text(String cfg) {
    return cfg.replace("_", "\n").replace("NET\n", SmallNetwork.NET).replace("~", "_");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[region] | layer 0 [region] at line 5 (no such layer here)",
        "[convolutional]_activation=mish | the activation \"mish\" is not supported, only linear",
        "[convolutional]_filters=3x | filters is \"3x\", not a whole number",
        "[convolutional]_filters=99999999999 | filters is \"99999999999\", not a whole number",
        "[convolutional]_groups=3 | 4 channels and 1 filters do not divide into 3 groups",
        "[convolutional]_size=99 | a window of 99 does not fit",
        "[convolutional]_size=3_dilation=2 | a dilation of 2 needs a padding of half the size",
        "[convolutional]_xnor=1 | xnor=1.0 is not supported",
        "[convolutional]_sway=1 | its option \"sway\" in line 6 is not supported",
        "[convolutional]_filters=16777216_size=4095_pad=1 | more than the 2048 that one tensor may",
        "[connected]_output=16777216 | its weights would hold 16128 MiB",
        "[maxpool]_size=2_padding=6 | see nothing but the padding of 6",
        "[maxpool]_size=20_padding=0 | a window of 20 does not fit the 7 padded elements",
        "[route]_layers=-1 | there is no layer -1 before it",
        "[route]_layers=1 | there is no layer 1 before it",
        "[route]_layers=,1 | layers is \"\", not a whole number",
        "[route] | does not say which layers it takes",
        "[softmax]_[route]_layers=0_groups=3 | 4 channels of layer 0 do not divide into 3 groups",
        "[softmax]_[avgpool]_[route]_layers=0,1 | their heights and widths must be equal",
        "[softmax]_[avgpool]_[shortcut]_from=0 | gives 4×7×9, to 4×1×1; only equal shapes",
        "[softmax]_[shortcut]_from=0,1 | from is \"0,1\", not a whole number",
        "[shortcut] | does not say which layer it adds",
        "[upsample]_stride=-2 | stride is \"-2\"",
        "[upsample]_stride=4096 | more than the 2048 that one tensor may",
        "[softmax]_groups=5 | its 252 elements do not divide into 5 groups",
        "[softmax]_tree=9k.tree | a tree of classes",
        "[softmax]_temperature=0 | a temperature of 0.0 is not above 0",
        "[softmax]_temperature=NaN | temperature is \"NaN\", not a number",
        "[crop]_crop~width=99_crop~height=2 | a part of 2×99 cannot be cut from 7×9",
        "[cost]_[softmax] | a [cost] is supported at the end only"
      })
  void whatIsNotSupportedIsNamedWithItsLine(String layers, String words) throws Exception {
    String cfg = SmallNetwork.NET + text(layers) + "\n";
    DarknetModel model = DarknetModel.of("bad.cfg", cfg);
    assertThat(model.unsupported()).hasSize(1);
    assertThat(model.macs()).isEmpty();
    assertThatThrownBy(() -> model.bind(new DarknetWeights.Seeded(1)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith("bad.cfg: 1 of its layers is not supported: layer ")
        .hasMessageContaining(words);
  }

  @Test
  void allThatIsNotSupportedIsNamedAtOnceAndWhatFollowsFromItIsNot() throws Exception {
    DarknetModel model =
        DarknetModel.of(
            "bad.cfg",
            SmallNetwork.cfg(
                "[lstm] [connected] output=3 [convolutional] activation=mish [route] layers=0,1 [yolo]"));
    assertThat(model.unsupported())
        .extracting(UnsupportedSection::toString)
        .containsExactly(
            "layer 0 [lstm] at line 5 (no such layer here)",
            "layer 2 [convolutional] at line 8 (the activation \"mish\" is not supported, only linear,"
                + " relu, relu6, leaky, relie, ramp, logistic, loggy, tanh, hardtan, swish, elu)",
            "layer 4 [yolo] at line 12 (no such layer here)");
  }

  @Test
  void weightsOfAnotherNetworkAreRefusedWithTheLayerAtWhichTheyEnd() throws Exception {
    DarknetModel model = DarknetModel.of("good.cfg", GOOD);
    DarknetOracle oracle = new DarknetOracle(GOOD, SEED, false);
    oracle.run();
    byte[] good = oracle.file(0, 2, true);
    assertThat(good).hasSize(20 + 4 * (20 + 180 + 3 + 945));
    refused(model, new byte[0], "test.weights has 0 bytes, too few even for the header");
    refused(
        model,
        Arrays.copyOf(good, 23),
        "test.weights ends in layer 0 [convolutional] at line 5: 820 bytes are needed up to the end of"
            + " that layer and 4,612 in all, the file has 23");
    refused(
        model,
        Arrays.copyOf(good, good.length - 1),
        "test.weights ends in layer 1 [connected] at line 10: 4,612 bytes");
    refused(
        model,
        Arrays.copyOf(good, good.length + 5),
        "test.weights goes on for 5 bytes behind layer 1 [connected] at line 10: 4,612 bytes are needed");
    byte[] notANumber = good.clone();
    Arrays.fill(notANumber, 24, 28, (byte) 0xFF);
    refused(model, notANumber, "number 1 of convolutional0/bias is NaN");
    byte[] negative = good.clone();
    negative[20 + 4 * 15 + 3] |= (byte) 0x80;
    refused(model, negative, "number 0 of convolutional0/variance is -");
  }

  private void refused(DarknetModel model, byte[] weights, String words) throws Exception {
    Path file = Files.write(directory.resolve("test.weights"), weights);
    assertThatThrownBy(() -> model.bind(new DarknetWeights.File(file)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(words)
        .message()
        .hasLineCount(1);
  }

  @Test
  void layersThatClaimMoreThanTheHeapAreRefusedBeforeAnythingIsAllocated() throws Exception {
    StringBuilder cfg = new StringBuilder(SmallNetwork.cfg("[connected] output=20000"));
    for (int i = 0; i < 100; i++) {
      cfg.append("[connected]\noutput=20000\n");
    }
    DarknetModel model = DarknetModel.of("huge.cfg", cfg.toString());
    assertThatThrownBy(() -> model.bind(new DarknetWeights.Seeded(1)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("huge.cfg needs 152,6")
        .hasMessageContaining("too many for a Java heap");
    refused(model, new byte[4096], "test.weights ends in layer 0 [connected] at line 5: 20,");
  }

  @Test
  void halfAMegabyteOfAnythingIsReadOrRefusedAtOnce() throws Exception {
    Path file = directory.resolve("long.cfg");
    String net = SmallNetwork.cfg("[softmax]");
    for (String layer : List.of("[max]\n", "[route]\nlayers=-1,-1\n", "[x]\n", "a=b\n", "#\n")) {
      for (int layers : new int[] {9_999, ((1 << 19) - net.length()) / layer.length()}) {
        Files.writeString(file, net + layer.repeat(layers));
        String said =
            timed(
                "%d times %s".formatted(layers, layer),
                () -> DarknetModel.read(file).bind(new DarknetWeights.Seeded(1)));
        assertThat(said.length()).as(said).isLessThan(10_000);
        assertThat(said.contains("more than 10,000 layers"))
            .as(said)
            .isEqualTo(layers > 9_999 && layer.startsWith("["));
      }
    }
    Files.writeString(file, "#".repeat((1 << 19) + 1));
    assertThat(timed("a comment", () -> DarknetModel.read(file)))
        .contains("has more than 524,288 bytes");
  }

  /** One thing that may go wrong. */
  private interface Attempt {
    void run() throws Exception;
  }

  /** What a refusal says, or nothing; anything but a refusal within a second fails. */
  private static String timed(String what, Attempt attempt) {
    Duration took = Duration.ZERO;
    // A machine that is busy with something else is not so every time.
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      String said = said(what, attempt);
      took = Duration.ofNanos(System.nanoTime() - start);
      if (took.compareTo(AT_ONCE) < 0) {
        return said;
      }
    }
    throw new AssertionError("%s took %s, %d times".formatted(what, took, TRIES));
  }

  private static String said(String what, Attempt attempt) {
    try {
      attempt.run();
      return "";
    } catch (InvalidModelException e) {
      String said = String.valueOf(e.getMessage());
      assertThat(said).as(what).isNotBlank().hasLineCount(1);
      return said;
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(what, e);
    }
  }

  @Test
  void noMutantOfACfgDoesMoreThanBeRefused() {
    List<String> seeds = new ArrayList<>();
    SmallNetwork.all().forEach(n -> seeds.add(n.cfg()));
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      SplittableRandom random = new SplittableRandom(SEED + i);
      String seed = seeds.get(random.nextInt(seeds.size()));
      String mutant = mutated(seed, seeds, random);
      boolean[] bound = new boolean[1];
      timed(
          "seed %d:%n%s".formatted(SEED + i, mutant),
          () -> {
            DarknetModel model = DarknetModel.of("mutant.cfg", mutant);
            if (model.parameters() <= MOST_PARAMETERS) {
              model.bind(new DarknetWeights.Seeded(1));
              bound[0] = true;
            }
          });
      accepted += bound[0] ? 1 : 0;
    }
    // Both must happen, or the mutants prove little.
    assertThat(accepted).isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
  }

  private static final String[] WORDS = {
    "-1",
    "0",
    "1",
    "2",
    "7",
    "65536",
    "2147483647",
    "999999999",
    "-999999999",
    "99999999999",
    "1e30",
    "1e-30",
    "-0",
    "NaN",
    "",
    "=",
    "[",
    "]",
    "#",
    ",",
    "\u0000",
    "\ud83d",
    "linear",
    "from",
    "layers",
    "-1,-1,-1",
    "groups",
    "stride",
    "16777216",
    "4096"
  };

  private static String mutated(String text, List<String> seeds, SplittableRandom random) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n")));
    int changes = random.nextInt(1, 5);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(lines.size());
      String line = lines.get(at);
      switch (random.nextInt(7)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(random.nextInt(lines.size()), line);
        case 2, 3 -> {
          int equals = line.indexOf('=');
          lines.set(at, line.substring(0, equals + 1) + WORDS[random.nextInt(WORDS.length)]);
        }
        case 4 -> {
          int cut = random.nextInt(line.length() + 1);
          lines.set(at, line.substring(0, cut) + (char) random.nextInt(128) + line.substring(cut));
        }
        case 5 -> lines.set(at, line.substring(random.nextInt(line.length() + 1)));
        default -> {
          String other = seeds.get(random.nextInt(seeds.size()));
          lines.addAll(List.of(other.substring(SmallNetwork.NET.length()).split("\n")));
        }
      }
      if (lines.isEmpty()) {
        return "";
      }
    }
    return String.join("\n", lines);
  }

  @Test
  void noMutantOfWeightsDoesMoreThanBeRefused() throws Exception {
    DarknetModel model = DarknetModel.of("good.cfg", GOOD);
    DarknetOracle oracle = new DarknetOracle(GOOD, SEED, false);
    oracle.run();
    byte[] good = oracle.file(0, 2, true);
    Path file = directory.resolve("mutant.weights");
    for (int i = 0; i < MUTANTS; i++) {
      SplittableRandom random = new SplittableRandom(SEED + i);
      byte[] mutant = good.clone();
      int changes = random.nextInt(1, 4);
      for (int j = 0; j < changes; j++) {
        // Half of them in the header, which decides how the rest is read.
        int at = random.nextInt(random.nextBoolean() ? 20 : good.length);
        mutant[at] = (byte) random.nextInt(256);
      }
      if (random.nextInt(3) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(2 * good.length));
      }
      Files.write(file, mutant);
      timed(
          "seed %d".formatted(SEED + i),
          () ->
              model
                  .bind(new DarknetWeights.File(file))
                  .constants()
                  .values()
                  .forEach(t -> assertFinite(t.floats())));
    }
  }

  private static void assertFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new AssertionError("a weight became " + value);
      }
    }
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws Exception {
    byte[] noise = new byte[5000];
    new java.util.Random(SEED).nextBytes(noise);
    Path file = Files.write(directory.resolve("noise.cfg"), noise);
    assertThat(timed("noise", () -> DarknetModel.read(file))).startsWith("noise.cfg: line 1, ");
    Path words = Files.write(directory.resolve("a.cfg"), "x=y".getBytes(StandardCharsets.UTF_16));
    assertThat(timed("UTF-16", () -> DarknetModel.read(words))).startsWith("a.cfg: line 1, ");
  }
}
