package dev.strongroom.bench.engine;

import dev.strongroom.bench.memory.Networks;
import dev.strongroom.program.Allocation;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Digest;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes a Program of a single step, with operands that lie apart: nothing is computed in place, so
 * that it can run again and again on the same inputs.
 */
final class StepProgram {
  private static final int CHUNK_BYTES = 32 << 10;

  /** So that sums of several thousand products of bytes stay near the range of a byte. */
  private static final float MULTIPLIER = 1e-4f;

  private final SplittableRandom random = new SplittableRandom(Networks.SEED);
  private final List<Port> inputs = new ArrayList<>();
  private final List<Port> outputs = new ArrayList<>();
  private final List<Allocation> allocations = new ArrayList<>();
  private final ByteArrayOutputStream weights = new ByteArrayOutputStream();
  private long arenaBytes;

  /** A dense operand of floats. */
  View input(int... shape) {
    return input(shape, View.denseStrides(shape));
  }

  /** An operand of floats with those strides, in elements; 0 repeats. */
  View input(int[] shape, int[] strides) {
    View view = allocate(View.of(Space.ARENA, ElementType.F32, 0, shape, strides));
    // It crosses as what lies in memory, whatever the step makes of it.
    int floats = Math.toIntExact(view.extent() / Float.BYTES);
    View crossing = View.dense(Space.ARENA, ElementType.F32, view.offset(), floats);
    inputs.add(new Port("input" + inputs.size(), crossing));
    return view;
  }

  /**
   * A dense operand of either type. Bytes are a constant: only floats cross into a Program, and a
   * second step that rounds them would be timed too.
   */
  View input(ElementType type, int... shape) {
    return type == ElementType.I8 ? bytes(shape) : input(shape);
  }

  /** Constant floats, such as the packed weights of a convolution, between -0.5 and 0.5. */
  View floats(int... shape) {
    View view = View.dense(Space.RESIDENT, ElementType.F32, weights.size(), shape);
    ByteBuffer content = littleEndian(view);
    while (content.hasRemaining()) {
      content.putFloat((float) random.nextDouble() - 0.5f);
    }
    return constant(view, content);
  }

  /** Constant bytes. */
  View bytes(int... shape) {
    View view = View.dense(Space.RESIDENT, ElementType.I8, weights.size(), shape);
    ByteBuffer content = littleEndian(view);
    random.nextBytes(content.array());
    return constant(view, content);
  }

  /** Quantised weights, packed as {@link PackedWeights#quantizedConv} says. */
  View quantizedWeights(int... shape) {
    View view = View.dense(Space.RESIDENT, ElementType.I8, weights.size(), shape);
    ByteBuffer content = littleEndian(view);
    random.nextBytes(content.array());
    int panelBytes = shape[1] * shape[2];
    for (int panel = 0; panel < shape[0]; panel++) {
      content.position(panel * panelBytes);
      for (int channel = 0; channel < PackedWeights.PANEL; channel++) {
        content.putFloat(0);
      }
      for (int channel = 0; channel < PackedWeights.PANEL; channel++) {
        content.putFloat(MULTIPLIER);
      }
    }
    return constant(view, content);
  }

  /** What the step writes, dense. */
  View output(ElementType type, int... shape) {
    View view = allocate(View.dense(Space.ARENA, type, 0, shape));
    if (type == ElementType.F32) {
      outputs.add(new Port("output", view));
    }
    return view;
  }

  /** Scratch of so many floats. */
  View workspace(int floats) {
    return allocate(View.dense(Space.ARENA, ElementType.F32, 0, floats));
  }

  /** {@code step}, whose operands are all from here, as a model that can be loaded. */
  CompiledModel build(Step step) {
    if (inputs.isEmpty()) {
      input(1);
    }
    if (outputs.isEmpty()) {
      // Bytes do not leave a Program either, and it has to have an output.
      outputs.add(new Port("output", inputs.getFirst().view()));
    }
    byte[] packed = weights.toByteArray();
    List<Integer> chunks = new ArrayList<>();
    for (int at = 0; at < packed.length; at += CHUNK_BYTES) {
      chunks.add(Math.min(CHUNK_BYTES, packed.length - at));
    }
    Program program =
        new Program(
            inputs,
            outputs,
            arenaBytes,
            0,
            CHUNK_BYTES + Program.TAG_BYTES,
            chunks,
            chunks.size(),
            Digest.over(packed),
            allocations,
            List.of(step));
    return new CompiledModel(program, ByteBuffer.wrap(packed));
  }

  private View allocate(View view) {
    View placed = view.shift(arenaBytes);
    allocations.add(new Allocation(Space.ARENA, arenaBytes, view.extent(), 0, 0));
    arenaBytes = Program.align(placed.end());
    return placed;
  }

  private View constant(View view, ByteBuffer content) {
    weights.writeBytes(content.array());
    weights.writeBytes(new byte[Math.toIntExact(Program.align(weights.size()) - weights.size())]);
    return view;
  }

  private static ByteBuffer littleEndian(View view) {
    return ByteBuffer.allocate(Math.toIntExact(view.extent())).order(ByteOrder.LITTLE_ENDIAN);
  }
}
