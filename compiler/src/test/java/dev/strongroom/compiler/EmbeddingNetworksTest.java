package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Networks that begin as sentence encoders do: ids look up rows of a table, and a mask of integers
 * is added to what is made of them.
 */
class EmbeddingNetworksTest {
  private static final int NETWORKS = 60;

  /** A table so large that every small budget streams it, in many parts. */
  private static final int ROWS = 3000;

  private static final int WIDTH = 24;
  private static final int TOKENS = 7;

  /** With everything resident, in the smallest budget, and in one between. */
  private static List<Compilation> compilations(Graph graph, long seed) throws Exception {
    Compilation roomy = Compiler.compile(graph, CompileOptions.unlimited());
    long smallest = roomy.certificate().smallestBudget();
    long largest = Math.max(smallest, roomy.certificate().footprint());
    long between = new SplittableRandom(seed).nextLong(smallest, largest + 1);
    return List.of(
        roomy,
        Compiler.compile(graph, CompileOptions.forBudget(smallest)),
        Compiler.compile(graph, CompileOptions.forBudget(between)));
  }

  @Test
  void answersEqualTheInterpretersWhateverTheIdsAre() throws Exception {
    for (long seed = 0; seed < NETWORKS; seed++) {
      EmbeddingNetworks made = new EmbeddingNetworks(seed);
      int rows = made.between(1, 2000);
      DataType integers = made.between(0, 1) == 0 ? DataType.INT32 : DataType.INT64;
      Graph graph = made.network(rows, made.between(1, 70), made.between(1, 9), integers);
      Map<String, Tensor> inputs = made.inputs(graph, rows);
      float[] expected = Interpreter.run(graph, inputs).values().iterator().next().floats();
      for (Compilation compilation : compilations(graph, seed)) {
        String what = "seed %d in %,d bytes".formatted(seed, compilation.certificate().footprint());
        CompiledModels.Run run = CompiledModels.run(compilation, inputs);
        CompiledModels.assertClose(what, run.outputs().values().iterator().next(), expected);
        assertThat(run.highWater())
            .as("high-water mark, " + what)
            .isEqualTo(compilation.certificate().footprint());
      }
    }
  }

  @Test
  void theChunksOpenedAreTheSameForAnyIds() throws Exception {
    EmbeddingNetworks made = new EmbeddingNetworks(1);
    Graph graph = made.network(ROWS, WIDTH, TOKENS, DataType.INT64);
    for (Compilation compilation : compilations(graph, 1)) {
      List<Integer> first = CompiledModels.run(compilation, made.inputs(graph, ROWS)).chunks();
      assertThat(first).as("chunks opened").containsAll(all(compilation));
      for (int i = 0; i < 5; i++) {
        assertThat(CompiledModels.run(compilation, made.inputs(graph, ROWS)).chunks())
            .as("chunks opened for other inputs, in %s", compilation.certificate())
            .isEqualTo(first);
      }
    }
  }

  private static List<Integer> all(Compilation compilation) {
    return java.util.stream.IntStream.range(0, compilation.program().chunks().size())
        .boxed()
        .toList();
  }

  @Test
  void aTableThatStreamsNeedsRoomForAPartOfIt() throws Exception {
    Graph graph = new EmbeddingNetworks(2).network(ROWS, WIDTH, TOKENS, DataType.INT64);
    long smallest =
        Compiler.compile(graph, CompileOptions.unlimited()).certificate().smallestBudget();
    assertThat(smallest)
        .as("smallest budget for a table of %d bytes", 4 * ROWS * WIDTH)
        .isLessThan(96 * 1024);
  }

  @Test
  void rowsOfWhatWasComputedAreLookedUpToo() throws Exception {
    EmbeddingNetworks made = new EmbeddingNetworks(3);
    String x = made.b.input("x", 5, 2, 3);
    String ids = made.b.input("ids", DataType.INT64, 4);
    String doubled = made.b.unary(Op.Unary.Function.AFFINE, 2, 1, x);
    String turned = made.b.node(new Op.Transpose(List.of(1, 0, 2)), new int[] {2, 5, 3}, doubled);
    Graph graph = made.b.build(made.b.node(new Op.Gather(), new int[] {4, 5, 3}, turned, ids));
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    float[] values = new float[30];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    inputs.put("x", Tensor.ofFloats(values, 5, 2, 3));
    inputs.put("ids", Tensor.ofLongs(new long[] {1, 2, -2, 0}, 4));
    float[] expected = Interpreter.run(graph, inputs).values().iterator().next().floats();
    CompiledModels.Run run =
        CompiledModels.run(Compiler.compile(graph, CompileOptions.unlimited()), inputs);
    CompiledModels.assertClose("rows", run.outputs().values().iterator().next(), expected);
  }

  @Test
  void integersAreMovedAndGivenBack() throws Exception {
    EmbeddingNetworks made = new EmbeddingNetworks(4);
    String ids = made.b.input("ids", DataType.INT64, 2, 3);
    String turned =
        made.b.node(
            new Op.Transpose(List.of(1, 0)), EmbeddingNetworks.type(DataType.INT64, 3, 2), ids);
    String narrow =
        made.b.node(
            new Op.Cast(DataType.INT32), EmbeddingNetworks.type(DataType.INT32, 3, 2), turned);
    Graph graph = made.b.build(turned, narrow);
    Tensor given = Tensor.ofLongs(new long[] {1, -2, 3, 1L << 40, 5, -(1L << 40) - 7}, 2, 3);
    Map<String, Tensor> expected = Interpreter.run(graph, Map.of("ids", given));
    CompiledModels.Run run =
        CompiledModels.run(
            Compiler.compile(graph, CompileOptions.unlimited()), Map.of("ids", given));
    expected.forEach(
        (name, tensor) -> {
          FloatBuffer bits = tensor.data().asFloatBuffer();
          assertThat(ByteBuffer.wrap(bytes(run.outputs().get(name))))
              .as(name)
              .isEqualTo(tensor.data());
          assertThat(run.outputs().get(name)).hasSize(bits.remaining());
        });
  }

  private static byte[] bytes(float[] bits) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(bits);
    return bytes.array();
  }

  @Test
  void arithmeticOnIntegersIsRefused() {
    GraphBuilder b = new GraphBuilder(0);
    String ids = b.input("ids", DataType.INT64, 3);
    Graph graph =
        b.build(
            b.node(
                new Op.Binary(Op.Binary.Kind.ADD),
                EmbeddingNetworks.type(DataType.INT64, 3),
                ids,
                ids));
    assertThatThrownBy(() -> Compiler.compile(graph, CompileOptions.unlimited()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("its result is int64 3, not float32");
  }
}
