package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepeatTest {
  private static Step copy(long from, long to, int elements) {
    return new Step.Copy(
        View.dense(Space.ARENA, ElementType.F32, from, elements),
        View.dense(Space.ARENA, ElementType.F32, to, elements));
  }

  private static Step open(int chunk) {
    return new Step.Open(chunk, 1, View.dense(Space.WINDOW, ElementType.U8, 0, 64));
  }

  private static Program of(List<Step> steps, List<Allocation> allocations) {
    Port port = new Port("x", View.dense(Space.ARENA, ElementType.F32, 0, 1));
    return new Program(
        List.of(port),
        List.of(port),
        1 << 20,
        64,
        80,
        List.of(64),
        0,
        new Digest("0".repeat(2 * Digest.BYTES)),
        allocations,
        steps);
  }

  private static Program roundTrip(Program program) throws InvalidProgramException {
    return ProgramCodec.decode(MemorySegment.ofArray(ProgramCodec.encode(program)));
  }

  @Test
  void aThousandEvenStepsTakeLittleMoreThanOne() throws InvalidProgramException {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      steps.add(open(i));
      steps.add(copy(0, 64L * i, 16));
    }
    Program program = of(steps, List.of());
    assertThat(roundTrip(program)).isEqualTo(program);
    assertThat(ProgramCodec.encode(program)).hasSizeLessThan(300);
  }

  @Test
  void loopsInLoopsComeBackAsTheyWere() throws InvalidProgramException {
    List<Step> steps = new ArrayList<>();
    for (int band = 0; band < 20; band++) {
      steps.add(copy(4096L + 256 * band, 0, 64));
      for (int block = 0; block < 12; block++) {
        steps.add(open(block));
        steps.add(copy(0, 8192L + 1024 * band + 64 * block, 16));
      }
    }
    Program program = of(steps, List.of());
    assertThat(roundTrip(program)).isEqualTo(program);
    assertThat(ProgramCodec.encode(program)).hasSizeLessThan(700);
  }

  @Test
  void stepsThatRepeatOnlyAlmostComeBackAsTheyWere() throws InvalidProgramException {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<Step> steps = new ArrayList<>();
      int stride = 64 * (1 + random.nextInt(4));
      for (int i = 0; i < 60; i++) {
        long at = (long) stride * i;
        // Now and then a step is out of line, larger, or left out.
        switch (random.nextInt(12)) {
          case 0 -> steps.add(copy(at + 4, 0, 16));
          case 1 -> steps.add(copy(at, 0, 17));
          case 2 -> {}
          default -> steps.add(copy(at, 0, 16));
        }
        if (i % 3 == 0) {
          steps.add(open(i / 3));
        }
      }
      Program program = of(steps, List.of());
      assertThat(roundTrip(program)).as("seed %d", seed).isEqualTo(program);
    }
  }

  @Test
  void recurringAllocationsTakeOneRecordAndComeBackAsTheyWere() throws InvalidProgramException {
    List<Allocation> allocations = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      allocations.add(new Allocation(Space.ARENA, 64, 640, 7 * i, 7 * i + 3));
    }
    allocations.add(new Allocation(Space.ARENA, 64, 640, 4000, 4010));
    Program program = of(List.of(open(0)), allocations);
    assertThat(roundTrip(program)).isEqualTo(program);
    assertThat(ProgramCodec.encode(program)).hasSizeLessThan(250);
  }

  @Test
  void aLoopOfStepsThatAreNotThereIsRefused() {
    List<Step> steps = new ArrayList<>(List.of(open(0)));
    assertThatThrownBy(() -> new Repeat(2, 1, List.of()).expand(steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repeats 2 steps, but 1 stand before it");
    assertThatThrownBy(() -> new Repeat(1, 1, List.of(new Repeat.Delta(1, 0, 64))).expand(steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("moves step 1 of a body of 1");
    assertThatThrownBy(() -> new Repeat(1, 1, List.of(new Repeat.Delta(0, 7, 64))).expand(steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("moves operand 7 of a Open");
    assertThatThrownBy(() -> new Repeat(1, 3, List.of(new Repeat.Delta(0, 0, -64))).expand(steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an offset would be -64");
  }

  @Test
  void aLoopBeyondTheStepsThatAreClaimedIsRefused() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      steps.add(open(i));
    }
    byte[] encoded = ProgramCodec.encode(of(steps, List.of()));
    // The number of repetitions stands before the count and the one delta of the only loop.
    int times = encoded.length - RepeatDescriptor.DELTA_LENGTH - 4;
    assertThat(encoded[times]).isEqualTo((byte) 99);
    encoded[times] = 100;
    assertThatThrownBy(() -> ProgramCodec.decode(MemorySegment.ofArray(encoded)))
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining("1 steps, 100 times, where 99 of 100 follow");
  }
}
