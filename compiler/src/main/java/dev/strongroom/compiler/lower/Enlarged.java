package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value that repeats each element of another by whole factors: [H, W] seen as [H, 1 → f, W, 1 →
 * g].
 *
 * @param name of the node, for steps
 * @param value its name
 * @param source what is repeated, in the model's order
 * @param order the source's dimensions as they lie in memory
 * @param split the result's dimensions in memory order, each one that is repeated cut in two
 * @param shape the result's shape, in the model's order
 */
record Enlarged(String name, String value, Region source, int[] order, int[] split, int[] shape) {

  static Enlarged of(Node node, Region x, List<Integer> factors) throws UnsupportedNodeException {
    int[] order = x.memoryOrder();
    List<Integer> split = new ArrayList<>();
    int[] shape = x.shape();
    for (int axis : order) {
      split.add(x.dim(axis));
      if (factors.get(axis) > 1) {
        split.add(factors.get(axis));
      }
      shape[axis] *= factors.get(axis);
    }
    if (split.size() > View.MAX_RANK) {
      throw new UnsupportedNodeException(
          "enlarges too many dimensions at once: factors " + factors);
    }
    int[] dims = split.stream().mapToInt(Integer::intValue).toArray();
    return new Enlarged(node.name(), node.output(), x, order, dims, shape);
  }

  /** The repeated elements without copying, in the dimensions of {@link #split}. */
  Region repeated() {
    int[] once = split.clone();
    for (int i = 0, axis = 0; axis < order.length; axis++, i++) {
      if (shape[order[axis]] > source.dim(order[axis])) {
        once[++i] = 1;
      }
    }
    return source.permute(order).reshape(once).orElseThrow().broadcast(split);
  }

  /** A region of the result's shape seen in the dimensions of {@link #split}, if it can be. */
  Optional<Region> split(Region region) {
    return region.permute(order).reshape(split);
  }

  /** Emits the step that writes the result out. */
  Region write(Lowering lowering) {
    Region y = lowering.newTensor(value, source.type(), shape, order);
    lowering.emit(
        new Draft(
            name,
            List.of(repeated()),
            split(y).orElseThrow(),
            0,
            Draft.Aliasing.COPY,
            (reads, write) -> new Step.Copy(reads.get(0), write)));
    return y;
  }
}
