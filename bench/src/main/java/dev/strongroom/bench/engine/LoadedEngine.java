package dev.strongroom.bench.engine;

import dev.strongroom.engine.Engine;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.Verifier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Our engine with a compiled model, bound as the trusted side binds it, but to ordinary memory and
 * without a world around it.
 */
final class LoadedEngine implements Runner {
  /** The trusted side's memory begins at a page. */
  private static final int PAGE = 4096;

  private final Arena arena = Arena.ofShared();
  private final Program program;
  private final List<MemorySegment> inputs = new ArrayList<>();
  private final Engine engine;

  /**
   * Loads {@code model}, its kernels compiled.
   *
   * @param tensors a value for each input
   * @param threads to run on
   * @throws InvalidProgramException if the Program breaks a rule
   */
  LoadedEngine(CompiledModel model, WeightStore store, Map<String, Tensor> tensors, int threads)
      throws InvalidProgramException {
    program = model.program();
    int programBytes = ProgramCodec.encode(program).length;
    SecureLayout layout = SecureLayout.of(program, programBytes);
    MemorySegment memory = arena.allocate(layout.footprint(), PAGE);
    VerifiedProgram verified = Verifier.verify(program);
    for (Port port : program.inputs()) {
      Tensor tensor = tensors.get(port.name());
      if (tensor == null) {
        throw new IllegalArgumentException("input %s has no value".formatted(port.name()));
      }
      inputs.add(ModelInputs.arranged(tensor, port.view(), arena));
    }
    engine =
        Engine.open(
            verified,
            programBytes,
            memory,
            store.of(model, memory.asSlice(layout.stagingOffset(), layout.stagingBytes())),
            this::receive,
            threads);
    Engine.warmUp(verified);
    engine.loadResident();
  }

  /** The one input that crosses piece by piece, if there is one. */
  private void receive(long offset, MemorySegment into) {
    int port = IntStream.range(0, inputs.size()).filter(this::isReceived).findFirst().orElseThrow();
    MemorySegment.copy(inputs.get(port), offset, into, 0, into.byteSize());
  }

  private boolean isReceived(int port) {
    return program.inputs().get(port).view().space() == Space.INPUT;
  }

  @Override
  public void run() {
    writeInputs();
    engine.run();
  }

  /** Answers once, and tells {@code done} of each step that was executed. */
  void run(IntConsumer done) {
    writeInputs();
    engine.run(done);
  }

  /** Executes the steps alone, on inputs that no step before has written over. */
  void runSteps() {
    engine.run();
  }

  /** Inputs die in a run, and their memory is used again: each run needs them anew. */
  private void writeInputs() {
    for (int i = 0; i < inputs.size(); i++) {
      if (!isReceived(i)) {
        engine.input(i).copyFrom(inputs.get(i));
      }
    }
  }

  @Override
  public Map<String, float[]> outputs() {
    run();
    Map<String, float[]> outputs = new LinkedHashMap<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      outputs.put(
          program.outputs().get(i).name(),
          engine.output(i).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    }
    return outputs;
  }

  @Override
  public void close() {
    engine.close();
    arena.close();
  }
}
