package dev.strongroom.program;

import static dev.strongroom.program.Activation.NONE;
import static dev.strongroom.program.Draft.HALF;
import static dev.strongroom.program.Draft.in;
import static dev.strongroom.program.Draft.out;

import org.junit.jupiter.api.Test;

/** One test for each way in which the operands of a quantised step can be wrong. */
class VerifierQuantizedTest {
  private static final Window2d SAME = new Window2d(3, 3, 1, 1, 1, 1, 1, 1);
  private static final Saturation ALL = Saturation.NONE;

  private static View bytes(View at) {
    return View.of(at.space(), ElementType.I8, at.offset(), at.shape(), at.strides());
  }

  private static View weights(int... shape) {
    return View.dense(Space.RESIDENT, ElementType.I8, 0, shape);
  }

  /** Behind the output of {@link Draft}, in the same allocation. */
  private static View workspace(int floats) {
    return View.dense(Space.ARENA, ElementType.F32, HALF + 8192, floats);
  }

  private static void accepted(Step step) throws InvalidProgramException {
    draft(step).assertAccepted();
  }

  private static void refused(Step step, String message) {
    draft(step).assertRefused("step 0 (%s): ".formatted(step.getClass().getSimpleName()));
    draft(step).assertRefused(message);
  }

  /** The step, after it one that completes the output port whatever the step wrote. */
  private static Draft draft(Step step) {
    return Draft.of(step, new Step.Unary(in(1), out(1), NONE));
  }

  private static Step conv(View in, View weights, View workspace, View out, int zero) {
    return new Step.QuantizedConv2d(in, weights, workspace, out, SAME, zero, NONE, ALL);
  }

  private static Step saturated(View out, Saturation saturation) {
    View image = bytes(in(1, 4, 4, 3));
    return new Step.QuantizedConv2d(
        image, weights(1, 35, 16), workspace(256), out, SAME, 0, NONE, saturation);
  }

  @Test
  void convolutionsTakeBytesOrFloatsAndPackedBytes() throws InvalidProgramException {
    View in = in(1, 4, 4, 3);
    View out = out(1, 4, 4, 17);
    View packed = weights(2, 35, 16);
    for (View from : new View[] {in, bytes(in)}) {
      for (View to : new View[] {out, bytes(out)}) {
        accepted(conv(from, packed, workspace(256), to, 0));
      }
    }
    refused(
        conv(bytes(in), weights(2, 28, 16), workspace(256), bytes(out), 0),
        "weights RESIDENT[I8 @0 [2, 28, 16]] must be dense with shape [2, 35, 16]");
    View floats = View.dense(Space.RESIDENT, ElementType.F32, 0, 2, 35, 16);
    refused(conv(bytes(in), floats, workspace(256), bytes(out), 0), "must be I8");
    View wide = View.dense(Space.ARENA, ElementType.I32, 0, 1, 4, 4, 3);
    refused(conv(wide, packed, workspace(256), out, 0), "must be F32 or I8");
    refused(conv(in, packed, workspace(256), bytes(out), 1), "input that is F32 must be 0, not 1");
    refused(conv(bytes(in), packed, workspace(256), out, 128), "zero point 128 is no I8");
  }

  @Test
  void depthwiseConvolutionsTakeOneFilterAChannel() throws InvalidProgramException {
    View image = bytes(in(1, 4, 4, 17));
    accepted(
        new Step.QuantizedDepthwiseConv2d(
            image,
            weights(2, 17, 16),
            workspace(256),
            bytes(out(1, 4, 4, 17)),
            SAME,
            -128,
            NONE,
            ALL));
    refused(
        new Step.QuantizedDepthwiseConv2d(
            image, weights(2, 17, 16), workspace(256), out(1, 4, 4, 16), SAME, 0, NONE, ALL),
        "must have the same channels");
    Window2d large = new Window2d(23, 23, 1, 1, 11, 11, 1, 1);
    refused(
        new Step.QuantizedDepthwiseConv2d(
            bytes(in(1, 4, 4, 1)),
            weights(1, 537, 16),
            workspace(256),
            out(1, 4, 4, 1),
            large,
            0,
            NONE,
            ALL),
        "its window has 529 taps, but sums of at most 514 stay exact");
  }

  @Test
  void sumsThatCouldLeaveAnInt32AreRefused() {
    View image = View.of(Space.ARENA, ElementType.I8, 0, new int[] {1, 1, 1, 16000}, new int[4]);
    View one = View.of(image.space(), image.type(), 0, image.shape(), new int[] {1, 1, 1, 1});
    Window2d tall = new Window2d(5, 1, 1, 1, 0, 0, 1, 1);
    refused(
        new Step.QuantizedConv2d(
            one, weights(1, 8, 16), workspace(256), out(1, 1, 1, 1), tall, 0, NONE, ALL),
        "it sums 80000 products of I8, but at most 65793 stay below 2^31");
  }

  @Test
  void scratchIsDenseLongEnoughAndApart() {
    View image = bytes(in(1, 4, 4, 3));
    View result = bytes(out(1, 4, 4, 16));
    View packed = weights(1, 35, 16);
    String message = "must be dense, of rank 1, at least 256 long and start at a multiple of 64";
    refused(conv(image, packed, workspace(255), result, 0), message);
    refused(conv(image, packed, workspace(256).shift(4), result, 0), message);
    View resident = View.dense(Space.RESIDENT, ElementType.F32, 0, 256);
    refused(conv(image, packed, resident, result, 0), "must lie in ARENA");
    refused(
        conv(image, packed, View.dense(Space.ARENA, ElementType.F32, 0, 256), result, 0),
        "scratch ARENA[F32 @0 [256]] overlaps input 0");
    refused(
        conv(image, packed, View.dense(Space.ARENA, ElementType.F32, HALF, 256), result, 0),
        "output ARENA[I8 @16384 [1, 4, 4, 16]] overlaps scratch");
    View outside = View.dense(Space.ARENA, ElementType.F32, HALF - 64, 256);
    refused(conv(image, packed, outside, result, 0), "lies in no allocation that is live here");
  }

  @Test
  void whatWasScratchIsWrittenNoMore() {
    View used = View.dense(Space.ARENA, ElementType.F32, 8192, 256);
    Step conv = conv(bytes(in(1, 4, 4, 3)), weights(1, 35, 16), used, bytes(out(1, 4, 4, 16)), 0);
    Draft.of(conv, new Step.Unary(used, out(256), NONE))
        .assertRefused("step 1 (Unary): input 0 ARENA[F32 @8192 [256]] needs byte 8192");
  }

  @Test
  void saturationsHaveARangeWithinBytes() throws InvalidProgramException {
    View out = bytes(out(1, 4, 4, 16));
    accepted(saturated(out, new Saturation(-128, -128, -128)));
    refused(saturated(out, new Saturation(-129, -128, 127)), "zero point -129 is no I8");
    refused(saturated(out, new Saturation(0, 1, 0)), "must have a range within that of I8");
    refused(saturated(out, new Saturation(0, -129, 0)), "must have a range within that of I8");
    refused(saturated(out, new Saturation(0, 0, 128)), "must have a range within that of I8");
    refused(saturated(out(1, 4, 4, 16), new Saturation(0, 0, 127)), "F32 is not saturated");
  }

  @Test
  void quantisingTakesFloatsAndGivesBytes() throws InvalidProgramException {
    accepted(new Step.Quantize(in(4), bytes(out(4)), 0.5f, ALL));
    refused(new Step.Quantize(in(4), out(4), 0.5f, ALL), "output ARENA[F32 @16384 [4]] must be I8");
    refused(new Step.Quantize(bytes(in(4)), bytes(out(4)), 0.5f, ALL), "must be F32");
    refused(new Step.Quantize(in(4), bytes(out(5)), 0.5f, ALL), "must have the shape of output");
    for (float scale : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      refused(new Step.Quantize(in(4), bytes(out(4)), scale, ALL), "finite and above 0: " + scale);
      refused(new Step.Dequantize(bytes(in(4)), out(4), scale, 0), "finite and above 0: " + scale);
    }
    accepted(new Step.Dequantize(bytes(in(4)), out(4), 0.5f, -128));
    refused(new Step.Dequantize(in(4), out(4), 0.5f, 0), "must be I8");
    refused(new Step.Dequantize(bytes(in(4)), bytes(out(4)), 0.5f, 0), "must be F32");
    refused(new Step.Dequantize(bytes(in(4)), out(4), 0.5f, 128), "zero point 128 is no I8");
  }

  @Test
  void tablesHaveAnEntryForEachByte() throws InvalidProgramException {
    View a = bytes(in(4));
    accepted(new Step.Table(a, weights(256), bytes(out(4))));
    accepted(new Step.Table(a, weights(256), a));
    refused(new Step.Table(a, weights(255), bytes(out(4))), "must be dense with shape [256]");
    refused(new Step.Table(a, weights(256), out(4)), "output ARENA[F32 @16384 [4]] must be I8");
    refused(new Step.Table(a, weights(256).shift(1), bytes(out(4))), "multiple of 64");
  }

  @Test
  void arithmeticTakesBytesOfOneShape() throws InvalidProgramException {
    View a = bytes(in(4));
    View out = bytes(out(4));
    accepted(binary(Step.QuantizedBinary.Kind.ADD, a, a, out, -1));
    accepted(binary(Step.QuantizedBinary.Kind.MUL, a, a, a, 1));
    refused(binary(Step.QuantizedBinary.Kind.MUL, a, a, out, 2), "so that the second must be 1: 2");
    refused(binary(Step.QuantizedBinary.Kind.ADD, a, bytes(in(5)), out, 1), "shape of output");
    refused(binary(Step.QuantizedBinary.Kind.ADD, a, in(4), out, 1), "must be I8");
    refused(
        binary(Step.QuantizedBinary.Kind.ADD, a, a, out, Float.NaN), "scales must be finite: 1.0");
  }

  private static Step binary(Step.QuantizedBinary.Kind kind, View a, View b, View out, float s) {
    return new Step.QuantizedBinary(kind, a, b, out, 0, 0, 1, s, ALL);
  }

  @Test
  void poolingsHaveParametersOnlyWhereTheyAverage() throws InvalidProgramException {
    accepted(pool(Step.Pool2d.Kind.AVERAGE, SAME, -5, 0.25f));
    accepted(pool(Step.Pool2d.Kind.MAX, SAME, 0, 1));
    refused(pool(Step.Pool2d.Kind.MAX, SAME, 1, 1), "a maximum has zero points of 0");
    refused(pool(Step.Pool2d.Kind.MAX, SAME, 0, 2), "a maximum has zero points of 0");
    Window2d far = new Window2d(1, 1, 1, 1, 4, 0, 1, 1);
    refused(pool(Step.Pool2d.Kind.AVERAGE, far, 0, 1), "without a pixel of the input");
    Window2d huge = new Window2d(257, 257, 1, 1, 1, 1, 1, 1);
    refused(pool(Step.Pool2d.Kind.AVERAGE, huge, 0, 1), "sums of at most 65793 stay exact");
  }

  private static Step pool(Step.Pool2d.Kind kind, Window2d window, int zero, float scale) {
    return new Step.QuantizedPool2d(
        kind, bytes(in(1, 4, 4, 3)), bytes(out(1, 4, 4, 3)), window, zero, scale, ALL);
  }

  @Test
  void bytesAreFollowedOneByOne() throws InvalidProgramException {
    View parts = View.dense(Space.ARENA, ElementType.I8, HALF, 4, 6);
    View left = View.of(Space.ARENA, ElementType.I8, HALF, new int[] {4, 5}, new int[] {6, 1});
    View right = View.of(Space.ARENA, ElementType.I8, HALF + 5, new int[] {4, 1}, new int[] {6, 1});
    Step first = new Step.Quantize(in(4, 5), left, 1, ALL);
    Step second = new Step.Quantize(in(4, 1), right, 1, ALL);
    View floats = View.dense(Space.ARENA, ElementType.F32, HALF + 64, 4, 6);
    Step whole = new Step.Dequantize(parts, floats, 1, 0);
    Step done = new Step.Unary(in(1), out(1), NONE);
    Draft.of(first, second, whole, done).assertAccepted();
    Draft.of(first, whole, done).assertRefused("needs byte 16389, which nothing has written");
  }
}
