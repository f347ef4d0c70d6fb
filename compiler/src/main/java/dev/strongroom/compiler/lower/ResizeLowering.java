package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Sampling;
import dev.strongroom.program.Step;
import java.util.List;

/** Bilinear interpolation: one step, on floats whose channels lie innermost. */
final class ResizeLowering {
  private ResizeLowering() {}

  static void resize(Lowering lowering, Node node, Op.Resize op) throws UnsupportedNodeException {
    Region x = lowering.operand(node.inputs().getFirst());
    Region in = ConvolutionLowering.channelsLast(lowering, node, x);
    Region y = ConvolutionLowering.newImage(lowering, node.output(), ElementType.F32);
    Sampling rows = sampling(op.rows());
    Sampling columns = sampling(op.columns());
    lowering.emit(
        new Draft(
            node.name(),
            List.of(in),
            y.permute(ConvolutionLowering.CHANNELS_LAST),
            0,
            Draft.Aliasing.NONE,
            (reads, write) -> new Step.Resize2d(reads.get(0), write, rows, columns)));
    lowering.define(node.output(), y);
  }

  private static Sampling sampling(dev.strongroom.graph.Sampling s) {
    return new Sampling(s.start(), s.step(), s.denominator());
  }
}
