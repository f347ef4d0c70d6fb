package dev.strongroom.world.trusted;

import dev.strongroom.engine.Engine;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.Verifier;
import dev.strongroom.seal.ChannelDescriptor;
import dev.strongroom.seal.SealException;
import dev.strongroom.seal.SealedModelHeader;
import dev.strongroom.seal.SealedModelOpener;
import dev.strongroom.seal.SecureChannel;
import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.MemoryKind;
import dev.strongroom.world.PortInfo;
import dev.strongroom.world.SessionStatus;
import dev.strongroom.world.protocol.ModelInfo;
import dev.strongroom.world.protocol.Payload;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A model in secure memory, ready to compute. */
final class LoadedModel implements AutoCloseable {
  private final SealedModelOpener opener;
  private final MemorySegment memory;
  private final SecureLayout layout;
  private final MemorySegment staging;
  private final ModelInfo info;
  private final long sealedInputs;
  private final long sealedOutputs;
  private final Engine engine;
  private Optional<Receiving> receiving = Optional.empty();

  /** Bytes of the sealed inputs that have been opened. */
  private long received;

  private long inferences;
  private long chunksOpened;
  private long opening;
  private long latency;

  private LoadedModel(
      SealedModelOpener opener,
      MemorySegment memory,
      VerifiedProgram verified,
      long programBytes,
      int threads) {
    Program program = verified.program();
    this.opener = opener;
    this.memory = memory;
    this.layout = SecureLayout.of(program, programBytes);
    this.staging = memory.asSlice(layout.stagingOffset(), program.stagingBytes());
    int recordBytes =
        Math.min(program.stagingBytes() - Program.TAG_BYTES, ChannelDescriptor.MAX_RECORD_BYTES);
    this.info = new ModelInfo(recordBytes, inputs(program), ports(program.outputs()));
    this.sealedInputs = Payload.sealedBytes(info.inputs(), recordBytes);
    this.sealedOutputs = Payload.sealedBytes(info.outputs(), recordBytes);
    this.engine =
        Engine.open(
            verified,
            programBytes,
            memory.asSlice(0, layout.footprint()),
            this::openChunk,
            this::receive,
            threads);
  }

  /**
   * Loads a sealed model into {@code memory}: opens its Program, verifies it, proves that it fits,
   * opens the weights that stay, and compiles the kernels it needs.
   *
   * @param threads that compute
   * @param opener this model's from here on, also if it is refused
   * @throws Refusal if the Program breaks a rule or does not fit
   */
  static LoadedModel load(SealedModelOpener opener, MemorySegment memory, int threads)
      throws Refusal {
    SealedModelHeader header = opener.header();
    long programBytes = header.programBytes();
    // Until the Program says where its staging lies, ciphertext is staged right behind it.
    long staging = Program.align(programBytes);
    requireRoom(Math.addExact(staging, opener.stagingBytes()), memory);
    opener.openProgram(memory.asSlice(staging, opener.stagingBytes()), memory);
    VerifiedProgram verified = verify(memory, header);
    LoadedModel model = new LoadedModel(opener, memory, verified, programBytes, threads);
    Engine.warmUp(verified);
    model.engine.loadResident();
    model.wipe();
    return model;
  }

  /**
   * Decodes and verifies the Program at the start of {@code memory}. The verifier keeps account of
   * every word of ARENA and WINDOW, so that their sizes are compared with what there is before.
   */
  private static VerifiedProgram verify(MemorySegment memory, SealedModelHeader header)
      throws Refusal {
    try {
      Program program = ProgramCodec.decode(memory.asSlice(0, header.programBytes()));
      if (!matches(program, header)) {
        throw new Refusal(ErrorCode.PROGRAM_REFUSED);
      }
      requireRoom(SecureLayout.of(program, header.programBytes()).footprint(), memory);
      return Verifier.verify(program);
    } catch (InvalidProgramException e) {
      throw new Refusal(ErrorCode.PROGRAM_REFUSED);
    }
  }

  /** Whether the Program and the seal speak of the same weights, and all ciphertext fits. */
  private static boolean matches(Program program, SealedModelHeader header) {
    List<Integer> chunks = program.chunks();
    boolean same =
        chunks.size() == header.chunkCount()
            && program.weightsDigest().equals(header.weightsDigest());
    for (int i = 0; same && i < chunks.size(); i++) {
      same =
          chunks.get(i) == header.chunkLength(i)
              && chunks.get(i) + Program.TAG_BYTES <= program.stagingBytes();
    }
    return same && program.stagingBytes() > Program.TAG_BYTES;
  }

  private static void requireRoom(long needed, MemorySegment memory) throws Refusal {
    if (needed > memory.byteSize()) {
      throw new Refusal(ErrorCode.OUT_OF_MEMORY, needed, memory.byteSize());
    }
  }

  /** Inputs as ports; the one that streams says in which pieces the steps receive it. */
  private static List<PortInfo> inputs(Program program) {
    int[] pieces =
        program.steps().stream()
            .filter(Step.Receive.class::isInstance)
            .mapToInt(step -> Math.toIntExact(step.writes().extent()))
            .toArray();
    List<PortInfo> infos = new ArrayList<>(ports(program.inputs()));
    for (int i = 0; i < infos.size(); i++) {
      if (program.inputs().get(i).view().space() == Space.INPUT) {
        infos.set(i, infos.get(i).inPieces(pieces));
      }
    }
    return infos;
  }

  private static List<PortInfo> ports(List<Port> ports) {
    return ports.stream()
        .map(
            port ->
                PortInfo.of(
                    port.name(),
                    port.view().type(),
                    port.view().shape(),
                    port.view().memoryOrder()))
        .toList();
  }

  ModelInfo info() {
    return info;
  }

  /**
   * Computes once, and leaves nothing of it behind.
   *
   * @param in all inputs, sealed, in the normal world's hands
   * @param out where all outputs go, sealed
   * @return bytes of {@code out} that were written
   * @throws Refusal if {@code in} has not the size of all inputs, or {@code out} is too small
   */
  long infer(SecureChannel channel, MemorySegment in, MemorySegment out) throws Refusal {
    if (in.byteSize() != sealedInputs) {
      throw new Refusal(ErrorCode.BAD_PARAMETERS);
    }
    if (out.byteSize() < sealedOutputs) {
      throw new Refusal(ErrorCode.SHORT_BUFFER, sealedOutputs, out.byteSize());
    }
    long start = System.nanoTime();
    chunksOpened = 0;
    opening = 0;
    try {
      open(channel, in);
      engine.run();
      seal(channel, out);
    } finally {
      receiving = Optional.empty();
      wipe();
    }
    inferences++;
    latency = System.nanoTime() - start;
    return sealedOutputs;
  }

  private void open(SecureChannel channel, MemorySegment in) throws Refusal {
    long at = 0;
    for (int port = 0; port < info.inputs().size(); port++) {
      if (info.inputs().get(port).pieces().length == 0) {
        at += open(channel, in, at, engine.input(port));
      }
    }
    receiving = Optional.of(new Receiving(channel, in));
    received = at;
  }

  /** Opens the message that begins at {@code at} and must fill {@code into}. */
  private long open(SecureChannel channel, MemorySegment in, long at, MemorySegment into)
      throws Refusal {
    long length = SecureChannel.sealedBytes(into.byteSize(), info.recordBytes());
    if (channel.open(Payload.INPUT, in.asSlice(at, length), staging, into) != into.byteSize()) {
      throw new Refusal(ErrorCode.BAD_PARAMETERS);
    }
    return length;
  }

  /** Where the pieces of an input come from during an inference. */
  private record Receiving(SecureChannel channel, MemorySegment in) {}

  /** Opens the next piece, which the session's counters bind to its place. */
  private void receive(long offset, MemorySegment into) {
    Receiving from = receiving.orElseThrow();
    try {
      received += open(from.channel(), from.in(), received, into);
    } catch (Refusal e) {
      throw new SealException(SealException.Reason.MALFORMED, "a piece has another length");
    }
  }

  private void seal(SecureChannel channel, MemorySegment out) {
    long at = 0;
    for (int port = 0; port < info.outputs().size(); port++) {
      MemorySegment tensor = engine.output(port);
      long length = SecureChannel.sealedBytes(tensor.byteSize(), info.recordBytes());
      at += channel.seal(Payload.OUTPUT, tensor, info.recordBytes(), out.asSlice(at, length));
    }
  }

  SessionStatus status(MemoryKind kind) {
    return new SessionStatus(
        kind,
        memory.byteSize(),
        layout,
        engine.highWater(),
        inferences,
        engine.bytesOpened(),
        chunksOpened,
        Duration.ofNanos(latency),
        Duration.ofNanos(opening));
  }

  private void openChunk(int chunk, MemorySegment into) {
    long start = System.nanoTime();
    opener.openChunk(chunk, staging, into);
    opening += System.nanoTime() - start;
    chunksOpened++;
  }

  /** Window, arena and staging, which lie one after another: all but what stays from run to run. */
  private void wipe() {
    memory
        .asSlice(layout.windowOffset(), layout.footprint() - layout.windowOffset())
        .fill((byte) 0);
  }

  /** Wipes the key of the weights, and everything in secure memory. */
  @Override
  public void close() {
    engine.close();
    opener.close();
    memory.fill((byte) 0);
  }
}
