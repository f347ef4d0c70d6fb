package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Each command does what it says, and says what it will not do. */
class CommandsTest {
  @TempDir private static Path directory;
  private static Workshop workshop = new Workshop(Path.of(""));

  @BeforeAll
  static void makeFiles() throws Exception {
    workshop = Workshop.in(directory);
    CommandLineRun.of("demo", "--save", workshop.file("picture.png"), "--secure-memory", "1KiB");
  }

  private static String input() {
    return "x=" + workshop.file("picture.png");
  }

  @Test
  void inspectCountsWhatIsInAModel() throws Exception {
    JsonNode answer =
        CommandLineRun.of("inspect", workshop.model(), "--shape", Workshop.SHAPE, "--json").json();
    assertThat(answer.at("/operators/Conv").intValue()).isEqualTo(53);
    assertThat(answer.get("parameters").longValue()).isPositive();
    assertThat(answer.get("macs").longValue()).isPositive();
    assertThat(answer.get("unsupported")).isEmpty();
    assertThat(answer.at("/inputs/0/shape/1").intValue()).isEqualTo(3);
    CommandLineRun open = CommandLineRun.of("inspect", workshop.model());
    assertThat(open.status()).isZero();
    assertThat(open.out()).contains("53  Conv").contains("unsupported  no operator; the rest");
    CommandLineRun bound =
        CommandLineRun.of("inspect", workshop.model(), "--shape", Workshop.SHAPE);
    assertThat(bound.out()).contains("unsupported  nothing");
  }

  @Test
  void inspectListsWhatTheImporterWouldRefuseInCompileAllOfIt() throws Exception {
    double[] four = {1, 1, 1, 1};
    Path file =
        new TinyOnnx()
            .input("x", 1, 4, 2, 2)
            .output("y")
            .output("z")
            .constant("c", TinyOnnx.Type.FLOAT, four, 4)
            .node("BatchNormalization", "x c c c c", "y", "training_mode", 1)
            .node("Relu", "x", "r")
            .node("LSTM", "r c c", "z")
            .write(Path.of(workshop.file("importer.onnx")));
    inspectSaysWhatCompileRefuses(file, "it is in training mode", "this operator is not supported");
    JsonNode answer = CommandLineRun.of("inspect", file.toString(), "--json").json();
    assertThat(answer.at("/unsupported/0/node").stringValue()).isEqualTo("y");
    assertThat(answer.at("/unsupported/0/operator").stringValue()).isEqualTo("BatchNormalization");
    assertThat(answer.get("macs").isNull()).isTrue();
  }

  @Test
  void inspectListsWhatTheCompilerWouldRefuseAllOfIt() throws Exception {
    Path file =
        new TinyOnnx()
            .input("x", 1, 4)
            .output("z")
            .constant("last", TinyOnnx.Type.INT32, new double[] {-1}, 1)
            .constant("before", TinyOnnx.Type.INT32, new double[] {-5}, 1)
            .constant("one", TinyOnnx.Type.INT32, new double[] {1}, 1)
            .node("Slice", "x last before one last", "y")
            .node("Relu", "y", "r")
            .node("Slice", "r last before one last", "z")
            .write(Path.of(workshop.file("compiler.onnx")));
    inspectSaysWhatCompileRefuses(
        file, "y (Slice): slices backwards", "z (Slice): slices backwards");
  }

  /** In JSON and in words, each of {@code reasons} and no other. */
  private static void inspectSaysWhatCompileRefuses(Path file, String... reasons) {
    CommandLineRun compiled =
        CommandLineRun.of(
            "compile",
            file.toString(),
            "-o",
            workshop.file("refused.program"),
            "--secure-memory",
            "1MiB");
    assertThat(compiled.status()).isEqualTo(1);
    CommandLineRun shown = CommandLineRun.of("inspect", file.toString());
    assertThat(shown.out())
        .contains("unsupported  %d nodes".formatted(reasons.length))
        .contains("unknown: see unsupported");
    JsonNode unsupported =
        CommandLineRun.of("inspect", file.toString(), "--json").json().get("unsupported");
    assertThat(unsupported).hasSize(reasons.length);
    for (int i = 0; i < reasons.length; i++) {
      assertThat(compiled.err()).contains(reasons[i]);
      assertThat(shown.out()).contains(reasons[i]);
      assertThat(unsupported.get(i).get("reason").stringValue()).contains(reasons[i]);
    }
  }

  @Test
  void compileCertifiesWithTheFieldsThatScriptsReadAndTheyAddUp() throws Exception {
    JsonNode answer =
        CommandLineRun.of(
                "compile",
                workshop.model(),
                "-o",
                workshop.file("again.program"),
                "--secure-memory",
                "640KiB",
                "--shape",
                Workshop.SHAPE,
                "--json")
            .json();
    JsonNode memory = answer.get("secureMemory");
    long sum = 0;
    for (String part : List.of("arena", "window", "resident", "program", "staging")) {
      sum += memory.get(part).longValue();
    }
    assertThat(memory.get("footprint").longValue()).isEqualTo(sum);
    assertThat(memory.get("budget").longValue()).isEqualTo(640 << 10);
    assertThat(sum).isLessThanOrEqualTo(640 << 10);
    for (String field :
        List.of(
            "lowerBound",
            "gap",
            "bindingStep",
            "macs",
            "extraMacs",
            "steps",
            "chunks",
            "smallestBudget")) {
      assertThat(answer.has(field)).as(field).isTrue();
    }
    assertThat(answer.get("lowerBound").longValue() + answer.get("gap").longValue()).isEqualTo(sum);
  }

  @Test
  void privateKeysAreTheirOwnersAloneAndNothingIsOverwritten() throws Exception {
    for (String file : List.of("vendor.key", "device/device.key")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(Path.of(workshop.file(file)))))
          .as(file)
          .isEqualTo("rw-------");
    }
    byte[] before = Files.readAllBytes(Path.of(workshop.file("vendor.key")));
    CommandLineRun again = CommandLineRun.of("keys", "vendor", "-o", workshop.file("vendor.key"));
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("exists already");
    assertThat(CommandLineRun.of("keys", "device", "-o", workshop.file("device")).status())
        .isEqualTo(1);
    assertThat(Files.readAllBytes(Path.of(workshop.file("vendor.key")))).isEqualTo(before);
  }

  @Test
  void verifyNamesTheVersionAndTheVeryChunkThatWasChanged() throws Exception {
    JsonNode genuine =
        CommandLineRun.of(
                "verify",
                workshop.file("model.sealed"),
                "--vendor",
                workshop.file("vendor.pub"),
                "--json")
            .json();
    assertThat(genuine.get("genuine").booleanValue()).isTrue();
    assertThat(genuine.get("modelId").stringValue()).isEqualTo("direction");
    assertThat(genuine.get("modelVersion").longValue()).isEqualTo(3);

    byte[] sealed = Files.readAllBytes(Path.of(workshop.file("model.sealed")));
    sealed[sealed.length - 20] ^= 1;
    Path flipped = Files.write(directory.resolve("flipped.sealed"), sealed);
    CommandLineRun changed =
        CommandLineRun.of("verify", flipped.toString(), "--vendor", workshop.file("vendor.pub"));
    assertThat(changed.status()).isEqualTo(1);
    int last = genuine.get("chunks").intValue();
    assertThat(changed.err()).contains("chunk %d of %d was changed".formatted(last, last));
  }

  @Test
  void aSealedModelRunsOnItsDeviceAndAnswersAsThePlainModelDoes() throws Exception {
    CommandLineRun run =
        CommandLineRun.of("run", workshop.file("model.sealed"), "--input", input(), "--json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode answer = run.json();
    CommandLineRun plain =
        CommandLineRun.of(
            "run",
            workshop.model(),
            "--input",
            input(),
            "--shape",
            Workshop.SHAPE,
            "--secure-memory",
            "1MiB",
            "--repeat",
            "3",
            "--threads",
            "2",
            "--json");
    assertThat(plain.status()).as(plain.err()).isZero();
    assertThat(answer.get("outputs")).isEqualTo(plain.json().get("outputs"));
    assertThat(plain.json().at("/threads").intValue()).isEqualTo(2);
    JsonNode values = answer.get("outputs").values().iterator().next().get("values");
    assertThat(values.get(0).doubleValue() + values.get(1).doubleValue())
        .as("two probabilities")
        .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-5));
    assertThat(plain.json().at("/latencyMs/p90").doubleValue())
        .isGreaterThanOrEqualTo(plain.json().at("/latencyMs/median").doubleValue());
    assertThat(plain.json().at("/perInference/macs").longValue()).isPositive();
    assertThat(answer.at("/world/kind").stringValue()).isEqualTo("local");
    assertThat(answer.at("/world/simulated").booleanValue()).isTrue();
    assertThat(answer.at("/threads").intValue()).isEqualTo(1);
    assertThat(answer.at("/secureMemory/highWater").longValue())
        .isEqualTo(answer.at("/secureMemory/footprint").longValue());
  }

  @Test
  void theFirstVendorIsPinnedAndAnotherIsRefused() throws Exception {
    Path device = directory.resolve("fresh");
    assertThat(CommandLineRun.of("keys", "device", "-o", device.toString()).status()).isZero();
    String[] names = {"vendor", "stranger"};
    for (String name : names) {
      CommandLineRun sealed =
          CommandLineRun.of(
              "seal",
              workshop.file("model.program"),
              "--vendor",
              workshop.file(name + ".key"),
              "--device",
              device.resolve("device.pub").toString(),
              "--model-id",
              "m",
              "--model-version",
              "1",
              "-o",
              workshop.file("for-fresh-" + name));
      assertThat(sealed.status()).as(sealed.err()).isZero();
    }
    CommandLineRun first =
        CommandLineRun.of("run", workshop.file("for-fresh-vendor"), "--input", input());
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).contains("trusting vendor SHA256:");
    CommandLineRun second =
        CommandLineRun.of("run", workshop.file("for-fresh-vendor"), "--input", input());
    assertThat(second.err()).isEmpty();
    CommandLineRun stranger =
        CommandLineRun.of("run", workshop.file("for-fresh-stranger"), "--input", input());
    assertThat(stranger.status()).isEqualTo(1);
    assertThat(stranger.err()).contains("not among those pinned");
    CommandLineRun named =
        CommandLineRun.of(
            "run",
            workshop.file("for-fresh-stranger"),
            "--vendor",
            workshop.file("stranger.pub"),
            "--input",
            input());
    assertThat(named.status()).as(named.err()).isZero();
  }

  @Test
  void aModelForAnotherDeviceIsRefusedBeforeAnythingStarts() throws Exception {
    Path other = directory.resolve("other");
    assertThat(CommandLineRun.of("keys", "device", "-o", other.toString()).status()).isZero();
    CommandLineRun run =
        CommandLineRun.of(
            "run", workshop.file("model.sealed"), "--device", other.toString(), "--input", input());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("not sealed for the device");
  }

  @Test
  void outputsAreFilesWhoseNamesHoldNothingUnusual() throws Exception {
    Path out = directory.resolve("results");
    CommandLineRun run =
        CommandLineRun.of(
            "run",
            workshop.file("model.sealed"),
            "--input",
            input(),
            "--output",
            out.toString(),
            "--json");
    JsonNode output = run.json().get("outputs").values().iterator().next();
    Path file = Path.of(output.get("file").stringValue());
    assertThat(file).exists().hasParent(out);
    assertThat(file.getFileName().toString()).matches("[A-Za-z0-9_.-]+\\.npy");
    assertThat(output.has("values")).isFalse();
    assertThat(OutputView.files(out, List.of("a/b:0", "../c")).values())
        .containsExactly(out.resolve("a_b_0.npy"), out.resolve(".._c.npy"));
  }

  @Test
  void anInputThatIsMissingOrUnknownIsNamed() throws Exception {
    CommandLineRun none = CommandLineRun.of("run", workshop.file("model.sealed"));
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("x F32[1, 3, 48, 192]");
    CommandLineRun unknown =
        CommandLineRun.of(
            "run", workshop.file("model.sealed"), "--input", input().replaceFirst("x", "y"));
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err()).contains("given was y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run SEALED --world optee",
        "run SEALED --threads 17",
        "run SEALED --repeat 0",
        "run SEALED --normalize 1",
        "run SEALED --normalize 0.5,0",
        "run MODEL --shape x=1,3,0,192",
        "compile MODEL -o out --secure-memory 1MiB --int8",
        "compile MODEL -o out --secure-memory 1MiB --max-extra-macs 0.5",
        "compile MODEL -o out --secure-memory 1MiB --int8 --int8-weights --calibrate out",
        "compile MODEL -o out --secure-memory 1MiB --calibrate out",
        "compile MODEL -o out --secure-memory 1MiB --int8-weights --int8-max-error 0.1",
        "compile MODEL -o out --secure-memory 1MiB --shape x=1,3,48,192 --int8 --calibrate none",
        "compile MODEL -o out --secure-memory 1MiB --shape x=1,3,48,192 --int8 --calibrate SEALED",
        "run SEALED --int8 --calibrate out",
        "run MODEL --int8",
        "compile MODEL -o out --secure-memory 1MiB --shape x=1,3,48,192 --report out",
        "compile MODEL -o out --secure-memory 1MiB --shape x=1,3,48,192 --report /nowhere/r.html",
        "compile MODEL -o out --secure-memory 1MiB",
        "compile MODEL -o out --secure-memory 1KiB --shape x=1,3,48,192",
        "compile MODEL -o out --secure-memory 1MiB --shape x=1,3,48",
        "compile MODEL -o out --secure-memory 1MiB --shape y=1,3,48,192",
        "demo --text naïve",
        "demo --text A --image b.png",
        "demo --save picture.bmp",
        "keys vendor -o /nowhere/at/all.key",
        "optee-config PROGRAM --board rpi4",
        "optee-config PROGRAM SEALED",
        "optee-config MODEL",
        "compile MODEL -o out --secure-memory 1MiB --time",
        "bench engine --model nothing",
        "bench engine --repeat 0",
        "bench engine --threads 1,0",
        "bench engine --minilm nowhere.onnx",
        "bench kernels --only nothing --quick",
        "bench kernels --only (conv --quick",
        "bench memory --network nothing",
        "bench memory --repeat 0",
        "bench memory --minilm nowhere.onnx",
        "bench placement MODEL",
        "bench placement nowhere",
        "bench placement ../testdata",
        "bench placement ../testdata/minimalloc --seconds-per-instance 0",
        "inspect SEALED"
      })
  void whatCannotBeMetIsOneSentenceAndExitStatusOne(String line) throws Exception {
    CommandLineRun run = CommandLineRun.of(words(line));
    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("strongroom: ").hasLineCount(1).doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "frobnicate",
        "attest",
        "bench",
        "bench paper",
        "bench engine --threads two",
        "bench kernels softmax",
        "keys",
        "inspect",
        "inspect MODEL more",
        "compile MODEL -o out",
        "compile MODEL -o out --secure-memory much",
        "compile MODEL -o out --secure-memory 1MiB --int8 --calibration-range some",
        "compile MODEL -o out --secure-memory 1MiB --int8 --int8-max-error little",
        "demo --secure-memory -1",
        "demo --picture cat",
        "run SEALED --input x",
        "seal PROGRAM",
        "optee-config",
        "demo --frob"
      })
  void wrongUsageIsExitStatusTwoAndPointsToHelp(String line) throws Exception {
    CommandLineRun run = CommandLineRun.of(words(line));
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("strongroom: ").contains("--help").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "inspect",
        "compile",
        "keys",
        "keys vendor",
        "keys device",
        "seal",
        "verify",
        "run",
        "optee-config",
        "bench",
        "bench engine",
        "bench kernels",
        "bench memory",
        "bench placement"
      })
  void everyHelpHasAnExample(String command) {
    CommandLineRun run = CommandLineRun.of((command + " --help").split(" "));
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Example:").contains("  strongroom " + command);
    boolean computes = command.equals("run") || command.equals("bench engine");
    assertThat(run.out().contains("--threads")).as("offers threads").isEqualTo(computes);
  }

  /** The refusal of a budget of 1 KiB, from the smallest budget on. */
  private static String allowances(String... options) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                words("compile MODEL -o out --secure-memory 1KiB --shape x=1,3,48,192 --json")));
    line.addAll(List.of(options));
    JsonNode error = CommandLineRun.of(line.toArray(String[]::new)).json().get("error");
    assertThat(error.get("exitStatus").intValue()).isEqualTo(1);
    long smallest = error.get("smallestBudget").longValue();
    String message = error.get("message").stringValue();
    assertThat(smallest).isBetween(100_000L, 400_000L);
    assertThat(message).contains("allow at least that with --secure-memory " + smallest);
    return message.split("--secure-memory " + smallest, 2)[1];
  }

  @Test
  void aBudgetThatIsTooSmallIsAnsweredWithWhatMayBeAllowedBesides() throws Exception {
    Path samples = Files.createDirectories(directory.resolve("samples"));
    Files.copy(directory.resolve("picture.png"), samples.resolve("picture.png"));
    String[] int8 = {"--int8", "--calibrate", samples.toString(), "--max-extra-macs", "1.3"};
    assertThat(allowances())
        .isEqualTo("; --max-extra-macs 1.3 or --int8 with --calibrate DIR may do with less");
    assertThat(allowances("--max-extra-macs", "1.3"))
        .isEqualTo("; --int8 with --calibrate DIR may do with less");
    assertThat(allowances("--int8-weights", "--max-extra-macs", "1.2"))
        .isEqualTo("; --int8 with --calibrate DIR may do with less");
    assertThat(allowances(int8)).isEmpty();
  }

  @Test
  void aRefusalWithJsonIsOneObjectTooAndVerboseSaysWhere() throws Exception {
    CommandLineRun run = CommandLineRun.of("inspect", "none.onnx", "--json", "--verbose");
    assertThat(run.json().at("/error/exitStatus").intValue()).isEqualTo(1);
    assertThat(run.json().at("/error/message").stringValue()).contains("none.onnx");
    assertThat(run.err()).contains("\tat dev.strongroom.cli");
  }

  @Test
  void aDefectOfOursIsExitStatusSeventyAndSaysHowToReportIt() {
    java.io.StringWriter out = new java.io.StringWriter();
    java.io.StringWriter err = new java.io.StringWriter();
    Console console =
        new Console(new java.io.PrintWriter(out), new java.io.PrintWriter(err), false, false);
    int status = new Failures(console, false, false).status(new IllegalStateException("oops"));
    assertThat(status).isEqualTo(70);
    assertThat(err.toString()).contains("please report it").contains("oops").hasLineCount(1);
  }

  private static String[] words(String line) throws RequestException {
    if (line.isEmpty()) {
      return new String[0];
    }
    String model = workshop.model();
    return java.util.Arrays.stream(line.split(" "))
        .map(w -> w.equals("MODEL") ? model : w)
        .map(w -> w.equals("SEALED") ? workshop.file("model.sealed") : w)
        .map(w -> w.equals("PROGRAM") ? workshop.file("model.program") : w)
        .map(w -> w.equals("out") ? workshop.file("out") : w)
        .toArray(String[]::new);
  }
}
