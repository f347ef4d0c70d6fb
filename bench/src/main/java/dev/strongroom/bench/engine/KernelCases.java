package dev.strongroom.bench.engine;

import static dev.strongroom.program.ElementType.F32;
import static dev.strongroom.program.ElementType.I8;

import dev.strongroom.program.Activation;
import dev.strongroom.program.ActivationDescriptor;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Sampling;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The steps that {@link KernelBenchmark} times: a line each, in sizes that the networks of {@link
 * EngineModels} have. Sizes are height x width x channels; products are rows x summands x columns.
 */
final class KernelCases {
  private static final int HEIGHT = 24;
  private static final int WIDTH = 160;
  private static final int CHANNELS = 64;

  /** Of the element-wise kernels' operands: more than the caches nearest to a core hold. */
  private static final int ELEMENTS = HEIGHT * WIDTH * CHANNELS;

  /** What 0 is in bytes that were rounded behind max(x, 0). */
  private static final int ZERO = Byte.MIN_VALUE;

  private static final List<KernelCase> ALL = new KernelCases().all();

  private final List<KernelCase> cases = new ArrayList<>();

  private KernelCases() {}

  /** All of them, in the order in which they are shown. */
  static List<KernelCase> list() {
    return ALL;
  }

  /**
   * The one of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static KernelCase named(String name) {
    return ALL.stream()
        .filter(k -> k.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no kernel '%s'".formatted(name)));
  }

  private List<KernelCase> all() {
    conv(24, 160, 64, 64, 1);
    conv(12, 80, 128, 128, 1);
    conv(3, 80, 512, 512, 1);
    conv(1, 40, 120, 6625, 1);
    conv(24, 160, 16, 32, 1);
    conv(16, 16, 512, 512, 1);
    conv(64, 1, 384, 1536, 1);
    conv(1, 1, 480, 120, 1);
    conv(1, 1, 120, 480, 1);
    conv(80, 80, 96, 24, 3);
    conv(40, 40, 64, 64, 3);
    conv(48, 320, 3, 16, 3);
    conv(64, 64, 64, 64, 3);
    conv(32, 32, 128, 128, 3);
    conv(16, 16, 256, 256, 3);
    conv(8, 8, 512, 512, 3);
    convInt8Weights(12, 80, 128, 128, 1);
    convInt8Weights(64, 64, 64, 64, 3);
    depthwise(24, 160, 64, 3);
    depthwise(64, 64, 64, 3);
    depthwise(16, 16, 512, 3);
    depthwise(3, 80, 512, 5);
    depthwise(3, 80, 120, 5);
    matMul(8, 40, 15, 40, true);
    matMul(8, 40, 40, 15, false);
    matMul(12, 64, 64, 32, false);
    Stream.of(Activation.Function.values()).forEach(this::unary);
    Stream.of(Step.Binary.Kind.values()).forEach(this::binary);
    softmax(40, 6625);
    layerNorm(40, 120);
    Stream.of(Step.Reduce.Kind.values()).forEach(this::reduce);
    copyTransposed();
    Stream.of(Step.Pool2d.Kind.values()).forEach(this::pool);
    resize();
    quantize();
    dequantize();
    table();
    Stream.of(Step.QuantizedBinary.Kind.values()).forEach(this::binaryInt8);
    return List.copyOf(cases);
  }

  private void operations(String name, long operations, Function<StepProgram, Step> step) {
    cases.add(new KernelCase(name, KernelCase.Work.OPERATIONS, operations, step));
  }

  private void elements(String name, long elements, Function<StepProgram, Step> step) {
    cases.add(new KernelCase(name, KernelCase.Work.ELEMENTS, elements, step));
  }

  /** A convolution of {@code c} to {@code oc} channels, of floats and of bytes. */
  private void conv(int h, int w, int c, int oc, int k) {
    Window2d window = same(k);
    operations(
        "conv %dx%d, %dx%d, %d to %d".formatted(k, k, h, w, c, oc),
        convOperations(h, w, c, oc, k),
        p ->
            new Step.Conv2d(
                p.input(1, h, w, c),
                p.floats(PackedWeights.conv(oc, c, window)),
                p.output(F32, 1, h, w, oc),
                window,
                Activation.NONE));
    quantizedConv("int8", I8, h, w, c, oc, k);
  }

  /** A convolution of floats of which the weights alone are bytes. */
  private void convInt8Weights(int h, int w, int c, int oc, int k) {
    quantizedConv("int8 weights", F32, h, w, c, oc, k);
  }

  private void quantizedConv(String kind, ElementType type, int h, int w, int c, int oc, int k) {
    Window2d window = same(k);
    operations(
        "conv %s %dx%d, %dx%d, %d to %d".formatted(kind, k, k, h, w, c, oc),
        convOperations(h, w, c, oc, k),
        p ->
            new Step.QuantizedConv2d(
                p.input(type, 1, h, w, c),
                p.quantizedWeights(PackedWeights.quantizedConv(oc, c, window)),
                p.workspace(quantizedWorkspace(type, window.taps() * c)),
                p.output(type, 1, h, w, oc),
                window,
                type == I8 ? ZERO : 0,
                Activation.NONE,
                type == I8 ? Saturation.of(ZERO) : Saturation.NONE));
  }

  /** A multiplication and an addition for each tap that may lie in the padding as well. */
  private static long convOperations(int h, int w, int c, int oc, int k) {
    return 2L * h * w * c * oc * k * k;
  }

  /** As many floats as the compiler gives such a step. */
  private static int quantizedWorkspace(ElementType type, int products) {
    int room = Math.ceilDiv(Math.min(products, type == I8 ? 256 : 64), 8) * 8;
    return Math.max(PackedWeights.MIN_SCRATCH, Math.ceilDiv(192 + 6 * room, 16) * 16);
  }

  /** A depthwise convolution, of floats and of bytes. */
  private void depthwise(int h, int w, int c, int k) {
    Window2d window = same(k);
    long operations = 2L * h * w * c * k * k;
    operations(
        "depthwise %dx%d, %dx%dx%d".formatted(k, k, h, w, c),
        operations,
        p ->
            new Step.DepthwiseConv2d(
                p.input(1, h, w, c),
                p.floats(PackedWeights.depthwise(c, window)),
                p.output(F32, 1, h, w, c),
                window,
                Activation.NONE));
    operations(
        "depthwise int8 %dx%d, %dx%dx%d".formatted(k, k, h, w, c),
        operations,
        p ->
            new Step.QuantizedDepthwiseConv2d(
                p.input(I8, 1, h, w, c),
                p.quantizedWeights(PackedWeights.quantizedDepthwise(c, window)),
                p.workspace(quantizedWorkspace(I8, 1)),
                p.output(I8, 1, h, w, c),
                window,
                ZERO,
                Activation.NONE,
                Saturation.of(ZERO)));
  }

  /** A product in each of {@code heads}; with {@code transposed} b's columns are consecutive. */
  private void matMul(int heads, int m, int k, int n, boolean transposed) {
    int[] shape = {1, heads, k, n};
    int[] strides = transposed ? new int[] {heads * n * k, n * k, 1, k} : View.denseStrides(shape);
    operations(
        "matmul %d of %dx%dx%d%s".formatted(heads, m, k, n, transposed ? ", b transposed" : ""),
        2L * heads * m * k * n,
        p ->
            new Step.MatMul(
                p.input(1, heads, m, k),
                p.input(shape, strides),
                p.output(F32, 1, heads, m, n),
                Activation.NONE));
  }

  private void unary(Activation.Function function) {
    int parameters = ActivationDescriptor.parameters(function);
    Activation activation =
        Activation.of(function, parameters > 0 ? 0.2f : 0, parameters > 1 ? 0.5f : 0);
    elements(
        "unary " + lower(function),
        ELEMENTS,
        p -> new Step.Unary(p.input(ELEMENTS), p.output(F32, ELEMENTS), activation));
  }

  /** With a second operand that is dense, one value a channel, and one a pixel. */
  private void binary(Step.Binary.Kind kind) {
    binary(kind, "", WIDTH * CHANNELS, CHANNELS, 1);
    binary(kind, " channels", 0, 0, 1);
    binary(kind, " pixels", WIDTH, 1, 0);
  }

  private void binary(Step.Binary.Kind kind, String second, int... strides) {
    int[] shape = {HEIGHT, WIDTH, CHANNELS};
    elements(
        "binary " + lower(kind) + second,
        ELEMENTS,
        p ->
            new Step.Binary(
                kind,
                p.input(shape),
                p.input(shape, strides),
                p.output(F32, shape),
                Activation.NONE));
  }

  private void softmax(int rows, int columns) {
    elements(
        "softmax %dx%d".formatted(rows, columns),
        (long) rows * columns,
        p -> new Step.Softmax(p.input(rows, columns), p.output(F32, rows, columns)));
  }

  private void layerNorm(int rows, int columns) {
    elements(
        "layernorm %dx%d".formatted(rows, columns),
        (long) rows * columns,
        p ->
            new Step.LayerNorm(
                p.input(rows, columns), p.floats(2, columns), p.output(F32, rows, columns), 1e-6f));
  }

  /** All pixels of a channel to one. */
  private void reduce(Step.Reduce.Kind kind) {
    elements(
        "reduce %s, %dx%dx%d to %d".formatted(lower(kind), HEIGHT, WIDTH, CHANNELS, CHANNELS),
        ELEMENTS,
        p ->
            new Step.Reduce(
                kind,
                p.input(HEIGHT, WIDTH, CHANNELS),
                p.output(F32, 1, 1, CHANNELS),
                Activation.NONE));
  }

  /** From channels outermost to channels innermost. */
  private void copyTransposed() {
    int[] shape = {HEIGHT, WIDTH, CHANNELS};
    elements(
        "copy transposed, %dx%dx%d".formatted(HEIGHT, WIDTH, CHANNELS),
        ELEMENTS,
        p ->
            new Step.Copy(
                p.input(shape, new int[] {WIDTH, 1, HEIGHT * WIDTH}), p.output(F32, shape)));
  }

  private void pool(Step.Pool2d.Kind kind) {
    elements(
        "pool %s 2x2, %dx%dx%d".formatted(lower(kind), 2 * HEIGHT, WIDTH, CHANNELS),
        2L * ELEMENTS,
        p ->
            new Step.Pool2d(
                kind,
                p.input(1, 2 * HEIGHT, WIDTH, CHANNELS),
                p.output(F32, 1, HEIGHT, WIDTH / 2, CHANNELS),
                new Window2d(2, 2, 2, 2, 0, 0, 1, 1)));
  }

  /** To twice the height and width, pixels taken for areas. */
  private void resize() {
    Sampling twice = new Sampling(-1, 2, 4);
    elements(
        "resize to %dx%dx%d".formatted(HEIGHT, WIDTH, CHANNELS),
        ELEMENTS,
        p ->
            new Step.Resize2d(
                p.input(1, HEIGHT / 2, WIDTH / 2, CHANNELS),
                p.output(F32, 1, HEIGHT, WIDTH, CHANNELS),
                twice,
                twice));
  }

  private void quantize() {
    elements(
        "quantize",
        ELEMENTS,
        p ->
            new Step.Quantize(
                p.input(ELEMENTS), p.output(I8, ELEMENTS), 1f / 255, Saturation.of(ZERO)));
  }

  private void dequantize() {
    elements(
        "dequantize",
        ELEMENTS,
        p -> new Step.Dequantize(p.bytes(ELEMENTS), p.output(F32, ELEMENTS), 1f / 255, ZERO));
  }

  private void table() {
    elements(
        "table int8",
        ELEMENTS,
        p ->
            new Step.Table(p.bytes(ELEMENTS), p.bytes(Step.Table.ENTRIES), p.output(I8, ELEMENTS)));
  }

  private void binaryInt8(Step.QuantizedBinary.Kind kind) {
    elements(
        "binary int8 " + lower(kind),
        ELEMENTS,
        p ->
            new Step.QuantizedBinary(
                kind,
                p.bytes(ELEMENTS),
                p.bytes(ELEMENTS),
                p.output(I8, ELEMENTS),
                ZERO,
                ZERO,
                0.5f,
                kind == Step.QuantizedBinary.Kind.MUL ? 1 : 0.5f,
                Saturation.of(ZERO)));
  }

  /** An output as large as the input. */
  private static Window2d same(int k) {
    return new Window2d(k, k, 1, 1, k / 2, k / 2, 1, 1);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
