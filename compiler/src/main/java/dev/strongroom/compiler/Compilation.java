package dev.strongroom.compiler;

import dev.strongroom.program.Program;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A compiled model.
 *
 * @param program how to run it
 * @param weights the packed weights, all chunks one after another; read-only
 * @param certificate what it costs
 * @param stepNames the node that each step comes from
 */
public record Compilation(
    Program program, ByteBuffer weights, Certificate certificate, List<String> stepNames) {
  public Compilation {
    weights = weights.asReadOnlyBuffer();
    stepNames = List.copyOf(stepNames);
  }

  /** A fresh read-only view of the packed weights. */
  @Override
  public ByteBuffer weights() {
    return weights.duplicate();
  }
}
