package dev.strongroom.program;

import java.util.BitSet;
import java.util.List;

/**
 * What the operands of each step must be, by themselves and to one another, so that its kernel can
 * index by the output's (and, where it says so, the input's) dimensions without looking.
 */
final class StepRules {
  private final Program program;
  private final long[] chunkOffsets;
  private final BitSet opened = new BitSet();

  /** Bytes of the streamed input that the steps so far have received. */
  private long received;

  private StepRules(Program program) {
    this.program = program;
    this.chunkOffsets = new long[program.chunks().size() + 1];
    for (int i = 0; i < program.chunks().size(); i++) {
      chunkOffsets[i + 1] = chunkOffsets[i] + program.chunks().get(i);
    }
  }

  static void check(Program program) throws InvalidProgramException {
    StepRules rules = new StepRules(program);
    List<Step> steps = program.steps();
    for (int i = 0; i < steps.size(); i++) {
      Check check = Check.step(i, steps.get(i));
      rules.operands(check, steps.get(i));
      rules.kernel(check, steps.get(i));
    }
    rules.everyChunkOpened();
    rules.everyPieceReceived();
  }

  /** All views are inside their spaces; what is written is writable and without repetition. */
  private void operands(Check check, Step step) throws InvalidProgramException {
    boolean floats = floatsOnly(step);
    List<View> reads = step.reads();
    for (int i = 0; i < reads.size(); i++) {
      operand(check, "input " + i, reads.get(i), floats);
      check.that(
          step instanceof Step.Receive || reads.get(i).space() != Space.INPUT,
          "input %d %s must lie in memory",
          i,
          reads.get(i));
    }
    View out = step.writes();
    operand(check, "output", out, floats);
    ViewRules.distinct(check, "output", out);
    // Resident weights stay as they were opened; the window holds opened weights and nothing else.
    Space space = step instanceof Step.Open ? Space.WINDOW : Space.ARENA;
    check.that(out.space() == space, "output %s must lie in %s", out, space);
    for (View scratch : step.scratch()) {
      operand(check, "scratch", scratch, true);
      check.that(scratch.space() == Space.ARENA, "scratch %s must lie in ARENA", scratch);
    }
  }

  /** Of all others the rules below say which types they take. */
  private static boolean floatsOnly(Step step) {
    return switch (step) {
      case Step.Conv2d s -> true;
      case Step.DepthwiseConv2d s -> true;
      case Step.MatMul s -> true;
      case Step.Pool2d s -> true;
      case Step.Resize2d s -> true;
      case Step.Reduce s -> true;
      case Step.Unary s -> true;
      case Step.Binary s -> true;
      case Step.Softmax s -> true;
      case Step.LayerNorm s -> true;
      case Step.Open s -> false;
      case Step.Copy s -> false;
      case Step.QuantizedConv2d s -> false;
      case Step.QuantizedDepthwiseConv2d s -> false;
      case Step.Quantize s -> false;
      case Step.Dequantize s -> false;
      case Step.Table s -> false;
      case Step.QuantizedBinary s -> false;
      case Step.QuantizedPool2d s -> false;
      case Step.Lookup s -> false;
      case Step.Cast s -> false;
      case Step.Receive s -> false;
    };
  }

  private void operand(Check check, String name, View view, boolean floats)
      throws InvalidProgramException {
    long spaceBytes =
        switch (view.space()) {
          case ARENA -> program.arenaBytes();
          case WINDOW -> program.windowBytes();
          case RESIDENT -> chunkOffsets[program.residentChunks()];
          case INPUT -> program.streamedInputBytes();
        };
    ViewRules.inside(check, name, view, spaceBytes);
    if (floats) {
      ViewRules.floats(check, name, view);
    }
  }

  private void kernel(Check check, Step step) throws InvalidProgramException {
    switch (step) {
      case Step.Open s -> open(check, s);
      case Step.Conv2d s -> conv(check, s);
      case Step.DepthwiseConv2d s -> depthwise(check, s);
      case Step.MatMul s -> matMul(check, s);
      case Step.Pool2d s -> pool(check, s);
      case Step.Resize2d s -> resize(check, s);
      case Step.Reduce s -> reduce(check, s);
      case Step.Unary s -> {
        ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
        activation(check, s.activation());
      }
      case Step.Binary s -> {
        ViewRules.sameShape(check, "input 0", s.a(), "output", s.out());
        ViewRules.sameShape(check, "input 1", s.b(), "output", s.out());
        activation(check, s.activation());
      }
      case Step.Softmax s -> {
        ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
        ViewRules.lastConsecutive(check, "input 0", s.in());
        ViewRules.lastConsecutive(check, "output", s.out());
      }
      case Step.LayerNorm s -> layerNorm(check, s);
      case Step.Copy s -> {
        ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
        check.that(
            s.in().type() == s.out().type(),
            "input 0 %s must have the element type of output %s",
            s.in(),
            s.out());
      }
      case Step.QuantizedConv2d s -> QuantizedRules.conv(check, s);
      case Step.QuantizedDepthwiseConv2d s -> QuantizedRules.depthwise(check, s);
      case Step.Quantize s -> QuantizedRules.quantize(check, s);
      case Step.Dequantize s -> QuantizedRules.dequantize(check, s);
      case Step.Table s -> QuantizedRules.table(check, s);
      case Step.QuantizedBinary s -> QuantizedRules.binary(check, s);
      case Step.QuantizedPool2d s -> QuantizedRules.pool(check, s);
      case Step.Receive s -> receive(check, s);
      case Step.Lookup s -> lookup(check, s);
      case Step.Cast s -> {
        ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
        ViewRules.integers(check, "input 0", s.in());
        ViewRules.numbers(check, "output", s.out());
        check.that(
            s.in().type() != s.out().type(),
            "input 0 %s must have another element type than output %s",
            s.in(),
            s.out());
      }
    }
  }

  /** The chunks exist, are not resident, and fill the view to the byte. */
  private void open(Check check, Step.Open s) throws InvalidProgramException {
    int chunks = program.chunks().size();
    check.that(
        s.firstChunk() >= program.residentChunks()
            && s.chunkCount() > 0
            && s.chunkCount() <= chunks - s.firstChunk(),
        "it opens %d chunks from %d on, but those from %d to %d stream",
        s.chunkCount(),
        s.firstChunk(),
        program.residentChunks(),
        chunks - 1);
    int end = s.firstChunk() + s.chunkCount();
    long bytes = chunkOffsets[end] - chunkOffsets[s.firstChunk()];
    View into = s.into();
    check.that(
        into.type() == ElementType.U8 && into.rank() == 1 && into.isDense() && into.dim(0) == bytes,
        "output %s must be a dense U8 view of the %d bytes opened",
        into,
        bytes);
    opened.set(s.firstChunk(), end);
  }

  /** The chunk table covers the weights: nothing is carried along that no step asks for. */
  private void everyChunkOpened() throws InvalidProgramException {
    int missing = opened.nextClearBit(program.residentChunks());
    new Check("the Program")
        .that(
            missing >= program.chunks().size(),
            "no step opens chunk %d, and only the first %d are resident",
            missing,
            program.residentChunks());
  }

  /** Pieces come in the order in which they were sealed, each once. */
  private void receive(Check check, Step.Receive s) throws InvalidProgramException {
    View from = s.from();
    View into = s.into();
    check.that(
        from.space() == Space.INPUT && from.offset() == received,
        "input 0 %s must be what follows byte %d of the input",
        from,
        received);
    for (View view : List.of(from, into)) {
      check.that(
          view.type() == ElementType.U8 && view.rank() == 1 && view.isDense(),
          "%s must be a dense U8 view",
          view);
    }
    check.that(from.extent() == into.extent(), "output %s must be as long as %s", into, from);
    received = from.end();
  }

  private void everyPieceReceived() throws InvalidProgramException {
    new Check("the Program")
        .that(
            received == program.streamedInputBytes(),
            "its steps receive %d of the %d bytes of an input",
            received,
            program.streamedInputBytes());
  }

  private void conv(Check check, Step.Conv2d s) throws InvalidProgramException {
    images(check, s.in(), s.out(), s.window());
    long rows = 1 + (long) s.window().taps() * s.in().dim(3);
    check.that(rows < ViewRules.LIMIT, "weights would have %d rows", rows);
    ViewRules.packed(
        check,
        "weights",
        s.weights(),
        PackedWeights.conv(s.out().dim(3), s.in().dim(3), s.window()));
    activation(check, s.activation());
  }

  private void depthwise(Check check, Step.DepthwiseConv2d s) throws InvalidProgramException {
    images(check, s.in(), s.out(), s.window());
    sameChannels(check, s.in(), s.out());
    ViewRules.packed(
        check, "weights", s.weights(), PackedWeights.depthwise(s.out().dim(3), s.window()));
    activation(check, s.activation());
  }

  private void pool(Check check, Step.Pool2d s) throws InvalidProgramException {
    images(check, s.in(), s.out(), s.window());
    sameChannels(check, s.in(), s.out());
    WindowRules.pixelUnderEveryWindow(check, s.window(), s.in(), s.out());
  }

  private static void resize(Check check, Step.Resize2d s) throws InvalidProgramException {
    images(check, s.in(), s.out());
    sameChannels(check, s.in(), s.out());
    sampling(check, "rows", s.rows());
    sampling(check, "columns", s.columns());
  }

  /** Positions are clamped into the input, which is not empty: they need to be numbers only. */
  private static void sampling(Check check, String name, Sampling s)
      throws InvalidProgramException {
    check.that(
        s.step() >= 0
            && s.denominator() >= 1
            && s.denominator() <= SamplingDescriptor.MAX_DENOMINATOR,
        "%s %s must have a step of 0 or more and a denominator from 1 to %d",
        name,
        s,
        SamplingDescriptor.MAX_DENOMINATOR);
  }

  /** As below, and a window that can be counted. */
  static void images(Check check, View in, View out, Window2d window)
      throws InvalidProgramException {
    images(check, in, out);
    WindowRules.indices(check, window, out);
  }

  /** Both are [N, H, W, C] with one N, channels side by side. */
  private static void images(Check check, View in, View out) throws InvalidProgramException {
    ViewRules.rank(check, "input 0", in, 4);
    ViewRules.rank(check, "output", out, 4);
    check.that(
        in.dim(0) == out.dim(0), "input 0 %s and output %s must have one batch size", in, out);
    ViewRules.lastConsecutive(check, "input 0", in);
    ViewRules.lastConsecutive(check, "output", out);
  }

  static void sameChannels(Check check, View in, View out) throws InvalidProgramException {
    check.that(
        in.dim(3) == out.dim(3), "input 0 %s and output %s must have the same channels", in, out);
  }

  private static void matMul(Check check, Step.MatMul s) throws InvalidProgramException {
    View a = s.a();
    View b = s.b();
    View out = s.out();
    ViewRules.rank(check, "input 0", a, 4);
    ViewRules.rank(check, "input 1", b, 4);
    ViewRules.rank(check, "output", out, 4);
    boolean batches =
        a.dim(0) == out.dim(0)
            && a.dim(1) == out.dim(1)
            && b.dim(0) == out.dim(0)
            && b.dim(1) == out.dim(1);
    check.that(
        batches && a.dim(2) == out.dim(2) && b.dim(3) == out.dim(3) && a.dim(3) == b.dim(2),
        "input 0 %s [B0, B1, M, K] times input 1 %s [B0, B1, K, N] does not give output %s"
            + " [B0, B1, M, N]",
        a,
        b,
        out);
    activation(check, s.activation());
  }

  private static void reduce(Check check, Step.Reduce s) throws InvalidProgramException {
    ViewRules.rank(check, "input 0", s.in(), s.out().rank());
    for (int i = 0; i < s.in().rank(); i++) {
      check.that(
          s.out().dim(i) == s.in().dim(i) || s.out().dim(i) == 1,
          "dimension %d of output %s must be 1 or that of input 0 %s",
          i,
          s.out(),
          s.in());
    }
    activation(check, s.activation());
  }

  private static void layerNorm(Check check, Step.LayerNorm s) throws InvalidProgramException {
    ViewRules.sameShape(check, "input 0", s.in(), "output", s.out());
    ViewRules.lastConsecutive(check, "input 0", s.in());
    ViewRules.lastConsecutive(check, "output", s.out());
    ViewRules.packed(check, "parameters", s.parameters(), 2, s.in().dim(s.in().rank() - 1));
    check.that(
        Float.isFinite(s.epsilon()) && s.epsilon() >= 0,
        "epsilon must be finite and not negative: %s",
        s.epsilon());
  }

  /** The ids themselves are data: the kernel compares each with the rows that there are. */
  private static void lookup(Check check, Step.Lookup s) throws InvalidProgramException {
    ViewRules.rank(check, "input 0", s.ids(), 1);
    ViewRules.integers(check, "input 0", s.ids());
    for (int i = 0; i < 2; i++) {
      String name = i == 0 ? "input 1" : "output";
      View view = i == 0 ? s.table() : s.out();
      ViewRules.rank(check, name, view, 2);
      ViewRules.floats(check, name, view);
      ViewRules.lastConsecutive(check, name, view);
    }
    check.that(
        s.ids().dim(0) == s.out().dim(0) && s.table().dim(1) == s.out().dim(1),
        "ids %s [T] of a table %s [R, W] do not give output %s [T, W]",
        s.ids(),
        s.table(),
        s.out());
    check.that(
        s.firstRow() >= 0 && s.firstRow() <= (long) s.totalRows() - s.table().dim(0),
        "its table has %d rows from %d on, of %d in all",
        s.table().dim(0),
        s.firstRow(),
        s.totalRows());
  }

  /** Finite numbers, and none where the function has no parameter for it. */
  static void activation(Check check, Activation a) throws InvalidProgramException {
    check.that(
        Float.isFinite(a.alpha())
            && Float.isFinite(a.beta())
            && Float.isFinite(a.scale())
            && Float.isFinite(a.shift()),
        "%s must have finite numbers",
        a);
    int parameters = ActivationDescriptor.parameters(a.function());
    check.that(
        (parameters > 0 || Float.floatToRawIntBits(a.alpha()) == 0)
            && (parameters > 1 || Float.floatToRawIntBits(a.beta()) == 0),
        "%s has %d parameters, so that the others must be 0",
        a,
        parameters);
  }
}
