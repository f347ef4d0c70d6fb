package dev.strongroom.compiler.lower;

import java.util.List;

/**
 * A graph as steps in an order of execution, operands not placed yet.
 *
 * @param inputs in the graph's order; dense
 * @param outputs in the graph's order; dense
 */
public record Lowered(List<NamedRegion> inputs, List<NamedRegion> outputs, List<Draft> drafts) {
  public Lowered {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    drafts = List.copyOf(drafts);
  }

  /**
   * An input or output of the model and where it lies.
   *
   * @param streamed whether steps receive it piece by piece, so that it lies nowhere as a whole
   */
  public record NamedRegion(String name, Region region, boolean streamed) {
    public NamedRegion(String name, Region region) {
      this(name, region, false);
    }
  }

  /** Multiply-accumulates of all steps together. */
  public long macs() {
    return drafts.stream().mapToLong(Draft::macs).sum();
  }
}
