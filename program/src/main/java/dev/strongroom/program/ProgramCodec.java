package dev.strongroom.program;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The binary form of a Program, as {@link ProgramHeaderDescriptor} and the descriptors it names lay
 * it out. What repeats itself is written as loops, which are gone once the Program is decoded. All
 * sizes and offsets are below 2 GiB, so four bytes hold each.
 *
 * <p>Decoding says that the bytes are well-formed, nothing more; {@link Verifier} says whether the
 * Program may run.
 */
public final class ProgramCodec {
  private ProgramCodec() {}

  /**
   * Encodes {@code program}.
   *
   * @throws ProgramLimitException if a value is too large for its field, with the value, or there
   *     are more steps, allocations or chunks than a Program may have
   * @throws IllegalArgumentException if a value is none that a Program may have, with the value
   */
  public static byte[] encode(Program program) {
    Optional<String> tooMany =
        tooMany(program.steps().size(), program.allocations().size(), program.chunks().size());
    if (tooMany.isPresent()) {
      throw new ProgramLimitException(tooMany.get());
    }
    LittleEndianWriter out = new LittleEndianWriter();
    out.u32("magic", ProgramHeaderDescriptor.MAGIC);
    out.u16("version", ProgramHeaderDescriptor.VERSION);
    out.u8("input count", program.inputs().size());
    out.u8("output count", program.outputs().size());
    out.u32("encoded bytes", 0);
    out.u32("arena bytes", program.arenaBytes());
    out.u32("window bytes", program.windowBytes());
    out.u32("staging bytes", program.stagingBytes());
    out.u32("chunk count", program.chunks().size());
    out.u32("resident chunks", program.residentChunks());
    out.u32("allocation count", program.allocations().size());
    out.u32("step count", program.steps().size());
    out.bytes(program.weightsDigest().bytes());
    for (int chunk : program.chunks()) {
      if (chunk % ChunkDescriptor.UNIT != 0) {
        throw new IllegalArgumentException(
            "a chunk's length must be a multiple of %d: %d".formatted(ChunkDescriptor.UNIT, chunk));
      }
      out.u16("chunk length", chunk / ChunkDescriptor.UNIT);
    }
    AllocationCodec.writeAll(out, program.allocations());
    program.inputs().forEach(port -> writePort(out, port));
    program.outputs().forEach(port -> writePort(out, port));
    StepCodec.writeAll(out, program.steps());
    out.patchU32(ProgramHeaderDescriptor.ENCODED_BYTES_OFFSET, out.position());
    return out.toByteArray();
  }

  /**
   * Decodes exactly the bytes of {@code encoded}, which must be private to the caller: bytes that
   * someone else may still change are not safe to parse. What is allocated is bounded by the
   * segment's size, {@link Program#MAX_STEPS}, {@link Program#MAX_ALLOCATIONS} and {@link
   * Program#MAX_CHUNKS}.
   *
   * @throws InvalidProgramException for bytes that are no Program's encoding, naming the byte at
   *     which reading ended
   */
  public static Program decode(MemorySegment encoded) throws InvalidProgramException {
    LittleEndianReader in = new LittleEndianReader(encoded);
    int magic = in.bits32("magic");
    if (magic != ProgramHeaderDescriptor.MAGIC) {
      throw in.refusal(
          "not a Program: magic %08x instead of %08x"
              .formatted(magic, ProgramHeaderDescriptor.MAGIC));
    }
    int version = in.u16("version");
    if (version != ProgramHeaderDescriptor.VERSION) {
      throw in.refusal(
          "a Program of version %d, known is version %d"
              .formatted(version, ProgramHeaderDescriptor.VERSION));
    }
    int inputCount = in.u8("input count");
    int outputCount = in.u8("output count");
    int encodedBytes = in.u32("encoded bytes");
    if (encodedBytes != encoded.byteSize()) {
      throw in.refusal(
          "the Program says it has %d bytes, but there are %d"
              .formatted(encodedBytes, encoded.byteSize()));
    }
    int arenaBytes = in.u32("arena bytes");
    int windowBytes = in.u32("window bytes");
    int stagingBytes = in.u32("staging bytes");
    int chunkCount = in.u32("chunk count");
    int residentChunks = in.u32("resident chunks");
    int allocationCount = in.u32("allocation count");
    int stepCount = in.u32("step count");
    Optional<String> tooMany = tooMany(stepCount, allocationCount, chunkCount);
    if (tooMany.isPresent()) {
      throw in.refusal(tooMany.get());
    }
    if (residentChunks > chunkCount) {
      throw in.refusal(
          "%d resident chunks, but %d chunks in all".formatted(residentChunks, chunkCount));
    }
    Digest digest =
        Digest.of(in.bytes("weights digest", ProgramHeaderDescriptor.WEIGHTS_DIGEST_LENGTH));
    List<Integer> chunks = readChunks(in, chunkCount);
    List<Allocation> allocations = AllocationCodec.readAll(in, allocationCount);
    List<Port> inputs = readPorts(in, inputCount);
    List<Port> outputs = readPorts(in, outputCount);
    List<Step> steps = StepCodec.readAll(in, stepCount);
    in.expectEnd("the last step");
    return new Program(
        inputs,
        outputs,
        arenaBytes,
        windowBytes,
        stagingBytes,
        chunks,
        residentChunks,
        digest,
        allocations,
        steps);
  }

  /** What to say where there are more of something than a Program may have. */
  private static Optional<String> tooMany(int steps, int allocations, int chunks) {
    return steps <= Program.MAX_STEPS
            && allocations <= Program.MAX_ALLOCATIONS
            && chunks <= Program.MAX_CHUNKS
        ? Optional.empty()
        : Optional.of(
            "%d steps, %d allocations and %d chunks, but no Program has more than %d, %d and %d"
                .formatted(
                    steps,
                    allocations,
                    chunks,
                    Program.MAX_STEPS,
                    Program.MAX_ALLOCATIONS,
                    Program.MAX_CHUNKS));
  }

  private static List<Integer> readChunks(LittleEndianReader in, int count)
      throws InvalidProgramException {
    in.checkCount("chunks", count, ChunkDescriptor.LENGTH);
    List<Integer> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chunks.add(in.u16("chunk length") * ChunkDescriptor.UNIT);
    }
    return chunks;
  }

  private static void writePort(LittleEndianWriter out, Port port) {
    byte[] name = utf8(port.name());
    out.u8("length of a port's name", name.length);
    out.bytes(name);
    OperandCodec.writeView(out, port.view());
  }

  private static byte[] utf8(String name) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
      byte[] result = new byte[bytes.remaining()];
      bytes.get(result);
      return result;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a port's name is no Unicode text: " + name, e);
    }
  }

  private static List<Port> readPorts(LittleEndianReader in, int count)
      throws InvalidProgramException {
    List<Port> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] name = in.bytes("a port's name", in.u8("length of a port's name"));
      try {
        // A decoder of one's own refuses malformed input; the String constructor would replace it.
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
        ports.add(new Port(text, OperandCodec.readView(in)));
      } catch (CharacterCodingException e) {
        throw in.refusal("a port's name is no UTF-8");
      }
    }
    return ports;
  }
}
