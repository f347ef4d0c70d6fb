package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strongroom.program.fixtures.BruteForce;
import java.util.ArrayList;
import java.util.List;

/**
 * A Program that a test changes before it is verified. As it begins, it has one input "x" of 4,096
 * floats at byte 0 of ARENA and one output "y" of one float at byte 16,384; both have an allocation
 * of 16,384 bytes for all steps. RESIDENT holds one chunk of 16,384 bytes.
 */
final class Draft {
  static final int HALF = 16_384;

  final List<Port> inputs = new ArrayList<>(List.of(new Port("x", in(4096))));
  final List<Port> outputs = new ArrayList<>(List.of(new Port("y", out(1))));
  long arenaBytes = 2 * HALF;
  long windowBytes;
  int stagingBytes = HALF + Program.TAG_BYTES;
  final List<Integer> chunks = new ArrayList<>(List.of(HALF));
  int residentChunks = 1;
  final List<Allocation> allocations = new ArrayList<>();
  final List<Step> steps;

  private Draft(List<Step> steps) {
    this.steps = new ArrayList<>(steps);
    allocations.add(new Allocation(Space.ARENA, 0, HALF, 0, steps.size() - 1));
    allocations.add(new Allocation(Space.ARENA, HALF, HALF, 0, steps.size() - 1));
  }

  static Draft of(Step... steps) {
    return new Draft(List.of(steps));
  }

  /** One step that copies the first float of the input to the output. */
  static Draft valid() {
    return of(new Step.Unary(in(1), out(1), Activation.NONE));
  }

  /** Dense floats where the input is. */
  static View in(int... shape) {
    return View.dense(Space.ARENA, ElementType.F32, 0, shape);
  }

  /** Dense floats where the output is. */
  static View out(int... shape) {
    return View.dense(Space.ARENA, ElementType.F32, HALF, shape);
  }

  /** Dense floats where the resident weights are. */
  static View weights(int... shape) {
    return View.dense(Space.RESIDENT, ElementType.F32, 0, shape);
  }

  /** Adds a window of that size, live all the time, and chunks of those lengths that stream. */
  Draft window(long bytes, Integer... streamed) {
    windowBytes = bytes;
    allocations.add(new Allocation(Space.WINDOW, 0, bytes, 0, steps.size() - 1));
    chunks.addAll(List.of(streamed));
    return this;
  }

  Program program() {
    return new Program(
        inputs,
        outputs,
        arenaBytes,
        windowBytes,
        stagingBytes,
        chunks,
        residentChunks,
        Digest.over(new byte[0]),
        allocations,
        steps);
  }

  void assertAccepted() throws InvalidProgramException {
    Program program = program();
    assertThat(Verifier.verify(program).program()).isSameAs(program);
    assertThat(BruteForce.faults(program)).isEmpty();
  }

  void assertRefused(String message) {
    InvalidProgramException refusal =
        catchThrowableOfType(InvalidProgramException.class, () -> Verifier.verify(program()));
    assertThat(refusal).as("refused with: %s", message).isNotNull();
    assertThat(refusal).hasMessageContaining(message);
    assertThat(refusal.getMessage()).doesNotContain("\n").doesNotContain("%");
  }
}
