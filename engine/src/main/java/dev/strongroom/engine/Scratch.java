package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Kernel;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Program;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Gives each part of a step with a workspace one of its own. */
final class Scratch {
  private static final int UNIT = Program.ALIGNMENT / Float.BYTES;

  private Scratch() {}

  /** Floats that are worth looking for besides a step's own workspace; 0 if it has none. */
  static int wanted(Step step, int parts) {
    return step.scratch().isEmpty() ? 0 : Math.multiplyExact(parts, ample(step));
  }

  private static int ample(Step step) {
    return Math.ceilDiv(Kernel.ampleWorkspace(step), UNIT) * UNIT;
  }

  /**
   * Workspaces for {@code parts} parts of a step, or one where there is no room for more: a part
   * with little room would take longer than it saves.
   *
   * @param workspace the step's own
   * @param free other memory that it may use, dense, F32 and of rank 1
   */
  static List<View> of(Step step, View workspace, Optional<View> free, int parts) {
    int ample = ample(step);
    int own = workspace.dim(0);
    int other = free.map(view -> view.dim(0)).orElse(0);
    if (own / parts >= ample) {
      return cut(workspace, ample, parts);
    }
    if (other / parts >= ample) {
      return cut(free.orElseThrow(), ample, parts);
    }
    if (parts > 1 && other / (parts - 1) / UNIT * UNIT >= Math.min(own, ample)) {
      int size = Math.min(ample, other / (parts - 1) / UNIT * UNIT);
      return Stream.concat(Stream.of(workspace), cut(free.orElseThrow(), size, parts - 1).stream())
          .toList();
    }
    int share = own / parts / UNIT * UNIT;
    if (parts > 1 && share >= Kernel.leastWorkspace(step)) {
      return cut(workspace, share, parts);
    }
    return List.of(other > own ? free.orElseThrow() : workspace);
  }

  private static List<View> cut(View view, int size, int parts) {
    return IntStream.range(0, parts)
        .mapToObj(
            i ->
                View.dense(
                    view.space(),
                    ElementType.F32,
                    view.offset() + (long) i * size * Float.BYTES,
                    size))
        .toList();
  }

  /** The step with another workspace. */
  static Step with(Step step, View workspace) {
    return switch (step) {
      case Step.QuantizedConv2d s ->
          new Step.QuantizedConv2d(
              s.in(),
              s.weights(),
              workspace,
              s.out(),
              s.window(),
              s.inZero(),
              s.activation(),
              s.saturation());
      case Step.QuantizedDepthwiseConv2d s ->
          new Step.QuantizedDepthwiseConv2d(
              s.in(),
              s.weights(),
              workspace,
              s.out(),
              s.window(),
              s.inZero(),
              s.activation(),
              s.saturation());
      default -> throw new IllegalArgumentException("has no workspace: " + step);
    };
  }
}
