package dev.strongroom.engine;

import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Verifier;
import dev.strongroom.program.fixtures.ProgramBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A program, bound to memory full of nonsense, with its weights in the open. */
final class LoadedProgram implements AutoCloseable {
  /** Bytes in front of and behind the engine's block, which nothing may write. */
  private static final int MARGIN = 4096;

  static final byte NONSENSE = (byte) 0xC7;

  /** Shared, since chunks may be opened by another thread. */
  private final Arena arena = Arena.ofShared();

  private final MemorySegment around;
  private final long[] chunkOffsets;
  private final MemorySegment weights;
  final Program program;
  final SecureLayout layout;
  final MemorySegment block;
  final Engine engine;

  /** Whether no chunk can be opened. */
  volatile boolean refuse;

  final List<Integer> opened = new ArrayList<>();

  LoadedProgram(ProgramBuilder.Built built) throws Exception {
    this(built, 1);
  }

  /** With every step that can be shared among so many threads shared, however small. */
  LoadedProgram(ProgramBuilder.Built built, int threads) throws Exception {
    program = built.program();
    int programBytes = ProgramCodec.encode(program).length;
    layout = SecureLayout.of(program, programBytes);
    around = arena.allocate(layout.footprint() + 2 * MARGIN, 64).fill(NONSENSE);
    block = around.asSlice(MARGIN, layout.footprint());
    chunkOffsets = new long[program.chunks().size() + 1];
    for (int i = 0; i < program.chunks().size(); i++) {
      chunkOffsets[i + 1] = chunkOffsets[i] + program.chunks().get(i);
    }
    weights = arena.allocateFrom(ValueLayout.JAVA_BYTE, built.weights());
    engine =
        Engine.open(
            Verifier.verify(program),
            programBytes,
            block,
            this::open,
            InputSource.NONE,
            new StepParts(threads, 0, 1),
            threads);
  }

  private void open(int chunk, MemorySegment into) {
    if (refuse) {
      throw new IllegalStateException("refused");
    }
    opened.add(chunk);
    MemorySegment.copy(weights, chunkOffsets[chunk], into, 0, into.byteSize());
  }

  /** Seeded values in [-1, 1) for every input. */
  List<float[]> inputs(long seed) {
    Random random = new Random(seed);
    List<float[]> inputs = new ArrayList<>();
    for (Port port : program.inputs()) {
      float[] values = new float[Math.toIntExact(port.view().elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() * 2 - 1;
      }
      inputs.add(values);
    }
    return inputs;
  }

  void write(List<float[]> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      engine.input(i).copyFrom(MemorySegment.ofArray(inputs.get(i)));
    }
  }

  List<float[]> read() {
    List<float[]> outputs = new ArrayList<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      outputs.add(engine.output(i).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    }
    return outputs;
  }

  /** Whether every byte around the block is as it was. */
  boolean marginsAreUntouched() {
    for (long i = 0; i < MARGIN; i++) {
      if (around.get(ValueLayout.JAVA_BYTE, i) != NONSENSE
          || around.get(ValueLayout.JAVA_BYTE, around.byteSize() - 1 - i) != NONSENSE) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    engine.close();
    arena.close();
  }
}
