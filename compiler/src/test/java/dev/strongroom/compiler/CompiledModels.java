package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.engine.Engine;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.Verifier;
import dev.strongroom.program.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Runs compiled models on the engine, in ordinary memory. */
public final class CompiledModels {
  /**
   * Answers, and what the engine measured.
   *
   * @param chunks the numbers of the chunks opened, in order, of loading and of both runs
   */
  record Run(
      Map<String, float[]> outputs, long highWater, long bytesOpened, List<Integer> chunks) {}

  private CompiledModels() {}

  /** Seeded inputs in [-1, 1). */
  public static Map<String, Tensor> inputs(Graph graph, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (String name : graph.inputs()) {
      TensorType type = graph.type(name);
      float[] values = new float[(int) type.shape().elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      inputs.put(name, Tensor.ofFloats(values, type.shape().dims()));
    }
    return inputs;
  }

  static Run run(Compilation compilation, Map<String, Tensor> inputs)
      throws InvalidProgramException {
    byte[] encoded = ProgramCodec.encode(compilation.program());
    VerifiedProgram verified = Verifier.verify(ProgramCodec.decode(MemorySegment.ofArray(encoded)));
    Program program = verified.program();
    long footprint = SecureLayout.of(program, encoded.length).footprint();
    assertThat(footprint)
        .as("footprint of the encoded Program against the certificate's")
        .isEqualTo(compilation.certificate().footprint());
    long[] offsets = new long[program.chunks().size() + 1];
    for (int i = 0; i < program.chunks().size(); i++) {
      offsets[i + 1] = offsets[i] + program.chunks().get(i);
    }
    ByteBuffer weights = compilation.weights();
    List<Integer> chunks = new ArrayList<>();
    try (Arena memory = Arena.ofConfined()) {
      // Not zeros: whoever reads what was not written gets nonsense.
      MemorySegment block = memory.allocate(footprint, 64).fill((byte) 0xC7);
      MemorySegment streamed = memory.allocate(Math.max(1, program.streamedInputBytes()));
      Engine engine =
          Engine.open(
              verified,
              encoded.length,
              block,
              (chunk, into) -> {
                chunks.add(chunk);
                into.copyFrom(
                    MemorySegment.ofBuffer(
                        weights.slice(
                            (int) offsets[chunk], (int) (offsets[chunk + 1] - offsets[chunk]))));
              },
              (offset, into) -> MemorySegment.copy(streamed, offset, into, 0, into.byteSize()));
      engine.loadResident();
      Map<String, float[]> outputs = new LinkedHashMap<>();
      // Twice: the second run must not depend on what the first left behind.
      for (int run = 0; run < 2; run++) {
        for (int i = 0; i < program.inputs().size(); i++) {
          Tensor input = inputs.get(program.inputs().get(i).name());
          View view = program.inputs().get(i).view();
          put(input, view, view.space() == Space.INPUT ? streamed : engine.input(i));
        }
        engine.run();
        for (int i = 0; i < program.outputs().size(); i++) {
          Port port = program.outputs().get(i);
          outputs.put(
              port.name(),
              engine
                  .output(i)
                  .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)));
        }
      }
      return new Run(outputs, engine.highWater(), engine.bytesOpened(), chunks);
    }
  }

  /** Writes a tensor where {@code view}, the port's, has its elements. */
  private static void put(Tensor tensor, View view, MemorySegment memory) {
    int size = view.type().bytes();
    ByteBuffer source = tensor.data();
    int[] index = new int[view.rank()];
    for (long element = 0; element < view.elements(); element++) {
      long at = 0;
      for (int d = 0; d < index.length; d++) {
        at += (long) index[d] * view.stride(d);
      }
      MemorySegment.copy(MemorySegment.ofBuffer(source), element * size, memory, at * size, size);
      for (int d = index.length - 1; d >= 0 && ++index[d] == view.dim(d); d--) {
        index[d] = 0;
      }
    }
  }

  /** Whether {@code actual} is within 1e-4 relative or 1e-5 absolute of {@code expected}. */
  static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double tolerance = Math.max(1e-5, 1e-4 * Math.abs(expected[i]));
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            "%s: element %d of %d is %s, expected %s within %s"
                .formatted(what, i, actual.length, actual[i], expected[i], tolerance));
      }
    }
  }
}
