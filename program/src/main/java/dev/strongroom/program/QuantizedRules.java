package dev.strongroom.program;

/**
 * What the operands of the quantised steps must be. Windows, shapes and packed weights follow the
 * rules of the steps that compute in floats ({@link StepRules}); here come the element types, and
 * the bounds that keep sums of integers exact.
 */
final class QuantizedRules {
  private QuantizedRules() {}

  static void conv(Check check, Step.QuantizedConv2d s) throws InvalidProgramException {
    StepRules.images(check, s.in(), s.out(), s.window());
    long products = (long) s.window().taps() * s.in().dim(3);
    check.that(
        products + PackedWeights.QUANTIZED_HEADER_ROWS < ViewRules.LIMIT,
        "weights would have %d rows",
        products);
    check.that(
        s.in().type() != ElementType.I8 || products <= Step.QuantizedConv2d.MAX_PRODUCTS,
        "it sums %d products of I8, but at most %d stay below 2^31",
        products,
        Step.QuantizedConv2d.MAX_PRODUCTS);
    ViewRules.packed(
        check,
        "weights",
        s.weights(),
        PackedWeights.quantizedConv(s.out().dim(3), s.in().dim(3), s.window()));
    types(check, s.in(), s.weights(), s.workspace(), s.out());
    parameters(check, s.in(), s.out(), s.inZero(), s.activation(), s.saturation());
  }

  static void depthwise(Check check, Step.QuantizedDepthwiseConv2d s)
      throws InvalidProgramException {
    StepRules.images(check, s.in(), s.out(), s.window());
    StepRules.sameChannels(check, s.in(), s.out());
    check.that(
        s.in().type() != ElementType.I8
            || s.window().taps() <= Step.QuantizedDepthwiseConv2d.MAX_TAPS,
        "its window has %d taps, but sums of at most %d stay exact",
        s.window().taps(),
        Step.QuantizedDepthwiseConv2d.MAX_TAPS);
    check.that(
        s.window().taps() + (long) PackedWeights.QUANTIZED_HEADER_ROWS < ViewRules.LIMIT,
        "weights would have %d rows",
        s.window().taps());
    ViewRules.packed(
        check,
        "weights",
        s.weights(),
        PackedWeights.quantizedDepthwise(s.out().dim(3), s.window()));
    types(check, s.in(), s.weights(), s.workspace(), s.out());
    parameters(check, s.in(), s.out(), s.inZero(), s.activation(), s.saturation());
  }

  private static void types(Check check, View in, View weights, View workspace, View out)
      throws InvalidProgramException {
    ViewRules.floatsOrBytes(check, "input 0", in);
    ViewRules.type(check, "weights", weights, ElementType.I8);
    ViewRules.floatsOrBytes(check, "output", out);
    check.that(
        workspace.rank() == 1
            && workspace.isDense()
            && workspace.dim(0) >= PackedWeights.MIN_SCRATCH
            && workspace.offset() % Program.ALIGNMENT == 0,
        "scratch %s must be dense, of rank 1, at least %d long and start at a multiple of %d",
        workspace,
        PackedWeights.MIN_SCRATCH,
        Program.ALIGNMENT);
  }

  /** Where there is nothing to say, the one way to say it. */
  private static void parameters(
      Check check, View in, View out, int inZero, Activation activation, Saturation saturation)
      throws InvalidProgramException {
    zeroPoint(check, inZero);
    check.that(
        in.type() == ElementType.I8 || inZero == 0,
        "the zero point of an input that is F32 must be 0, not %d",
        inZero);
    StepRules.activation(check, activation);
    saturation(check, saturation);
    check.that(
        out.type() == ElementType.I8 || saturation.equals(Saturation.NONE),
        "an output that is F32 is not saturated, but here is %s",
        saturation);
  }

  private static void zeroPoint(Check check, int zeroPoint) throws InvalidProgramException {
    check.that(zeroPoint == (byte) zeroPoint, "zero point %d is no I8", zeroPoint);
  }

  private static void saturation(Check check, Saturation s) throws InvalidProgramException {
    zeroPoint(check, s.zeroPoint());
    check.that(
        Byte.MIN_VALUE <= s.lowest() && s.lowest() <= s.highest() && s.highest() <= Byte.MAX_VALUE,
        "%s must have a range within that of I8",
        s);
  }

  private static void positive(Check check, float scale) throws InvalidProgramException {
    check.that(Float.isFinite(scale) && scale > 0, "scale must be finite and above 0: %s", scale);
  }

  static void quantize(Check check, Step.Quantize s) throws InvalidProgramException {
    ViewRules.floats(check, "input 0", s.in());
    ViewRules.type(check, "output", s.out(), ElementType.I8);
    ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
    positive(check, s.scale());
    saturation(check, s.saturation());
  }

  static void dequantize(Check check, Step.Dequantize s) throws InvalidProgramException {
    ViewRules.type(check, "input 0", s.in(), ElementType.I8);
    ViewRules.floats(check, "output", s.out());
    ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
    positive(check, s.scale());
    zeroPoint(check, s.zeroPoint());
  }

  static void table(Check check, Step.Table s) throws InvalidProgramException {
    ViewRules.type(check, "input 0", s.in(), ElementType.I8);
    ViewRules.type(check, "table", s.table(), ElementType.I8);
    ViewRules.type(check, "output", s.out(), ElementType.I8);
    ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
    ViewRules.packed(check, "table", s.table(), Step.Table.ENTRIES);
  }

  static void binary(Check check, Step.QuantizedBinary s) throws InvalidProgramException {
    ViewRules.type(check, "input 0", s.a(), ElementType.I8);
    ViewRules.type(check, "input 1", s.b(), ElementType.I8);
    ViewRules.type(check, "output", s.out(), ElementType.I8);
    ViewRules.sameShape(check, "input 0", s.a(), "output", s.out());
    ViewRules.sameShape(check, "input 1", s.b(), "output", s.out());
    zeroPoint(check, s.aZero());
    zeroPoint(check, s.bZero());
    check.that(
        Float.isFinite(s.aScale()) && Float.isFinite(s.bScale()),
        "scales must be finite: %s and %s",
        s.aScale(),
        s.bScale());
    check.that(
        s.kind() != Step.QuantizedBinary.Kind.MUL || s.bScale() == 1,
        "a product has one scale, so that the second must be 1: %s",
        s.bScale());
    saturation(check, s.saturation());
  }

  static void pool(Check check, Step.QuantizedPool2d s) throws InvalidProgramException {
    ViewRules.type(check, "input 0", s.in(), ElementType.I8);
    ViewRules.type(check, "output", s.out(), ElementType.I8);
    StepRules.images(check, s.in(), s.out(), s.window());
    StepRules.sameChannels(check, s.in(), s.out());
    WindowRules.pixelUnderEveryWindow(check, s.window(), s.in(), s.out());
    zeroPoint(check, s.inZero());
    positive(check, s.scale());
    saturation(check, s.saturation());
    if (s.kind() == Step.Pool2d.Kind.MAX) {
      check.that(
          s.inZero() == 0 && s.scale() == 1 && s.saturation().equals(Saturation.NONE),
          "a maximum has zero points of 0, a scale of 1 and the range of I8: %d, %s, %s",
          s.inZero(),
          s.scale(),
          s.saturation());
    } else {
      check.that(
          s.window().taps() <= Step.QuantizedPool2d.MAX_TAPS,
          "its window has %d taps, but sums of at most %d stay exact",
          s.window().taps(),
          Step.QuantizedPool2d.MAX_TAPS);
    }
  }
}
