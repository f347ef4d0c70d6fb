package dev.strongroom.program;

import static dev.strongroom.program.OperandCodec.readActivation;
import static dev.strongroom.program.OperandCodec.readCode;
import static dev.strongroom.program.OperandCodec.readSampling;
import static dev.strongroom.program.OperandCodec.readSaturation;
import static dev.strongroom.program.OperandCodec.readView;
import static dev.strongroom.program.OperandCodec.readWindow;
import static dev.strongroom.program.OperandCodec.writeActivation;
import static dev.strongroom.program.OperandCodec.writeSampling;
import static dev.strongroom.program.OperandCodec.writeSaturation;
import static dev.strongroom.program.OperandCodec.writeView;
import static dev.strongroom.program.OperandCodec.writeWindow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Encodes and decodes steps, as {@link StepDescriptor} lays them out. */
final class StepCodec {
  private StepCodec() {}

  /** Writes {@code steps}, what repeats itself as loops. */
  static void writeAll(LittleEndianWriter out, List<Step> steps) {
    RepeatFinder loops = RepeatFinder.of(steps);
    for (int i = 0; i < steps.size(); ) {
      Optional<Repeat> loop = loops.at(i);
      if (loop.isPresent()) {
        writeRepeat(out, loop.get());
        i += loop.get().body() * loop.get().times();
      } else {
        write(out, steps.get(i));
        i++;
      }
    }
  }

  private static void writeRepeat(LittleEndianWriter out, Repeat loop) {
    out.u16("opcode", StepDescriptor.REPEAT);
    out.u16(
        "payload length",
        RepeatDescriptor.DELTAS_OFFSET + loop.deltas().size() * RepeatDescriptor.DELTA_LENGTH);
    out.u16("repeated steps", loop.body());
    out.u16("repetitions", loop.times());
    out.u16("delta count", loop.deltas().size());
    for (Repeat.Delta delta : loop.deltas()) {
      out.u16("step of a delta", delta.step());
      out.u8("field of a delta", delta.field());
      out.i32(delta.amount());
    }
  }

  /**
   * Reads {@code count} steps, loops written out.
   *
   * @param count at most {@link Program#MAX_STEPS}
   */
  static List<Step> readAll(LittleEndianReader in, int count) throws InvalidProgramException {
    List<Step> steps = new ArrayList<>();
    while (steps.size() < count) {
      int index = steps.size();
      try {
        int opcode = in.u16("opcode");
        LittleEndianReader payload = in.slice("payload", in.u16("payload length"));
        if (opcode == StepDescriptor.REPEAT) {
          expand(steps, payload, count);
        } else {
          steps.add(read(opcode, payload));
        }
      } catch (InvalidProgramException e) {
        throw new InvalidProgramException("step %d, %s".formatted(index, e.getMessage()));
      }
    }
    return steps;
  }

  private static void expand(List<Step> steps, LittleEndianReader in, int count)
      throws InvalidProgramException {
    int body = in.u16("repeated steps");
    int times = in.u16("repetitions");
    int deltaCount = in.u16("delta count");
    if (times < 1 || (long) body * times > count - steps.size()) {
      throw in.refusal(
          "%d steps, %d times, where %d of %d follow"
              .formatted(body, times, count - steps.size(), count));
    }
    in.checkCount("deltas", deltaCount, RepeatDescriptor.DELTA_LENGTH);
    List<Repeat.Delta> deltas = new ArrayList<>(deltaCount);
    for (int i = 0; i < deltaCount; i++) {
      deltas.add(
          new Repeat.Delta(
              in.u16("step of a delta"), in.u8("field of a delta"), in.bits32("delta")));
    }
    in.expectEnd("the payload of a loop");
    try {
      new Repeat(body, times, deltas).expand(steps);
    } catch (IllegalArgumentException e) {
      throw in.refusal(String.valueOf(e.getMessage()));
    }
  }

  static void write(LittleEndianWriter out, Step step) {
    out.u16("opcode", StepDescriptor.opcode(step));
    int lengthPosition = out.position();
    out.u16("payload length", 0);
    int payload = out.position();
    writePayload(out, step);
    out.patchU16("payload length", lengthPosition, out.position() - payload);
  }

  private static void writePayload(LittleEndianWriter out, Step step) {
    switch (step) {
      case Step.Open s -> {
        out.u32("first chunk", s.firstChunk());
        out.u32("chunk count", s.chunkCount());
        writeView(out, s.into());
      }
      case Step.Conv2d s -> {
        writeViews(out, s.in(), s.weights(), s.out());
        writeWindow(out, s.window());
        writeActivation(out, s.activation());
      }
      case Step.DepthwiseConv2d s -> {
        writeViews(out, s.in(), s.weights(), s.out());
        writeWindow(out, s.window());
        writeActivation(out, s.activation());
      }
      case Step.MatMul s -> {
        writeViews(out, s.a(), s.b(), s.out());
        writeActivation(out, s.activation());
      }
      case Step.Pool2d s -> {
        out.u8("pooling kind", s.kind().code());
        writeViews(out, s.in(), s.out());
        writeWindow(out, s.window());
      }
      case Step.Reduce s -> {
        out.u8("reduction kind", s.kind().code());
        writeViews(out, s.in(), s.out());
        writeActivation(out, s.activation());
      }
      case Step.Unary s -> {
        writeViews(out, s.in(), s.out());
        writeActivation(out, s.activation());
      }
      case Step.Binary s -> {
        out.u8("binary kind", s.kind().code());
        writeViews(out, s.a(), s.b(), s.out());
        writeActivation(out, s.activation());
      }
      case Step.Softmax s -> writeViews(out, s.in(), s.out());
      case Step.LayerNorm s -> {
        writeViews(out, s.in(), s.parameters(), s.out());
        out.f32("epsilon", s.epsilon());
      }
      case Step.Copy s -> writeViews(out, s.in(), s.out());
      case Step.QuantizedConv2d s -> {
        writeViews(out, s.in(), s.weights(), s.workspace(), s.out());
        writeWindow(out, s.window());
        out.i8("input zero point", s.inZero());
        writeActivation(out, s.activation());
        writeSaturation(out, s.saturation());
      }
      case Step.QuantizedDepthwiseConv2d s -> {
        writeViews(out, s.in(), s.weights(), s.workspace(), s.out());
        writeWindow(out, s.window());
        out.i8("input zero point", s.inZero());
        writeActivation(out, s.activation());
        writeSaturation(out, s.saturation());
      }
      case Step.Quantize s -> {
        writeViews(out, s.in(), s.out());
        out.f32("scale", s.scale());
        writeSaturation(out, s.saturation());
      }
      case Step.Dequantize s -> {
        writeViews(out, s.in(), s.out());
        out.f32("scale", s.scale());
        out.i8("zero point", s.zeroPoint());
      }
      case Step.Table s -> writeViews(out, s.in(), s.table(), s.out());
      case Step.QuantizedBinary s -> {
        out.u8("quantized binary kind", s.kind().code());
        writeViews(out, s.a(), s.b(), s.out());
        out.i8("zero point of a", s.aZero());
        out.i8("zero point of b", s.bZero());
        out.f32("scale of a", s.aScale());
        out.f32("scale of b", s.bScale());
        writeSaturation(out, s.saturation());
      }
      case Step.QuantizedPool2d s -> {
        out.u8("pooling kind", s.kind().code());
        writeViews(out, s.in(), s.out());
        writeWindow(out, s.window());
        out.i8("input zero point", s.inZero());
        out.f32("scale", s.scale());
        writeSaturation(out, s.saturation());
      }
      case Step.Resize2d s -> {
        writeViews(out, s.in(), s.out());
        writeSampling(out, s.rows());
        writeSampling(out, s.columns());
      }
      case Step.Lookup s -> {
        out.u32("first row", s.firstRow());
        out.u32("total rows", s.totalRows());
        out.u8("merge", s.merge() ? 1 : 0);
        writeViews(out, s.ids(), s.table(), s.out());
      }
      case Step.Cast s -> writeViews(out, s.in(), s.out());
      case Step.Receive s -> writeViews(out, s.from(), s.into());
    }
  }

  private static void writeViews(LittleEndianWriter out, View... views) {
    for (View view : views) {
      writeView(out, view);
    }
  }

  private static Step read(int opcode, LittleEndianReader payload) throws InvalidProgramException {
    Step step = readPayload(opcode, payload);
    payload.expectEnd("the payload of a " + step.getClass().getSimpleName());
    return step;
  }

  // Java evaluates arguments from left to right, so the calls below read in the encoded order.
  private static Step readPayload(int opcode, LittleEndianReader in)
      throws InvalidProgramException {
    return switch (opcode) {
      case StepDescriptor.OPEN ->
          new Step.Open(in.u32("first chunk"), in.u32("chunk count"), readView(in));
      case StepDescriptor.CONV2D ->
          new Step.Conv2d(
              readView(in), readView(in), readView(in), readWindow(in), readActivation(in));
      case StepDescriptor.DEPTHWISE_CONV2D ->
          new Step.DepthwiseConv2d(
              readView(in), readView(in), readView(in), readWindow(in), readActivation(in));
      case StepDescriptor.MAT_MUL ->
          new Step.MatMul(readView(in), readView(in), readView(in), readActivation(in));
      case StepDescriptor.POOL2D ->
          new Step.Pool2d(
              readCode(in, "pooling kind", Step.Pool2d.Kind.values(), Step.Pool2d.Kind::code),
              readView(in),
              readView(in),
              readWindow(in));
      case StepDescriptor.REDUCE ->
          new Step.Reduce(
              readCode(in, "reduction kind", Step.Reduce.Kind.values(), Step.Reduce.Kind::code),
              readView(in),
              readView(in),
              readActivation(in));
      case StepDescriptor.UNARY -> new Step.Unary(readView(in), readView(in), readActivation(in));
      case StepDescriptor.BINARY ->
          new Step.Binary(
              readCode(in, "binary kind", Step.Binary.Kind.values(), Step.Binary.Kind::code),
              readView(in),
              readView(in),
              readView(in),
              readActivation(in));
      case StepDescriptor.SOFTMAX -> new Step.Softmax(readView(in), readView(in));
      case StepDescriptor.LAYER_NORM ->
          new Step.LayerNorm(readView(in), readView(in), readView(in), in.f32("epsilon"));
      case StepDescriptor.COPY -> new Step.Copy(readView(in), readView(in));
      case StepDescriptor.QUANTIZED_CONV2D ->
          new Step.QuantizedConv2d(
              readView(in),
              readView(in),
              readView(in),
              readView(in),
              readWindow(in),
              in.i8("input zero point"),
              readActivation(in),
              readSaturation(in));
      case StepDescriptor.QUANTIZED_DEPTHWISE_CONV2D ->
          new Step.QuantizedDepthwiseConv2d(
              readView(in),
              readView(in),
              readView(in),
              readView(in),
              readWindow(in),
              in.i8("input zero point"),
              readActivation(in),
              readSaturation(in));
      case StepDescriptor.QUANTIZE ->
          new Step.Quantize(readView(in), readView(in), in.f32("scale"), readSaturation(in));
      case StepDescriptor.DEQUANTIZE ->
          new Step.Dequantize(readView(in), readView(in), in.f32("scale"), in.i8("zero point"));
      case StepDescriptor.TABLE -> new Step.Table(readView(in), readView(in), readView(in));
      case StepDescriptor.QUANTIZED_BINARY ->
          new Step.QuantizedBinary(
              readCode(
                  in,
                  "quantized binary kind",
                  Step.QuantizedBinary.Kind.values(),
                  Step.QuantizedBinary.Kind::code),
              readView(in),
              readView(in),
              readView(in),
              in.i8("zero point of a"),
              in.i8("zero point of b"),
              in.f32("scale of a"),
              in.f32("scale of b"),
              readSaturation(in));
      case StepDescriptor.QUANTIZED_POOL2D ->
          new Step.QuantizedPool2d(
              readCode(in, "pooling kind", Step.Pool2d.Kind.values(), Step.Pool2d.Kind::code),
              readView(in),
              readView(in),
              readWindow(in),
              in.i8("input zero point"),
              in.f32("scale"),
              readSaturation(in));
      case StepDescriptor.RESIZE2D ->
          new Step.Resize2d(readView(in), readView(in), readSampling(in), readSampling(in));
      case StepDescriptor.LOOKUP -> lookup(in);
      case StepDescriptor.CAST -> new Step.Cast(readView(in), readView(in));
      case StepDescriptor.RECEIVE -> new Step.Receive(readView(in), readView(in));
      default -> throw in.refusal("unknown opcode " + opcode);
    };
  }

  private static Step lookup(LittleEndianReader in) throws InvalidProgramException {
    int firstRow = in.u32("first row");
    int totalRows = in.u32("total rows");
    int merge = in.u8("merge");
    if (merge > 1) {
      throw in.refusal("merge is %d, not 0 or 1".formatted(merge));
    }
    return new Step.Lookup(
        readView(in), readView(in), readView(in), firstRow, totalRows, merge == 1);
  }
}
