package dev.strongroom.program;

import static dev.strongroom.program.Activation.NONE;
import static dev.strongroom.program.Draft.HALF;
import static dev.strongroom.program.Draft.in;
import static dev.strongroom.program.Draft.out;
import static dev.strongroom.program.Draft.weights;

import dev.strongroom.program.Activation.Function;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test for each way in which the operands of a single step can be wrong. */
class VerifierStepTest {
  private static final Window2d SAME = new Window2d(3, 3, 1, 1, 1, 1, 1, 1);

  private static void accepted(Step step) throws InvalidProgramException {
    Draft.of(step).assertAccepted();
  }

  private static void refused(Step step, String message) {
    String kind = step.getClass().getSimpleName();
    Draft.of(step).assertRefused("step 0 (%s): ".formatted(kind));
    Draft.of(step).assertRefused(message);
  }

  private static View strided(View view, int... strides) {
    return View.of(view.space(), view.type(), view.offset(), view.shape(), strides);
  }

  private static View typed(View view, ElementType type) {
    return View.of(view.space(), type, view.offset(), view.shape(), view.strides());
  }

  private static Step unary(View in, View out) {
    return new Step.Unary(in, out, NONE);
  }

  private static Step conv(View in, View weights, View out, Window2d window) {
    return new Step.Conv2d(in, weights, out, window, NONE);
  }

  private static Step depthwise(View in, View weights, View out, Window2d window) {
    return new Step.DepthwiseConv2d(in, weights, out, window, NONE);
  }

  private static Step pool(View in, View out, Window2d window) {
    return new Step.Pool2d(Step.Pool2d.Kind.AVERAGE, in, out, window);
  }

  @Test
  void viewsThatEndBehindTheirSpaceAreRefused() throws InvalidProgramException {
    accepted(unary(weights(4096), out(4096)));
    refused(
        unary(weights(4097), out(4096)),
        "input 0 RESIDENT[F32 @0 [4097]] ends at byte 16388, but RESIDENT has 16384");
    refused(unary(in(1), out(4097)), "output ARENA[F32 @16384 [4097]] ends at byte 32772");
    refused(
        unary(View.dense(Space.WINDOW, ElementType.F32, 0, 1), out(1)),
        "ends at byte 4, but WINDOW has 0");
    refused(unary(in(1).shift(1L << 40), out(1)), "ends at byte 1099511627780");
  }

  @Test
  void viewsThatOverflowAreRefused() {
    int[] huge = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    View far = View.of(Space.ARENA, ElementType.F32, 0, huge, huge);
    refused(unary(far, out(1)), "reaches 2^31 elements or bytes");
    View repeated = View.of(Space.ARENA, ElementType.F32, 0, huge, new int[4]);
    refused(unary(repeated, out(1)), "reaches 2^31 elements or bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"I32", "U8", "I8"})
  void floatsAreTheOnlyTypeThatKernelsTake(String type) {
    ElementType other = ElementType.valueOf(type);
    refused(unary(typed(in(4), other), out(4)), "input 0 ARENA[" + type + " @0 [4]] must be F32");
    refused(
        unary(in(4), typed(out(4), other)), "output ARENA[" + type + " @16384 [4]] must be F32");
  }

  @Test
  void weightsAndTheWindowAreNotWrittenByKernels() {
    refused(unary(in(1), weights(1)), "output RESIDENT[F32 @0 [1]] must lie in ARENA");
    Draft draft = Draft.of(unary(in(1), View.dense(Space.WINDOW, ElementType.F32, 0, 1)));
    draft.window(64).assertRefused("output WINDOW[F32 @0 [1]] must lie in ARENA");
  }

  @Test
  void outputsWhoseElementsShareAnAddressAreRefused() throws InvalidProgramException {
    refused(
        unary(in(4), strided(out(4), 0)), "dimension 0 has stride 0, but the inner ones span 1");
    refused(
        unary(in(4, 4), strided(out(4, 4), 3, 1)),
        "dimension 0 has stride 3, but the inner ones span 4 elements");
    refused(unary(in(4, 4), strided(out(4, 4), 2, 2)), "elements that share an address");
    accepted(unary(in(4, 4), strided(out(4, 4), 1, 4)));
    accepted(unary(in(1, 4), strided(out(1, 4), 0, 2)));
  }

  @Test
  void inputsMayRepeatElements() throws InvalidProgramException {
    accepted(unary(strided(in(4, 4), 0, 1), out(4, 4)));
  }

  @Test
  void convolutionsNeedRank4AndOneBatchSize() {
    View w = weights(1, 10, 16);
    refused(
        conv(in(4, 4, 1), w, out(1, 4, 4, 8), SAME),
        "input 0 ARENA[F32 @0 [4, 4, 1]] must have rank 4");
    refused(conv(in(1, 4, 4, 1), w, out(4, 4, 8), SAME), "must have rank 4");
    refused(conv(in(2, 4, 4, 1), w, out(1, 4, 4, 8), SAME), "must have one batch size");
    refused(pool(in(2, 4, 4, 1), out(1, 4, 4, 1), SAME), "must have one batch size");
  }

  @Test
  void channelsThatAreNotSideBySideAreRefused() {
    View apart = strided(in(1, 4, 4, 2), 64, 16, 4, 2);
    refused(conv(apart, weights(1, 19, 16), out(1, 4, 4, 8), SAME), "last dimension with stride 1");
    View outApart = strided(out(1, 4, 4, 8), 256, 64, 16, 2);
    refused(
        conv(in(1, 4, 4, 1), weights(1, 10, 16), outApart, SAME), "last dimension with stride 1");
    refused(pool(apart, out(1, 4, 4, 2), SAME), "last dimension with stride 1");
    refused(
        depthwise(apart, weights(1, 10, 16), out(1, 4, 4, 2), SAME),
        "last dimension with stride 1");
  }

  @Test
  void weightsThatAreNotPackedForThisStepAreRefused() throws InvalidProgramException {
    View in = in(1, 4, 4, 3);
    View out = out(1, 4, 4, 17);
    accepted(conv(in, weights(2, 28, 16), out, SAME));
    refused(
        conv(in, weights(1, 28, 16), out, SAME),
        "weights RESIDENT[F32 @0 [1, 28, 16]] must be dense with shape [2, 28, 16]");
    refused(conv(in, weights(2, 27, 16), out, SAME), "must be dense with shape [2, 28, 16]");
    refused(conv(in, weights(2, 28, 16).permute(0, 1, 2).shift(4), out, SAME), "multiple of 64");
    refused(
        conv(in, strided(weights(2, 28, 16), 0, 16, 1), out, SAME),
        "must be dense with shape [2, 28, 16]");
    View channels = in(1, 4, 4, 17);
    accepted(depthwise(channels, weights(2, 10, 16), out, SAME));
    refused(depthwise(channels, weights(2, 9, 16), out, SAME), "dense with shape [2, 10, 16]");
    refused(depthwise(channels, weights(2, 10, 16).shift(32), out, SAME), "multiple of 64");
  }

  @Test
  void depthwiseStepsAndPoolingsKeepTheirChannels() {
    refused(
        depthwise(in(1, 4, 4, 3), weights(1, 10, 16), out(1, 4, 4, 4), SAME),
        "must have the same channels");
    refused(pool(in(1, 4, 4, 3), out(1, 4, 4, 4), SAME), "must have the same channels");
  }

  @Test
  void windowsWithNumbersOutOfRangeAreRefused() {
    View in = in(1, 4, 4, 1);
    View out = out(1, 1, 1, 1);
    int[][] wrong = {
      {0, 1, 1, 1, 0, 0, 1, 1}, {1, 0, 1, 1, 0, 0, 1, 1}, {1, 1, 0, 1, 0, 0, 1, 1},
      {1, 1, 1, 0, 0, 0, 1, 1}, {1, 1, 1, 1, -1, 0, 1, 1}, {1, 1, 1, 1, 0, -1, 1, 1},
      {1, 1, 1, 1, 0, 0, 0, 1}, {1, 1, 1, 1, 0, 0, 1, 0}, {65536, 1, 1, 1, 0, 0, 1, 1},
      {1, 1, 1, 1, 65536, 0, 1, 1}, {65535, 65535, 1, 1, 0, 0, 1, 1}
    };
    for (int[] n : wrong) {
      Window2d window = new Window2d(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
      refused(pool(in, out, window), "must have numbers from 1 (padding from 0) to 65535");
    }
  }

  @Test
  void windowsWhoseTapsOverflowAreRefused() {
    Window2d far = new Window2d(65535, 1, 1, 1, 0, 0, 65535, 1);
    refused(pool(in(1, 4, 4, 1), out(1, 1, 1, 1), far), "reach pixel 2^31");
  }

  @Test
  void poolingsWithAWindowOverPaddingAloneAreRefused() throws InvalidProgramException {
    View in = in(1, 4, 4, 1);
    accepted(pool(in, out(1, 4, 4, 1), SAME));
    refused(
        pool(in, out(1, 6, 4, 1), SAME), "has windows for output ARENA[F32 @16384 [1, 6, 4, 1]]");
    refused(pool(in, out(1, 4, 6, 1), SAME), "without a pixel of the input");
    Window2d padded = new Window2d(2, 2, 1, 1, 2, 0, 1, 1);
    refused(pool(in, out(1, 3, 3, 1), padded), "without a pixel of the input");
    // Dilated taps at rows -1 and 1 of a single row: the window spans it but never meets it.
    Window2d around = new Window2d(2, 1, 1, 1, 1, 0, 2, 1);
    refused(pool(in(1, 1, 4, 1), out(1, 1, 4, 1), around), "without a pixel of the input");
    accepted(pool(in(1, 2, 4, 1), out(1, 2, 4, 1), around));
  }

  @Test
  void aConvolutionMayHaveWindowsOverPaddingAlone() throws InvalidProgramException {
    Window2d padded = new Window2d(1, 1, 1, 1, 2, 2, 1, 1);
    accepted(conv(in(1, 4, 4, 1), weights(1, 2, 16), out(1, 8, 8, 1), padded));
  }

  @Test
  void productsNeedMatricesThatFit() throws InvalidProgramException {
    View a = in(2, 3, 4, 5);
    View b = weights(2, 3, 5, 6);
    accepted(new Step.MatMul(a, b, out(2, 3, 4, 6), NONE));
    accepted(new Step.MatMul(a, strided(b, 0, 0, 6, 1), out(2, 3, 4, 6), NONE));
    String message = "[B0, B1, M, K] times input 1";
    refused(new Step.MatMul(a, b, out(2, 3, 5, 6), NONE), message);
    refused(new Step.MatMul(a, b, out(2, 3, 4, 7), NONE), message);
    refused(new Step.MatMul(a, b, out(1, 3, 4, 6), NONE), message);
    refused(new Step.MatMul(a, b, out(2, 1, 4, 6), NONE), message);
    refused(new Step.MatMul(a, weights(2, 3, 4, 6), out(2, 3, 4, 6), NONE), message);
    refused(new Step.MatMul(in(4, 5), weights(5, 6), out(4, 6), NONE), "must have rank 4");
  }

  @Test
  void reductionsKeepOrRemoveDimensions() throws InvalidProgramException {
    accepted(new Step.Reduce(Step.Reduce.Kind.MEAN, in(2, 3, 4), out(2, 1, 4), NONE));
    refused(
        new Step.Reduce(Step.Reduce.Kind.MEAN, in(2, 3, 4), out(2, 2, 4), NONE),
        "dimension 1 of output ARENA[F32 @16384 [2, 2, 4]] must be 1 or that of input 0");
    refused(
        new Step.Reduce(Step.Reduce.Kind.MEAN, in(2, 3, 4), out(2, 4), NONE), "must have rank 2");
  }

  @Test
  void elementwiseStepsNeedOneShape() {
    refused(unary(in(4), out(5)), "input 0 ARENA[F32 @0 [4]] must have the shape of output");
    refused(
        new Step.Binary(Step.Binary.Kind.ADD, in(5), in(4), out(5), NONE),
        "input 1 ARENA[F32 @0 [4]] must have the shape of output");
    refused(
        new Step.Binary(Step.Binary.Kind.ADD, in(4), in(5), out(5), NONE),
        "input 0 ARENA[F32 @0 [4]] must have the shape of output");
    refused(new Step.Softmax(in(4), out(5)), "must have the shape of output");
    refused(new Step.Copy(in(4), out(2, 2)), "must have the shape of output");
    refused(new Step.LayerNorm(in(4), weights(2, 4), out(5), 0), "must have the shape of output");
  }

  @Test
  void softmaxAndLayerNormNeedRowsOfConsecutiveElements() {
    View columns = strided(in(4, 4), 1, 4);
    View outColumns = strided(out(4, 4), 1, 4);
    refused(new Step.Softmax(columns, out(4, 4)), "input 0 ");
    refused(new Step.Softmax(in(4, 4), outColumns), "last dimension with stride 1");
    refused(new Step.Softmax(in(), out()), "last dimension with stride 1");
    refused(new Step.LayerNorm(columns, weights(2, 4), out(4, 4), 0), "with stride 1");
    refused(new Step.LayerNorm(in(4, 4), weights(2, 4), outColumns, 0), "with stride 1");
  }

  @Test
  void layerNormNeedsItsParametersAndAFiniteEpsilon() throws InvalidProgramException {
    accepted(new Step.LayerNorm(in(3, 4), weights(2, 4), out(3, 4), 1e-5f));
    refused(
        new Step.LayerNorm(in(3, 4), weights(2, 3), out(3, 4), 1e-5f),
        "parameters RESIDENT[F32 @0 [2, 3]] must be dense with shape [2, 4]");
    refused(
        new Step.LayerNorm(in(3, 4), weights(2, 4), out(3, 4), Float.NaN),
        "epsilon must be finite and not negative: NaN");
    refused(new Step.LayerNorm(in(3, 4), weights(2, 4), out(3, 4), -1), "epsilon");
  }

  @Test
  void copiesKeepTheElementType() throws InvalidProgramException {
    accepted(new Step.Copy(typed(in(4), ElementType.I32), typed(out(4), ElementType.I32)));
    refused(
        new Step.Copy(typed(in(4), ElementType.I32), out(4)),
        "input 0 ARENA[I32 @0 [4]] must have the element type of output ARENA[F32 @16384 [4]]");
  }

  @Test
  void activationsNeedFiniteParametersAndOnlyThoseTheyHave() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (Activation a :
          new Activation[] {
            new Activation(Function.CLIP, bad, 0, 1, 0),
            new Activation(Function.CLIP, 0, bad, 1, 0),
            new Activation(Function.RELU, 0, 0, bad, 0),
            new Activation(Function.RELU, 0, 0, 1, bad)
          }) {
        refused(new Step.Unary(in(1), out(1), a), "must have finite numbers");
      }
    }
    refused(new Step.Unary(in(1), out(1), Activation.of(Function.RELU, 1, 0)), "has 0 parameters");
    refused(new Step.Unary(in(1), out(1), Activation.of(Function.SWISH, 1, 1)), "has 1 parameters");
    refused(
        new Step.Unary(in(1), out(1), Activation.of(Function.TANH, -0f, 0)), "has 0 parameters");
  }

  @Test
  void everyStepWithAnActivationHasItChecked() {
    Activation bad = new Activation(Function.RELU, 0, 0, Float.NaN, 0);
    View image = in(1, 4, 4, 1);
    View w = weights(1, 10, 16);
    String message = "must have finite numbers";
    refused(new Step.Conv2d(image, w, out(1, 4, 4, 1), SAME, bad), message);
    refused(new Step.DepthwiseConv2d(image, w, out(1, 4, 4, 1), SAME, bad), message);
    refused(new Step.MatMul(image, image, out(1, 4, 4, 1), bad), "[B0, B1, M, N]");
    refused(new Step.MatMul(in(1, 1, 2, 2), in(1, 1, 2, 2), out(1, 1, 2, 2), bad), message);
    refused(new Step.Reduce(Step.Reduce.Kind.SUM, image, out(1, 1, 1, 1), bad), message);
    refused(new Step.Binary(Step.Binary.Kind.ADD, image, image, out(1, 4, 4, 1), bad), message);
  }

  @Test
  void openedChunksMustStreamAndFillTheirView() throws InvalidProgramException {
    View window = View.dense(Space.WINDOW, ElementType.U8, 0, 192);
    Step use = unary(View.dense(Space.WINDOW, ElementType.F32, 0, 48), out(48));
    Draft.of(new Step.Open(1, 2, window), use).window(192, 128, 64).assertAccepted();
    String stream = "but those from 1 to 2 stream";
    Draft.of(new Step.Open(0, 2, window), use).window(192, 128, 64).assertRefused(stream);
    Draft.of(new Step.Open(1, 3, window), use).window(192, 128, 64).assertRefused(stream);
    Draft.of(new Step.Open(1, 0, window), use).window(192, 128, 64).assertRefused(stream);
    Draft.of(new Step.Open(1, -1, window), use).window(192, 128, 64).assertRefused(stream);
    Draft.of(new Step.Open(Integer.MAX_VALUE, Integer.MAX_VALUE, window), use)
        .window(192, 128, 64)
        .assertRefused(stream);
    Draft.of(new Step.Open(1, 2, window), use)
        .window(256, 128, 128)
        .assertRefused("must be a dense U8 view of the 256 bytes opened");
    View floats = View.dense(Space.WINDOW, ElementType.F32, 0, 48);
    Draft.of(new Step.Open(1, 2, floats), use)
        .window(192, 128, 64)
        .assertRefused("must be a dense U8 view of the 192 bytes opened");
  }

  @Test
  void chunksAreOpenedNowhereButIntoTheWindow() {
    View arena = View.dense(Space.ARENA, ElementType.U8, HALF, 64);
    Draft.of(new Step.Open(1, 1, arena)).window(64, 64).assertRefused("must lie in WINDOW");
  }

  @Test
  void aChunkThatNoStepOpensIsRefused() {
    Draft.of(unary(in(1), out(1)))
        .window(64, 64)
        .assertRefused("the Program: no step opens chunk 1, and only the first 1 are resident");
  }

  private static Step resize(View in, View out, Sampling rows) {
    return new Step.Resize2d(in, out, rows, new Sampling(-1, 2, 4));
  }

  @Test
  void resizesNeedImagesOfOneBatchAndTheSameChannels() throws InvalidProgramException {
    Sampling half = new Sampling(-1, 2, 4);
    accepted(resize(in(1, 3, 4, 5), out(1, 6, 8, 5), half));
    accepted(resize(strided(in(1, 1, 1, 4), 0, 9, 9, 1), out(1, 3, 1, 4), half));
    refused(resize(in(3, 4, 5), out(1, 6, 8, 5), half), "input 0 ");
    refused(resize(in(1, 3, 4, 5), out(6, 8, 5), half), "must have rank 4");
    refused(resize(in(2, 3, 4, 5), out(1, 6, 8, 5), half), "must have one batch size");
    refused(resize(in(1, 3, 4, 5), out(1, 6, 8, 4), half), "must have the same channels");
    View apart = strided(in(1, 3, 4, 5), 120, 40, 10, 2);
    refused(resize(apart, out(1, 6, 8, 5), half), "last dimension with stride 1");
    refused(resize(in(1, 3, 4, 5), in(1, 3, 4, 5), half), "overlaps input 0");
  }

  @Test
  void samplingsHaveADenominatorAndNeverGoBack() throws InvalidProgramException {
    View in = in(1, 3, 4, 5);
    View out = out(1, 6, 8, 5);
    int most = SamplingDescriptor.MAX_DENOMINATOR;
    accepted(resize(in, out, new Sampling(Integer.MIN_VALUE, Integer.MAX_VALUE, 1)));
    accepted(resize(in, out, new Sampling(Integer.MAX_VALUE, 0, most)));
    for (Sampling wrong :
        List.of(new Sampling(0, -1, 4), new Sampling(0, 1, 0), new Sampling(0, 1, most + 1))) {
      refused(
          resize(in, out, wrong),
          "rows %s must have a step of 0 or more and a denominator from 1 to 16777216"
              .formatted(wrong));
      Step columns = new Step.Resize2d(in, out, new Sampling(0, 1, 1), wrong);
      refused(columns, "columns " + wrong);
    }
  }

  private static Step lookup(View ids, View table, View out, int first, int total) {
    return new Step.Lookup(ids, table, out, first, total, false);
  }

  @Test
  void lookupsNeedIntegersAndATableThatFits() throws InvalidProgramException {
    View ids = typed(in(5), ElementType.I32);
    View wide = View.dense(Space.ARENA, ElementType.I64, 0, 5);
    View table = weights(7, 3);
    accepted(lookup(ids, table, out(5, 3), 0, 7));
    accepted(lookup(strided(wide, 2), strided(table, 4, 1), out(5, 3), 2, 9));
    refused(lookup(in(5), table, out(5, 3), 0, 7), "input 0 ARENA[F32 @0 [5]] must be I32 or I64");
    refused(lookup(typed(in(5, 1), ElementType.I32), table, out(5, 3), 0, 7), "must have rank 1");
    refused(lookup(ids, weights(7, 3, 1), out(5, 3), 0, 7), "must have rank 2");
    refused(lookup(ids, table, out(5, 3, 1), 0, 7), "must have rank 2");
    refused(lookup(ids, typed(table, ElementType.I32), out(5, 3), 0, 7), "must be F32");
    refused(lookup(ids, table, typed(out(5, 3), ElementType.I32), 0, 7), "must be F32");
    refused(lookup(ids, strided(table, 6, 2), out(5, 3), 0, 7), "last dimension with stride 1");
    refused(lookup(ids, table, strided(out(5, 3), 6, 2), 0, 7), "last dimension with stride 1");
    String message = "[T] of a table RESIDENT[F32 @0 [7, 3]] [R, W] do not give output";
    refused(lookup(ids, table, out(4, 3), 0, 7), message);
    refused(lookup(ids, table, out(5, 4), 0, 7), message);
  }

  @Test
  void theRowsOfALookupAreAmongThoseOfTheWholeTable() throws InvalidProgramException {
    View ids = typed(in(5), ElementType.I32);
    View table = weights(7, 3);
    accepted(lookup(ids, table, out(5, 3), Integer.MAX_VALUE - 7, Integer.MAX_VALUE));
    refused(lookup(ids, table, out(5, 3), 0, 6), "its table has 7 rows from 0 on, of 6 in all");
    refused(lookup(ids, table, out(5, 3), 3, 9), "its table has 7 rows from 3 on, of 9 in all");
    refused(lookup(ids, table, out(5, 3), -1, 9), "its table has 7 rows from -1 on");
    refused(lookup(ids, table, out(5, 3), 0, Integer.MIN_VALUE), "of -2147483648 in all");
  }

  @Test
  void aLookupThatMergesReadsWhatWasWritten() throws InvalidProgramException {
    View ids = typed(in(5), ElementType.I32);
    View table = weights(7, 3);
    View out = out(5, 3);
    Step first = new Step.Lookup(ids, table, out, 0, 14, false);
    Step second = new Step.Lookup(ids, table, out, 7, 14, true);
    Draft.of(first, second).assertAccepted();
    Draft.of(second, first)
        .assertRefused(
            "step 0 (Lookup): input 2 ARENA[F32 @16384 [5, 3]] needs byte 16384, which nothing has"
                + " written");
    View inside = View.dense(Space.ARENA, ElementType.F32, HALF, 1, 3);
    Draft.of(first, new Step.Lookup(ids, inside, out, 0, 14, true))
        .assertRefused("overlaps input 1");
  }

  @Test
  void castsGoFromIntegersToOtherNumbers() throws InvalidProgramException {
    View narrow = typed(in(4), ElementType.I32);
    View wide = View.dense(Space.ARENA, ElementType.I64, 0, 4);
    View wideOut = View.dense(Space.ARENA, ElementType.I64, HALF, 4);
    accepted(new Step.Cast(narrow, out(4)));
    accepted(new Step.Cast(wide, out(4)));
    accepted(new Step.Cast(narrow, wideOut));
    accepted(new Step.Cast(strided(wide, 0), typed(out(4), ElementType.I32)));
    refused(new Step.Cast(in(4), wideOut), "input 0 ARENA[F32 @0 [4]] must be I32 or I64");
    refused(
        new Step.Cast(narrow, typed(out(4), ElementType.I8)),
        "output ARENA[I8 @16384 [4]] must be F32, I32 or I64");
    refused(new Step.Cast(wide, wideOut), "must have another element type than output");
    refused(new Step.Cast(narrow, out(5)), "must have the shape of output");
  }
}
