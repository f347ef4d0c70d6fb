package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Addresses;
import dev.strongroom.engine.kernel.Kernel;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.VerifiedProgram;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Runs one verified Program in one block of memory. Everything is decided when it is opened: each
 * step is a kernel that holds absolute addresses, and a run allocates nothing.
 *
 * <p>Kernels reach the block without bounds checks. It must stay allocated as long as the engine is
 * used; whoever frees it during {@link #run} corrupts the process. An engine serves one thread at a
 * time.
 */
public final class Engine {
  private static final IntConsumer NOBODY = step -> {};

  private final Program program;
  private final SecureLayout layout;
  private final MemorySegment memory;
  private final MemorySegment activations;
  private final MemorySegment window;
  private final MemorySegment[] inputs;
  private final MemorySegment[] outputs;
  private final OpenChunks resident;
  private final Kernel[] kernels;
  private final int[] streamed;
  private final HighWaterMark highWater;
  private long bytesOpened;

  private Engine(
      Program program,
      SecureLayout layout,
      MemorySegment memory,
      ChunkSource chunks,
      InputSource input) {
    this.program = program;
    this.layout = layout;
    this.memory = memory;
    this.activations = memory.asSlice(layout.arenaOffset(), layout.arenaBytes());
    this.window = memory.asSlice(layout.windowOffset(), layout.windowBytes());
    this.inputs = segments(program.inputs());
    this.outputs = segments(program.outputs());
    this.resident =
        new OpenChunks(
            chunks,
            program.chunks(),
            0,
            program.residentChunks(),
            memory.asSlice(layout.residentOffset(), layout.residentBytes()));
    Addresses addresses =
        new Addresses(
            memory.address() + layout.arenaOffset(),
            memory.address() + layout.windowOffset(),
            memory.address() + layout.residentOffset());
    List<Step> steps = program.steps();
    this.kernels = new Kernel[steps.size()];
    this.streamed = new int[steps.size()];
    for (int i = 0; i < kernels.length; i++) {
      if (steps.get(i) instanceof Step.Open open) {
        kernels[i] =
            new OpenChunks(
                chunks,
                program.chunks(),
                open.firstChunk(),
                open.chunkCount(),
                window.asSlice(open.into().offset(), open.into().extent()));
        streamed[i] = Math.toIntExact(open.into().extent());
      } else if (steps.get(i) instanceof Step.Receive receive) {
        MemorySegment into = activations.asSlice(receive.into().offset(), receive.into().extent());
        long offset = receive.from().offset();
        kernels[i] = () -> input.receive(offset, into);
      } else {
        kernels[i] = Kernel.bind(steps.get(i), addresses);
      }
    }
    this.highWater = new HighWaterMark(steps);
  }

  private MemorySegment[] segments(List<Port> ports) {
    return ports.stream()
        .map(
            port ->
                port.view().space() == Space.INPUT
                    ? MemorySegment.NULL
                    : activations.asSlice(port.view().offset(), port.view().extent()))
        .toArray(MemorySegment[]::new);
  }

  /**
   * Binds a program to its memory.
   *
   * @param programBytes length of the encoded Program, which lies at the start of {@code memory}
   * @param memory native, laid out as {@link SecureLayout#of} says; it may be longer
   * @throws IllegalArgumentException if {@code memory} is no native memory, shorter than the
   *     footprint, or does not start at a multiple of {@link Program#ALIGNMENT}
   */
  public static Engine open(
      VerifiedProgram program, long programBytes, MemorySegment memory, ChunkSource chunks) {
    return open(program, programBytes, memory, chunks, InputSource.NONE);
  }

  /**
   * Binds a program one of whose inputs crosses piece by piece to its memory.
   *
   * @param input where that input comes from
   * @see #open(VerifiedProgram, long, MemorySegment, ChunkSource)
   */
  public static Engine open(
      VerifiedProgram program,
      long programBytes,
      MemorySegment memory,
      ChunkSource chunks,
      InputSource input) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalStateException("views are little-endian, this machine is not");
    }
    SecureLayout layout = SecureLayout.of(program.program(), programBytes);
    if (!memory.isNative() || memory.isReadOnly()) {
      throw new IllegalArgumentException("needs writable native memory, not " + memory);
    }
    if (memory.byteSize() < layout.footprint()) {
      throw new IllegalArgumentException(
          "too little memory: needed=%d, had=%d".formatted(layout.footprint(), memory.byteSize()));
    }
    if (memory.address() % Program.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "memory at %#x is not aligned to %d bytes"
              .formatted(memory.address(), Program.ALIGNMENT));
    }
    return new Engine(program.program(), layout, memory, chunks, input);
  }

  /**
   * Has C2 compile the kernels that {@code program} uses, on zeros in ordinary memory of its own,
   * so that the first inference is not the one that waits. Takes at most about one and a half
   * seconds.
   */
  public static void warmUp(VerifiedProgram program) {
    VectorProfile.collect();
    WarmUp.run(program.program());
  }

  /** Opens the resident chunks. To be called once, before the first {@link #run}. */
  public void loadResident() {
    alive();
    resident.run();
    highWater.prefix(Space.RESIDENT, program.residentBytes());
  }

  /** Executes every step, from the inputs that were written to the outputs. */
  public void run() {
    run(NOBODY);
  }

  /**
   * Executes every step as {@link #run()} does, for those who measure what each of them takes.
   *
   * @param done is told the index of each step when it is done; what it takes counts as the next
   *     step's
   */
  public void run(IntConsumer done) {
    alive();
    bytesOpened = 0;
    for (int i = 0; i < kernels.length; i++) {
      kernels[i].run();
      bytesOpened += streamed[i];
      highWater.step(i);
      done.accept(i);
    }
  }

  /**
   * Input {@code port}'s memory, dense in its view's order; to be written before a run. Nothing of
   * an input that crosses piece by piece: it has no memory of its own.
   */
  public MemorySegment input(int port) {
    if (program.inputs().get(port).view().space() == Space.INPUT) {
      return inputs[port];
    }
    highWater.view(program.inputs().get(port).view());
    return inputs[port];
  }

  /** Output {@code port}'s memory, dense, in the model's own order; valid after a run. */
  public MemorySegment output(int port) {
    highWater.view(program.outputs().get(port).view());
    return outputs[port];
  }

  /**
   * Bytes of the block that have been in use so far: the Program's own, staging, and each space up
   * to the farthest byte that executed steps, resident weights, inputs and outputs have reached.
   */
  public long highWater() {
    return layout.programBytes() + highWater.bytes() + layout.stagingBytes();
  }

  /** Plaintext bytes of weights that were streamed in during the last run. */
  public long bytesOpened() {
    return bytesOpened;
  }

  /** Overwrites everything that an inference left behind in arena and window with zeros. */
  public void wipe() {
    activations.fill((byte) 0);
    window.fill((byte) 0);
  }

  private void alive() {
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("the engine's memory has been freed");
    }
  }
}
