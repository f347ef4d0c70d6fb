package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.engine.Engine;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.View;
import dev.strongroom.program.fixtures.BruteForce;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Runs a verified Program in a block between two guards, and shows that nothing changed but what
 * its steps say they write: no byte of the guards, of the encoded Program, of resident weights, of
 * staging, and none of ARENA and WINDOW that is no element of an output, a workspace, an input or
 * an opened chunk.
 */
final class GuardedRun {
  private static final int GUARD = 4096;

  private final String what;
  private final Program program;
  private final SecureLayout layout;
  private final VerifiedProgram verified;
  private final long encodedBytes;
  private final Map<Space, BitSet> written = new EnumMap<>(Space.class);

  GuardedRun(String what, VerifiedProgram verified, long encodedBytes) {
    this.what = what;
    this.verified = verified;
    this.encodedBytes = encodedBytes;
    this.program = verified.program();
    this.layout = SecureLayout.of(program, encodedBytes);
    for (Space space : Space.values()) {
      written.put(space, new BitSet());
    }
    program.inputs().forEach(port -> write(port.view()));
    program.steps().stream().map(Step::writes).forEach(this::write);
    program.steps().stream().flatMap(step -> step.scratch().stream()).forEach(this::write);
  }

  private void write(View view) {
    BitSet bytes = written.get(view.space());
    BruteForce.eachByte(view, at -> bytes.set((int) at));
  }

  /**
   * The outputs, each as the bits of its words, after a run in memory that held {@code fill}. Every
   * not-a-number counts as the same one.
   */
  List<int[]> outputs(byte fill) {
    try (Arena memory = Arena.ofConfined()) {
      MemorySegment all =
          memory.allocate(layout.footprint() + 2 * GUARD, Program.ALIGNMENT).fill(fill);
      MemorySegment block = all.asSlice(GUARD, layout.footprint());
      Engine engine =
          Engine.open(
              verified,
              encodedBytes,
              block,
              GuardedRun::weights,
              (offset, into) -> fill(into, offset));
      engine.loadResident();
      byte[] resident =
          block
              .asSlice(layout.residentOffset(), program.residentBytes())
              .toArray(ValueLayout.JAVA_BYTE);
      for (int i = 0; i < program.inputs().size(); i++) {
        fill(engine.input(i), i);
      }
      engine.run();
      assertUntouched("the guards", fill, all.asSlice(0, GUARD));
      assertUntouched("the guards", fill, all.asSlice(GUARD + layout.footprint()));
      assertUntouched("the Program", fill, block.asSlice(0, layout.programBytes()));
      assertUntouched(
          "staging", fill, block.asSlice(layout.stagingOffset(), layout.stagingBytes()));
      assertThat(block.asSlice(layout.residentOffset(), resident.length))
          .as("resident weights after the run, %s", what)
          .matches(now -> now.mismatch(MemorySegment.ofArray(resident)) < 0);
      assertOnlyWrittenChanged(
          Space.ARENA, fill, block.asSlice(layout.arenaOffset(), layout.arenaBytes()));
      assertOnlyWrittenChanged(
          Space.WINDOW, fill, block.asSlice(layout.windowOffset(), layout.windowBytes()));
      List<int[]> outputs = new ArrayList<>();
      for (int i = 0; i < program.outputs().size(); i++) {
        outputs.add(bits(program.outputs().get(i), engine.output(i)));
      }
      return outputs;
    }
  }

  private static int[] bits(Port port, MemorySegment output) {
    int[] words = output.toArray(ValueLayout.JAVA_INT_UNALIGNED);
    for (int i = 0; i < words.length && port.view().type().name().startsWith("F"); i++) {
      words[i] = Float.floatToIntBits(Float.intBitsToFloat(words[i]));
    }
    return words;
  }

  /** The same weights for the same chunk, floats between -1 and 1. */
  private static void weights(int chunk, MemorySegment into) {
    fill(into, 1000 + chunk);
  }

  private static void fill(MemorySegment segment, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (long at = 0; at + 4 <= segment.byteSize(); at += 4) {
      segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) random.nextDouble(-1, 1));
    }
  }

  private void assertUntouched(String part, byte fill, MemorySegment segment) {
    for (long at = 0; at < segment.byteSize(); at++) {
      if (segment.get(ValueLayout.JAVA_BYTE, at) != fill) {
        throw new AssertionError("byte %d of %s was written, %s".formatted(at, part, what));
      }
    }
  }

  private void assertOnlyWrittenChanged(Space space, byte fill, MemorySegment segment) {
    BitSet bytes = written.get(space);
    for (int at = bytes.nextClearBit(0); at < segment.byteSize(); at = bytes.nextClearBit(at + 1)) {
      if (segment.get(ValueLayout.JAVA_BYTE, at) != fill) {
        throw new AssertionError(
            "byte %d of %s, which is no step's output, was written, %s".formatted(at, space, what));
      }
    }
  }
}
