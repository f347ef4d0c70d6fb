package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Addresses;
import dev.strongroom.engine.kernel.Kernel;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.View;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Runs one verified Program in one block of memory. Everything is decided when it is opened: each
 * step is a kernel that holds absolute addresses, and a run allocates nothing.
 *
 * <p>Kernels reach the block without bounds checks. It must stay allocated as long as the engine is
 * used; whoever frees it during {@link #run} corrupts the process. An engine serves one caller at a
 * time. With more than one thread, large steps are shared among them ({@link StepParts}), and
 * chunks are opened beside the steps that do not wait for them.
 */
public final class Engine implements AutoCloseable {
  /** The most threads that an engine runs on. */
  public static final int MOST_THREADS = 16;

  /** Multiply-accumulates that take several times as long as telling another thread of them. */
  private static final long WORTH_SHARING = 200_000;

  private static final IntConsumer NOBODY = step -> {};

  private final Program program;
  private final SecureLayout layout;
  private final MemorySegment memory;
  private final MemorySegment activations;
  private final MemorySegment window;
  private final MemorySegment[] inputs;
  private final MemorySegment[] outputs;
  private final OpenChunks resident;

  /** For each step its parts, of which the first is the caller's. */
  private final Kernel[][] kernels;

  /** Steps that another thread may run while later ones run. */
  private final boolean[] opens;

  /** Steps that need what was opened last, or the memory that opening takes. */
  private final boolean[] waits;

  /** The first of them opens chunks too. */
  private final Worker[] workers;

  private final int[] streamed;
  private final HighWaterMark highWater;
  private long bytesOpened;

  private Engine(
      Program program,
      SecureLayout layout,
      MemorySegment memory,
      ChunkSource chunks,
      InputSource input,
      StepParts cutter,
      int threads) {
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
    this.kernels = new Kernel[steps.size()][];
    this.streamed = new int[steps.size()];
    this.opens = new boolean[steps.size()];
    this.waits = new boolean[steps.size()];
    FreeMemory free = new FreeMemory(program);
    List<List<Step>> parts = new ArrayList<>();
    Optional<View> opened = Optional.empty();
    for (int i = 0; i < kernels.length; i++) {
      Step step = steps.get(i);
      waits[i] = opened.isPresent() && needs(step, opened.get());
      parts.add(List.of(step));
      if (step instanceof Step.Open open) {
        kernels[i] = new Kernel[] {open(open, chunks)};
        streamed[i] = Math.toIntExact(open.into().extent());
        opens[i] = true;
        opened = Optional.of(open.into());
      } else if (step instanceof Step.Receive receive) {
        MemorySegment into = activations.asSlice(receive.into().offset(), receive.into().extent());
        long offset = receive.from().offset();
        kernels[i] = new Kernel[] {() -> input.receive(offset, into)};
      } else {
        int scratch = cutter.scratch(step);
        parts.set(i, cutter.of(step, scratch == 0 ? Optional.empty() : free.at(i, scratch)));
        kernels[i] =
            parts.get(i).stream().map(part -> Kernel.bind(part, addresses)).toArray(Kernel[]::new);
      }
    }
    this.workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker("strongroom-engine-" + (i + 1));
    }
    this.highWater = new HighWaterMark(steps, parts);
  }

  private Kernel open(Step.Open open, ChunkSource chunks) {
    return new OpenChunks(
        chunks,
        program.chunks(),
        open.firstChunk(),
        open.chunkCount(),
        window.asSlice(open.into().offset(), open.into().extent()));
  }

  /**
   * Whether a step must not run before {@code opened} is there: it reads it, or stages bytes too.
   */
  private static boolean needs(Step step, View opened) {
    return step instanceof Step.Receive
        || step.reads().stream()
            .anyMatch(
                view ->
                    view.space() == Space.WINDOW
                        && view.offset() < opened.end()
                        && opened.offset() < view.end());
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
    return open(program, programBytes, memory, chunks, input, 1);
  }

  /**
   * Binds a program to its memory, to be run by so many threads: the caller's and others, which end
   * when the engine is closed.
   *
   * @param chunks is asked by one thread at a time, not always the same one, and never while {@code
   *     input} is
   * @throws IllegalArgumentException also if there are fewer than 1 or more than {@link
   *     #MOST_THREADS} threads
   * @see #open(VerifiedProgram, long, MemorySegment, ChunkSource)
   */
  public static Engine open(
      VerifiedProgram program,
      long programBytes,
      MemorySegment memory,
      ChunkSource chunks,
      InputSource input,
      int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "an engine runs on 1 to %d threads, not %d".formatted(MOST_THREADS, threads));
    }
    StepParts parts = new StepParts(threads, WORTH_SHARING, StepParts.ROWS);
    return open(program, programBytes, memory, chunks, input, parts, threads);
  }

  static Engine open(
      VerifiedProgram program,
      long programBytes,
      MemorySegment memory,
      ChunkSource chunks,
      InputSource input,
      StepParts parts,
      int threads) {
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
    return new Engine(program.program(), layout, memory, chunks, input, parts, threads);
  }

  /**
   * Has C2 compile the kernels that {@code program} uses, on zeros in ordinary memory of its own,
   * so that the first inference is not the one that waits. Takes at most about one and a half
   * seconds.
   */
  public static void warmUp(VerifiedProgram program) {
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
    try {
      for (int i = 0; i < kernels.length; i++) {
        step(i);
        bytesOpened += streamed[i];
        highWater.step(i);
        done.accept(i);
      }
    } finally {
      // Also after a failure: nobody may write to memory that is about to be wiped.
      for (Worker worker : workers) {
        worker.await();
      }
    }
  }

  private void step(int i) {
    Kernel[] parts = kernels[i];
    if (workers.length > 0 && (waits[i] || opens[i])) {
      workers[0].await();
    }
    if (workers.length > 0 && opensBeside(i)) {
      workers[0].ask(parts[0]);
    } else if (parts.length == 1) {
      parts[0].run();
    } else {
      share(parts);
    }
  }

  /**
   * Whether there is something to do while step {@code i} opens chunks. Where the next step waits
   * for them, they are better opened by the thread that will read them, into its own cache.
   */
  private boolean opensBeside(int i) {
    return opens[i] && i + 1 < kernels.length && !waits[i + 1] && !opens[i + 1];
  }

  /** Runs parts at the same time; that of the thread that may still open chunks in this one. */
  private void share(Kernel[] parts) {
    int given = workers[0].isBusy() ? 2 : 1;
    for (int k = given; k < parts.length; k++) {
      workers[k - 1].ask(parts[k]);
    }
    for (int k = 0; k < given; k++) {
      parts[k].run();
    }
    for (int k = given; k < parts.length; k++) {
      workers[k - 1].await();
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

  /** Ends the threads that the engine has started. */
  @Override
  public void close() {
    for (Worker worker : workers) {
      worker.close();
    }
  }

  private void alive() {
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("the engine's memory has been freed");
    }
  }
}
