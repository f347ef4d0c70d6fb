package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which steps quantised graphs become. */
class QuantizedLoweringTest {
  private static final int[] ONE = {1, 1};
  private final GraphBuilder b = new GraphBuilder(3);

  private String image() {
    return b.requantized(b.input("x", 1, 16, 12, 12), 0.01f, 5);
  }

  private String conv(String x, int channels) {
    int[] three = {3, 3};
    return b.quantizedConv(x, channels, three, ONE, new int[] {1, 1, 1, 1}, ONE, 1, true, 1);
  }

  private List<Step> steps(String output) throws Exception {
    return Compiler.compile(b.build(output), CompileOptions.unlimited()).program().steps();
  }

  private List<String> kinds(String output) throws Exception {
    return steps(output).stream().map(s -> s.getClass().getSimpleName()).toList();
  }

  @Test
  void betweenTheFirstAndTheLastLayerEverythingIsIntegers() throws Exception {
    String hidden = b.requantized(b.unary(Function.RELU, conv(image(), 24)), 0.02f, -128);
    String pooled = b.requantized(mean(hidden), 0.02f, 3);
    String y = b.requantized(pointwise(pooled, 7), 0.03f, 0);
    assertThat(kinds(y))
        .containsExactly(
            "Quantize", "QuantizedConv2d", "QuantizedPool2d", "QuantizedConv2d", "Dequantize");
    Step.QuantizedConv2d conv = (Step.QuantizedConv2d) steps(y).get(1);
    assertThat(conv.inZero()).isEqualTo(5);
    assertThat(conv.saturation()).isEqualTo(new Saturation(-128, -128, 127));
    assertThat(conv.activation()).isEqualTo(Activation.NONE);
    assertThat(conv.out().type()).isEqualTo(ElementType.I8);
  }

  private String mean(String x) {
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true);
    return b.node(mean, new int[] {1, b.shape(x)[1], 1, 1}, x);
  }

  private String pointwise(String x, int channels) {
    return b.quantizedConv(x, channels, ONE, ONE, new int[4], ONE, 1, true, 2);
  }

  @Test
  void integersTakeAQuarterOfTheMemoryOfFloats() throws Exception {
    long[] arena = new long[2];
    for (int quantised = 0; quantised < 2; quantised++) {
      GraphBuilder g = new GraphBuilder(1);
      String x = g.input("x", 1, 1, 64, 64);
      for (int layer = 0; layer < 3; layer++) {
        String conv = g.quantizedConv(x, 32, ONE, ONE, new int[4], ONE, 1, false, 0);
        String hidden = g.unary(Function.RELU, conv);
        x = quantised == 1 ? g.requantized(hidden, 0.02f, 0) : hidden;
      }
      String y = g.node(new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true), one(32), x);
      String last = quantised == 1 ? g.requantized(y, 0.02f, 0) : y;
      arena[quantised] =
          Compiler.compile(g.build(last), CompileOptions.unlimited()).program().arenaBytes();
    }
    assertThat((double) arena[1] / arena[0]).isBetween(0.2, 0.3);
  }

  private static int[] one(int channels) {
    return new int[] {1, channels, 1, 1};
  }

  @Test
  void aFunctionBeforeTheRoundingIsComputedOnSumsAndBehindItIsATable() throws Exception {
    String before = b.unary(Function.HARD_SWISH, 1 / 6f, 0.5f, conv(image(), 8));
    String quantised = b.requantized(before, 0.02f, 0);
    String behind = b.requantized(b.unary(Function.SIGMOID, quantised), 1 / 256f, -128);
    List<Step> steps = steps(behind);
    assertThat(kinds(behind)).containsExactly("Quantize", "QuantizedConv2d", "Table", "Dequantize");
    Activation activation = ((Step.QuantizedConv2d) steps.get(1)).activation();
    assertThat(activation.function()).isEqualTo(Activation.Function.HARD_SWISH);
    assertThat(activation.scale()).isEqualTo((float) (1 / (double) 0.02f));
    assertThat(steps.get(2).writes()).isEqualTo(steps.get(2).reads().getFirst());
  }

  @Test
  void whatOnlyMovesElementsStaysInIntegers() throws Exception {
    String x = image();
    String turned = b.node(new Op.Transpose(List.of(0, 1, 3, 2)), b.shape(x), x);
    Op max =
        new Op.Pool(
            Op.Pool.Kind.MAX,
            List.of(2, 2),
            List.of(2, 2),
            List.of(0, 0, 0, 0),
            List.of(1, 1),
            false);
    String pooled = b.node(max, new int[] {1, 16, 6, 6}, turned);
    String large = b.node(new Op.Upsample(List.of(1, 1, 2, 2)), new int[] {1, 16, 12, 12}, pooled);
    String joined = b.node(new Op.Concat(1), new int[] {1, 32, 12, 12}, large, x);
    String y = b.requantized(conv(joined, 3), 0.02f, 0);
    assertThat(kinds(y))
        .containsOnly("Quantize", "QuantizedPool2d", "Copy", "QuantizedConv2d", "Dequantize");
    for (Step step : steps(y)) {
      if (step instanceof Step.Copy copy && copy.out().elements() > 16 * 144) {
        assertThat(copy.out().type()).isEqualTo(ElementType.I8);
      }
    }
  }

  @Test
  void partsOfDifferentScalesAreLookedUpIntoTheirPlace() throws Exception {
    String x = image();
    String left = b.requantized(conv(x, 5), 0.02f, 0);
    String right = b.requantized(conv(x, 6), 0.03f, 0);
    String joined = b.node(new Op.Concat(1), new int[] {1, 11, 12, 12}, left, right);
    String y = b.requantized(joined, 0.03f, 0);
    assertThat(kinds(y))
        .contains("Table")
        .doesNotContain("Binary")
        .filteredOn("Dequantize"::equals)
        .hasSize(1);
  }

  @Test
  void sumsAndGatesAreIntegersToo() throws Exception {
    String x = image();
    String y = b.requantized(conv(x, 16), 0.02f, 0);
    String difference =
        b.requantized(b.unary(Function.CLIP, 0, 1, b.binary(Op.Binary.Kind.SUB, x, y)), 0.01f, 0);
    String gated = b.requantized(b.binary(Op.Binary.Kind.MUL, difference, x), 0.01f, 0);
    List<Step.QuantizedBinary> steps =
        steps(gated).stream()
            .filter(Step.QuantizedBinary.class::isInstance)
            .map(Step.QuantizedBinary.class::cast)
            .toList();
    assertThat(steps).hasSize(2);
    assertThat(steps.get(0).kind()).isEqualTo(Step.QuantizedBinary.Kind.ADD);
    assertThat(steps.get(0).bScale()).isEqualTo((float) (-(double) 0.02f / 0.01f));
    assertThat(steps.get(0).saturation()).isEqualTo(new Saturation(0, 0, 100));
    assertThat(steps.get(1).kind()).isEqualTo(Step.QuantizedBinary.Kind.MUL);
    assertThat(kinds(gated)).doesNotContain("Binary");
  }

  @Test
  void weightsMayBeIntegersAlone() throws Exception {
    String y = b.unary(Function.RELU, conv(b.input("x", 1, 16, 12, 12), 24));
    Step.QuantizedConv2d conv =
        (Step.QuantizedConv2d)
            steps(y).stream()
                .filter(Step.QuantizedConv2d.class::isInstance)
                .findAny()
                .orElseThrow();
    assertThat(conv.in().type()).isEqualTo(ElementType.F32);
    assertThat(conv.out().type()).isEqualTo(ElementType.F32);
    assertThat(conv.activation().function()).isEqualTo(Activation.Function.RELU);
    assertThat(conv.weights().elements()).isEqualTo(2 * (8 + 9 * 16) * 16);
  }

  @Test
  void scalesForEachChannelOfAnActivationAreRefusedWithThePlace() {
    String x = b.input("x", 1, 2, 3, 3);
    String y = b.requantizedPerChannel(x, 1);
    assertThatThrownBy(() -> steps(y))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("(Quantize): has scales float32 2; activations have one scale each");
  }
}
