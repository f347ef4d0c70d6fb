package dev.strongroom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.engine.kernel.ProgramReference;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Step;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.Verifier;
import dev.strongroom.program.fixtures.ProgramBuilder;
import dev.strongroom.program.fixtures.RandomPrograms;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EngineTest {

  @Test
  void computesWhatTheStepsOfRandomProgramsDefine() throws Exception {
    for (long seed = 0; seed < 250; seed++) {
      ProgramBuilder.Built built = RandomPrograms.tame(seed);
      try (LoadedProgram loaded = new LoadedProgram(built)) {
        loaded.engine.loadResident();
        // Twice: the second run must not depend on what the first left behind.
        for (int run = 0; run < 2; run++) {
          List<float[]> inputs = loaded.inputs(seed + run);
          loaded.write(inputs);
          loaded.engine.run();
          List<float[]> expected = ProgramReference.run(built.program(), built.weights(), inputs);
          assertClose("seed " + seed, loaded.read(), expected);
        }
        assertThat(loaded.marginsAreUntouched()).as("margins, seed %d", seed).isTrue();
      }
    }
  }

  private static void assertClose(String what, List<float[]> actual, List<float[]> expected) {
    for (int port = 0; port < expected.size(); port++) {
      for (int i = 0; i < expected.get(port).length; i++) {
        float wanted = expected.get(port)[i];
        float got = actual.get(port)[i];
        if (!(Math.abs(got - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted)))) {
          throw new AssertionError(
              "%s: output %d, element %d is %s, expected %s".formatted(what, port, i, got, wanted));
        }
      }
    }
  }

  @Test
  void measuresAHighWaterMarkEqualToTheFootprint() throws Exception {
    for (long seed = 0; seed < 100; seed++) {
      try (LoadedProgram loaded = new LoadedProgram(RandomPrograms.tame(seed))) {
        loaded.engine.loadResident();
        loaded.write(loaded.inputs(seed));
        loaded.engine.run();
        loaded.read();
        assertThat(loaded.engine.highWater())
            .as("seed %d", seed)
            .isEqualTo(loaded.layout.footprint());
      }
    }
  }

  @Test
  void measuresALowerMarkWhereAProgramClaimsMoreThanItTouches() throws Exception {
    ProgramBuilder.Built built = RandomPrograms.ofKind(RandomPrograms.Kind.OPEN, 1);
    Program honest = built.program();
    Program greedy =
        new Program(
            honest.inputs(),
            honest.outputs(),
            honest.arenaBytes() + 640,
            honest.windowBytes() + 128,
            honest.stagingBytes(),
            honest.chunks(),
            honest.residentChunks(),
            honest.weightsDigest(),
            honest.allocations(),
            honest.steps());
    try (LoadedProgram loaded =
        new LoadedProgram(new ProgramBuilder.Built(greedy, built.weights()))) {
      loaded.engine.loadResident();
      loaded.write(loaded.inputs(1));
      assertThat(loaded.engine.highWater()).isLessThan(loaded.layout.footprint() - 768);
      loaded.engine.run();
      loaded.read();
      assertThat(loaded.engine.highWater()).isEqualTo(loaded.layout.footprint() - 768);
    }
  }

  @Test
  void opensResidentChunksOnceAndStreamedOnesInEveryRun() throws Exception {
    ProgramBuilder.Built built = mixedWeights();
    Program program = built.program();
    List<Integer> resident = IntStream.range(0, program.residentChunks()).boxed().toList();
    List<Integer> streamed =
        program.steps().stream()
            .filter(Step.Open.class::isInstance)
            .map(Step.Open.class::cast)
            .flatMap(s -> IntStream.range(0, s.chunkCount()).mapToObj(i -> s.firstChunk() + i))
            .toList();
    assertThat(resident).isNotEmpty();
    assertThat(streamed).hasSizeGreaterThan(1);
    try (LoadedProgram loaded = new LoadedProgram(built)) {
      loaded.engine.loadResident();
      assertThat(loaded.opened).isEqualTo(resident);
      for (int run = 0; run < 3; run++) {
        loaded.opened.clear();
        loaded.write(loaded.inputs(run));
        loaded.engine.run();
        assertThat(loaded.opened).isEqualTo(streamed);
        assertThat(loaded.engine.bytesOpened())
            .isEqualTo(streamed.stream().mapToLong(i -> program.chunks().get(i)).sum());
      }
    }
  }

  @Test
  void tellsOfEachStepInItsOrderAndAnswersTheSame() throws Exception {
    try (LoadedProgram loaded = new LoadedProgram(mixedWeights())) {
      loaded.engine.loadResident();
      List<float[]> inputs = loaded.inputs(5);
      loaded.write(inputs);
      loaded.engine.run();
      List<float[]> expected = loaded.read();
      List<Integer> told = new ArrayList<>();
      loaded.write(inputs);
      loaded.engine.run(told::add);
      assertThat(told)
          .isEqualTo(IntStream.range(0, loaded.program.steps().size()).boxed().toList());
      assertThat(loaded.read()).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  private static ProgramBuilder.Built mixedWeights() {
    for (long seed = 0; seed < 1000; seed++) {
      ProgramBuilder.Built built = RandomPrograms.tame(seed);
      int chunks = built.program().chunks().size();
      if (built.program().residentChunks() > 0 && chunks > built.program().residentChunks() + 2) {
        return built;
      }
    }
    throw new AssertionError("no seed gives resident and streamed weights");
  }

  @Test
  void wipesActivationsAndStreamedWeightsAndKeepsResidentOnes() throws Exception {
    try (LoadedProgram loaded = new LoadedProgram(mixedWeights())) {
      loaded.engine.loadResident();
      loaded.write(loaded.inputs(1));
      loaded.engine.run();
      SecureLayout layout = loaded.layout;
      MemorySegment resident =
          loaded.block.asSlice(layout.residentOffset(), layout.residentBytes());
      byte[] weights = resident.toArray(ValueLayout.JAVA_BYTE);
      loaded.engine.wipe();
      assertThat(loaded.block.asSlice(layout.arenaOffset(), layout.arenaBytes()))
          .satisfies(EngineTest::isZero);
      assertThat(loaded.block.asSlice(layout.windowOffset(), layout.windowBytes()))
          .satisfies(EngineTest::isZero);
      assertThat(resident.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(weights);
      assertThat(loaded.marginsAreUntouched()).isTrue();
    }
  }

  private static void isZero(MemorySegment segment) {
    assertThat(segment.byteSize()).isPositive();
    assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
  }

  @Test
  void refusesMemoryThatIsTooSmallOrMisalignedOrOnTheHeap() throws Exception {
    VerifiedProgram program = Verifier.verify(RandomPrograms.tame(3).program());
    long footprint = SecureLayout.of(program.program(), 1000).footprint();
    ChunkSource none = (chunk, into) -> {};
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(footprint + 64, 64);
      assertThatThrownBy(() -> Engine.open(program, 1000, memory.asSlice(0, footprint - 1), none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("too little memory: needed=%d, had=%d", footprint, footprint - 1);
      assertThatThrownBy(() -> Engine.open(program, 1000, memory.asSlice(32), none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not aligned to 64 bytes");
      assertThatThrownBy(
              () ->
                  Engine.open(
                      program, 1000, MemorySegment.ofArray(new byte[(int) footprint]), none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("native memory");
    }
  }

  @Test
  void refusesToRunInFreedMemory() throws Exception {
    LoadedProgram loaded = new LoadedProgram(RandomPrograms.tame(3));
    loaded.close();
    assertThatThrownBy(loaded.engine::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the engine's memory has been freed");
  }
}
