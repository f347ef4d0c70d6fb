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
 * @param memoryMap who lies where in secure memory, and what each step costs
 * @param frontier the trades of memory against computation that were weighed; empty if there was
 *     nothing to weigh
 */
public record Compilation(
    Program program,
    ByteBuffer weights,
    Certificate certificate,
    List<String> stepNames,
    MemoryMap memoryMap,
    List<FrontierPoint> frontier) {
  public Compilation {
    weights = weights.asReadOnlyBuffer();
    stepNames = List.copyOf(stepNames);
    frontier = List.copyOf(frontier);
  }

  /** A fresh read-only view of the packed weights. */
  @Override
  public ByteBuffer weights() {
    return weights.duplicate();
  }
}
