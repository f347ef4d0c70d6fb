package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.cli.io.Npy;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.OnnxModel;
import dev.strongroom.program.ElementType;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.PortInfo;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * MiniLM (Wang et al., arXiv 2002.10957; 22.6 million parameters, half of them a table of 30,522
 * rows) on 64 tokens: compiled, sealed, run in the local world, and compared with ONNX Runtime.
 */
class SentenceEncoderTest {
  private static final Path MODEL =
      Path.of(System.getProperty("strongroom.test.models", ""), "all-minilm-l6-v2.onnx");

  private static final int TOKENS = 64;
  private static final int VOCABULARY = 30_522;
  private static final int WIDTH = 384;
  private static final int SENTENCES = 5;
  private static final long BUDGET = 2L << 20;

  private static Graph graph() throws Exception {
    return OnnxModel.read(MODEL).bind(Map.of("input_ids", Shape.of(1, TOKENS)));
  }

  /** Seeded ids, of which the mask leaves out what lies behind the sentence's end. */
  private static Map<String, long[]> sentence(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = seed == 1 ? TOKENS : random.nextInt(1, TOKENS + 1);
    int second = random.nextInt(0, length + 1);
    long[] ids = new long[TOKENS];
    long[] mask = new long[TOKENS];
    long[] types = new long[TOKENS];
    for (int i = 0; i < length; i++) {
      ids[i] = i == 0 ? 0 : i == 1 ? VOCABULARY - 1 : random.nextInt(VOCABULARY);
      mask[i] = 1;
      types[i] = i < second ? 0 : 1;
    }
    return new LinkedHashMap<>(
        Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types));
  }

  private static ByteBuffer bytes(long[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return buffer;
  }

  private static float[] infer(Session session, Map<String, long[]> sentence) throws Exception {
    Map<String, ByteBuffer> inputs = new HashMap<>();
    sentence.forEach((name, values) -> inputs.put(name, bytes(values)));
    ByteBuffer answer = session.infer(inputs).values().iterator().next();
    float[] floats = new float[answer.remaining() / 4];
    answer.asFloatBuffer().get(floats);
    return floats;
  }

  @Test
  void answersEqualOnnxRuntimesIn2MiBOfSecureMemory() throws Exception {
    compare(Compiler.compile(graph(), CompileOptions.forBudget(BUDGET)));
  }

  @Test
  void answersAreTheSameInTheSmallestBudgetWhichIsBelow1MiB() throws Exception {
    long smallest =
        Compiler.compile(graph(), CompileOptions.forBudget(BUDGET)).certificate().smallestBudget();
    assertThat(smallest).as("smallest budget of a model of 90 MB").isLessThan(1L << 20);
    Compilation compilation = Compiler.compile(graph(), CompileOptions.forBudget(smallest));
    assertThat(compilation.certificate().bytesOpened())
        .as("weights opened for each inference")
        .isEqualTo(compilation.program().weightsBytes());
    compare(compilation);
  }

  @Test
  void aBudgetThatIsTooSmallIsNotAnsweredWithWhatTakesFloatsOnly() {
    CommandLineRun refused =
        CommandLineRun.of(
            "compile",
            MODEL.toString(),
            "-o",
            "none.program",
            "--secure-memory",
            "100KiB",
            "--shape",
            "input_ids=1," + TOKENS);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("; --max-extra-macs 1.3 or --int8-weights may do with less")
        .hasLineCount(1);
  }

  private static void compare(Compilation compilation) throws Exception {
    long budget = compilation.certificate().footprint();
    long weights = compilation.program().weightsBytes();
    try (OnnxRuntime runtime = new OnnxRuntime(MODEL);
        VendorPrivateKey vendor = VendorPrivateKey.generate();
        SecureWorld world =
            Worlds.openLocal(
                new Size(budget), 2 * weights, Optional.empty(), List.of(vendor.publicKey()));
        Session session =
            world.load(SealedCopy.of(ModelFile.compiled(compilation), "encoder", vendor, world))) {
      assertThat(session.inputs())
          .containsExactlyInAnyOrder(
              new PortInfo("input_ids", ElementType.I64, 1, TOKENS),
              new PortInfo("attention_mask", ElementType.I64, 1, TOKENS),
              new PortInfo("token_type_ids", ElementType.I64, 1, TOKENS));
      long chunks = 0;
      for (long seed = 1; seed <= SENTENCES; seed++) {
        Map<String, long[]> sentence = sentence(seed);
        assertClose(
            "sentence of seed " + seed, infer(session, sentence), runtime.run(sentence, 1, TOKENS));
        assertThat(session.status().highWater())
            .as("high-water mark after seed %d", seed)
            .isEqualTo(compilation.certificate().footprint());
        assertThat(session.status().bytesOpened())
            .as("weights opened for seed %d", seed)
            .isEqualTo(compilation.certificate().bytesOpened());
        chunks = seed == 1 ? session.status().chunksOpened() : chunks;
        assertThat(session.status().chunksOpened())
            .as("chunks opened for seed %d", seed)
            .isEqualTo(chunks);
      }
      idsThatAreNoRowsAreAnsweredToo(session, chunks);
    }
  }

  private static void idsThatAreNoRowsAreAnsweredToo(Session session, long chunks)
      throws Exception {
    Map<String, long[]> sentence = sentence(1);
    long[] ids = sentence.getOrDefault("input_ids", new long[0]);
    ids[3] = VOCABULARY;
    ids[4] = -VOCABULARY - 1;
    ids[5] = Long.MIN_VALUE;
    ids[6] = Long.MAX_VALUE;
    float[] answer = infer(session, sentence);
    assertThat(answer).hasSize(TOKENS * WIDTH);
    for (float x : answer) {
      assertThat(x).isFinite();
    }
    assertThat(session.status().chunksOpened()).as("chunks opened").isEqualTo(chunks);
  }

  /** Within 1e-4 relative or 1e-5 absolute. */
  private static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double tolerance = Math.max(1e-5, 1e-4 * Math.abs(expected[i]));
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            "%s: element %d of %d is %s, ONNX Runtime says %s"
                .formatted(what, i, actual.length, actual[i], expected[i]));
      }
    }
  }

  @Test
  void theCommandTakesIdsOfEitherWidthAndRefusesOtherNumbers(@TempDir Path directory)
      throws Exception {
    Map<String, long[]> sentence = sentence(2);
    int tokens = 8;
    Map<String, Path> files = new HashMap<>();
    for (Map.Entry<String, long[]> input : sentence.entrySet()) {
      ByteBuffer elements = bytes(input.getValue()).limit(8 * tokens);
      files.put(
          input.getKey(),
          write(directory.resolve(input.getKey() + ".npy"), Npy.Type.INT64, elements, 1, tokens));
    }
    CommandLineRun wide = run(files);
    assertThat(wide.status()).as(wide.err()).isZero();
    assertThat(wide.json().at("/outputs/last_hidden_state/shape").toString())
        .isEqualTo("[1,8,384]");
    ByteBuffer narrow = ByteBuffer.allocate(4 * tokens).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tokens; i++) {
      narrow.putInt((int) sentence.getOrDefault("input_ids", new long[tokens])[i]);
    }
    Path ids = directory.resolve("input_ids.npy");
    write(ids, Npy.Type.INT32, narrow.flip(), tokens);
    CommandLineRun other = run(files);
    assertThat(other.status()).as(other.err()).isZero();
    write(ids, Npy.Type.FLOAT32, narrow.rewind(), 1, tokens);
    CommandLineRun floats = run(files);
    assertThat(floats.status()).isEqualTo(1);
    assertThat(floats.err())
        .isEqualTo(
            "strongroom: input input_ids takes int64 [1, 8], but %s holds float32 [1, 8]%n"
                .formatted(ids));
  }

  private static Path write(Path file, Npy.Type type, ByteBuffer elements, int... shape)
      throws Exception {
    new Npy(type, shape, elements).write(file);
    return file;
  }

  private static CommandLineRun run(Map<String, Path> files) {
    List<String> arguments =
        new ArrayList<>(List.of("run", MODEL.toString(), "--secure-memory", "1MiB", "--json"));
    files.forEach((name, file) -> arguments.addAll(List.of("--input", name + "=" + file)));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
