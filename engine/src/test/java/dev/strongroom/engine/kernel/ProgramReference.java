package dev.strongroom.engine.kernel;

import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Runs whole programs by the definitions of their steps, in memory of its own. */
public final class ProgramReference {
  private final Program program;
  private final byte[] weights;
  private final MemorySegment[] spaces = new MemorySegment[Space.values().length];

  private ProgramReference(Program program, byte[] weights, Arena memory) {
    this.program = program;
    this.weights = weights;
    spaces[Space.ARENA.ordinal()] = memory.allocate(Math.max(64, program.arenaBytes()), 64);
    spaces[Space.WINDOW.ordinal()] = memory.allocate(Math.max(64, program.windowBytes()), 64);
    spaces[Space.RESIDENT.ordinal()] = memory.allocate(Math.max(64, program.residentBytes()), 64);
  }

  /** The outputs for {@code inputs}, both dense and in the order of the ports. */
  public static List<float[]> run(Program program, byte[] weights, List<float[]> inputs) {
    try (Arena memory = Arena.ofConfined()) {
      return new ProgramReference(program, weights, memory).run(inputs);
    }
  }

  private List<float[]> run(List<float[]> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      View view = moved(program.inputs().get(i).view());
      float[] values = inputs.get(i);
      int[] next = {0};
      Elements.forEach(view.shape(), index -> Elements.set(view, values[next[0]++], index));
    }
    open(0, program.residentChunks(), spaces[Space.RESIDENT.ordinal()]);
    for (Step step : program.steps()) {
      if (step instanceof Step.Open s) {
        MemorySegment window = spaces[Space.WINDOW.ordinal()];
        open(s.firstChunk(), s.chunkCount(), window.asSlice(s.into().offset()));
      } else {
        Step moved = moved(step);
        double[] values = StepReference.all(moved);
        int[] next = {0};
        Elements.forEach(
            moved.writes().shape(),
            index -> Elements.set(moved.writes(), values[next[0]++], index));
      }
    }
    List<float[]> outputs = new ArrayList<>();
    for (Port port : program.outputs()) {
      View view = moved(port.view());
      float[] values = new float[Math.toIntExact(view.elements())];
      int[] next = {0};
      Elements.forEach(
          view.shape(), index -> values[next[0]++] = (float) Elements.get(view, index));
      outputs.add(values);
    }
    return outputs;
  }

  private void open(int first, int count, MemorySegment into) {
    int from = program.chunks().subList(0, first).stream().mapToInt(Integer::intValue).sum();
    int bytes =
        program.chunks().subList(first, first + count).stream().mapToInt(Integer::intValue).sum();
    MemorySegment.copy(MemorySegment.ofArray(weights), from, into, 0, bytes);
  }

  private View moved(View view) {
    long address = spaces[view.space().ordinal()].address() + view.offset();
    return View.of(view.space(), view.type(), address, view.shape(), view.strides());
  }

  private Step moved(Step step) {
    return switch (step) {
      case Step.Open s -> s;
      case Step.Conv2d s ->
          new Step.Conv2d(
              moved(s.in()), moved(s.weights()), moved(s.out()), s.window(), s.activation());
      case Step.DepthwiseConv2d s ->
          new Step.DepthwiseConv2d(
              moved(s.in()), moved(s.weights()), moved(s.out()), s.window(), s.activation());
      case Step.MatMul s ->
          new Step.MatMul(moved(s.a()), moved(s.b()), moved(s.out()), s.activation());
      case Step.Pool2d s -> new Step.Pool2d(s.kind(), moved(s.in()), moved(s.out()), s.window());
      case Step.Resize2d s ->
          new Step.Resize2d(moved(s.in()), moved(s.out()), s.rows(), s.columns());
      case Step.Reduce s ->
          new Step.Reduce(s.kind(), moved(s.in()), moved(s.out()), s.activation());
      case Step.Unary s -> new Step.Unary(moved(s.in()), moved(s.out()), s.activation());
      case Step.Binary s ->
          new Step.Binary(s.kind(), moved(s.a()), moved(s.b()), moved(s.out()), s.activation());
      case Step.Softmax s -> new Step.Softmax(moved(s.in()), moved(s.out()));
      case Step.LayerNorm s ->
          new Step.LayerNorm(moved(s.in()), moved(s.parameters()), moved(s.out()), s.epsilon());
      case Step.Copy s -> new Step.Copy(moved(s.in()), moved(s.out()));
      case Step.QuantizedConv2d s ->
          new Step.QuantizedConv2d(
              moved(s.in()),
              moved(s.weights()),
              s.workspace(),
              moved(s.out()),
              s.window(),
              s.inZero(),
              s.activation(),
              s.saturation());
      case Step.QuantizedDepthwiseConv2d s ->
          new Step.QuantizedDepthwiseConv2d(
              moved(s.in()),
              moved(s.weights()),
              s.workspace(),
              moved(s.out()),
              s.window(),
              s.inZero(),
              s.activation(),
              s.saturation());
      case Step.Quantize s ->
          new Step.Quantize(moved(s.in()), moved(s.out()), s.scale(), s.saturation());
      case Step.Dequantize s ->
          new Step.Dequantize(moved(s.in()), moved(s.out()), s.scale(), s.zeroPoint());
      case Step.Table s -> new Step.Table(moved(s.in()), moved(s.table()), moved(s.out()));
      case Step.QuantizedBinary s ->
          new Step.QuantizedBinary(
              s.kind(),
              moved(s.a()),
              moved(s.b()),
              moved(s.out()),
              s.aZero(),
              s.bZero(),
              s.aScale(),
              s.bScale(),
              s.saturation());
      case Step.QuantizedPool2d s ->
          new Step.QuantizedPool2d(
              s.kind(),
              moved(s.in()),
              moved(s.out()),
              s.window(),
              s.inZero(),
              s.scale(),
              s.saturation());
      case Step.Lookup s ->
          new Step.Lookup(
              moved(s.ids()),
              moved(s.table()),
              moved(s.out()),
              s.firstRow(),
              s.totalRows(),
              s.merge());
      case Step.Cast s -> new Step.Cast(moved(s.in()), moved(s.out()));
      case Step.Receive s -> throw new IllegalArgumentException("not received here: " + s);
    };
  }
}
