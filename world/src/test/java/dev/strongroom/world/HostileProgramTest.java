package dev.strongroom.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Allocation;
import dev.strongroom.program.ChunkDescriptor;
import dev.strongroom.program.Digest;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.ProgramHeaderDescriptor;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.Verifier;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import dev.strongroom.seal.ModelContent;
import dev.strongroom.seal.ModelIdentity;
import dev.strongroom.seal.Sealer;
import dev.strongroom.seal.VendorPrivateKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A trusted vendor may seal any Program at all: what it claims costs the trusted side no more than
 * its own size, and the next model is served.
 */
class HostileProgramTest {
  private static final long BUDGET = 7 << 20;
  private static final long NEARLY_2_GIB = (1L << 31) - (1L << 22);
  private static final VendorPrivateKey VENDOR = VendorPrivateKey.generate();
  private static final ByteBuffer NO_WEIGHTS = ByteBuffer.allocate(0);
  private static SecureWorld world;

  @BeforeEach
  void openWorld() throws WorldException {
    world = open(BUDGET);
  }

  private static SecureWorld open(long secureMemory) throws WorldException {
    return SecureWorld.open(
        LocalWorldOptions.of(secureMemory).withTrustedVendors(List.of(VENDOR.publicKey())));
  }

  @AfterEach
  void closeWorld() {
    world.close();
  }

  @Test
  void aWindowOfNearly2GiBIsRefusedForItsSize() throws Exception {
    TinyModel tiny = TinyModel.of(1);
    Program small = tiny.program();
    long far = NEARLY_2_GIB - Program.align(TinyModel.STREAMED_BYTES);
    List<Allocation> allocations =
        small.allocations().stream()
            .map(
                a ->
                    a.space() == Space.WINDOW
                        ? new Allocation(a.space(), far, a.bytes(), a.firstStep(), a.lastStep())
                        : a)
            .toList();
    List<Step> steps =
        small.steps().stream()
            .map(
                step ->
                    step.with(
                        step.reads().stream().map(view -> inWindow(view, far)).toList(),
                        inWindow(step.writes(), far)))
            .toList();
    Program program =
        new Program(
            small.inputs(),
            small.outputs(),
            small.arenaBytes(),
            NEARLY_2_GIB,
            small.stagingBytes(),
            small.chunks(),
            small.residentChunks(),
            small.weightsDigest(),
            allocations,
            steps);
    assertRefused(
        ErrorCode.OUT_OF_MEMORY, seal(verified(program), ByteBuffer.wrap(tiny.weights())));
  }

  @Test
  void anArenaOfNearly2GiBIsRefusedForItsSize() throws Exception {
    View far = View.dense(Space.ARENA, ElementType.F32, NEARLY_2_GIB - 64, 1);
    Program program =
        program(
            NEARLY_2_GIB,
            List.of(
                new Allocation(Space.ARENA, 0, 64, 0, 0),
                new Allocation(Space.ARENA, NEARLY_2_GIB - 64, 64, 0, 0)),
            List.of(new Step.Unary(floats(0, 1), far, Activation.NONE)));
    assertRefused(ErrorCode.OUT_OF_MEMORY, seal(verified(program), NO_WEIGHTS));
  }

  @Test
  void aTableOfMillionsOfChunksIsRefused() throws Exception {
    Program program =
        program(
            128,
            List.of(
                new Allocation(Space.ARENA, 0, 64, 0, 0),
                new Allocation(Space.ARENA, 64, 64, 0, 0)),
            List.of(new Step.Unary(floats(0, 1), floats(64, 1), Activation.NONE)));
    byte[] encoded = withChunks(ProgramCodec.encode(program), 3_600_000);
    ModelContent content =
        new ModelContent(encoded, NO_WEIGHTS, List.of(), program.weightsDigest());
    byte[] sealed =
        Sealer.of(VENDOR, world.devicePublicKey()).seal(content, new ModelIdentity("chunks", 1));
    assertRefused(ErrorCode.PROGRAM_REFUSED, sealed);
  }

  @Test
  void theLongestProgramThereCanBeIsLoaded() throws Exception {
    int last = Program.MAX_STEPS - 1;
    long out = 64L * PackedWeights.MIN_SCRATCH;
    long more = out + 64L * Program.MAX_STEPS;
    List<Allocation> allocations = new ArrayList<>();
    allocations.add(new Allocation(Space.ARENA, 0, 64, 0, last));
    allocations.add(new Allocation(Space.ARENA, 64, out - 64, 0, last));
    allocations.add(new Allocation(Space.ARENA, out, more - out, 0, last));
    while (allocations.size() < Program.MAX_ALLOCATIONS) {
      int step = allocations.size() % Program.MAX_STEPS;
      int row = allocations.size() / Program.MAX_STEPS;
      allocations.add(new Allocation(Space.ARENA, more + 64 * row, 64, step, step));
    }
    int[] packed = PackedWeights.quantizedConv(1, 1, Window2d.POINTWISE);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < Program.MAX_STEPS; i++) {
      steps.add(
          new Step.QuantizedConv2d(
              floats(0, 1, 1, 1, 1),
              View.dense(Space.RESIDENT, ElementType.I8, 0, packed),
              floats(64, PackedWeights.MIN_SCRATCH),
              floats(out + 64L * i, 1, 1, 1, 1),
              Window2d.POINTWISE,
              0,
              Activation.NONE,
              Saturation.NONE));
    }
    byte[] weights = new byte[Math.toIntExact(Program.align((long) packed[1] * packed[2]))];
    Program program =
        new Program(
            List.of(new Port("x", floats(0, 1))),
            List.of(new Port("y", floats(out, 1))),
            more + 2 * 64,
            0,
            weights.length + Program.TAG_BYTES,
            List.of(weights.length),
            1,
            Digest.over(weights),
            allocations,
            steps);
    try (Session session = load(seal(verified(program), ByteBuffer.wrap(weights)))) {
      assertThat(session.status().footprint()).isLessThanOrEqualTo(BUDGET);
    }
  }

  @Test
  void aLargeWorldHasRoomToVerifyWhatFitsIt() throws Exception {
    long arena = 255L << 20;
    long far = arena - 128;
    View bytes = View.dense(Space.ARENA, ElementType.U8, 0, 4);
    View repeated = View.of(Space.ARENA, ElementType.F32, 0, new int[] {8}, new int[] {0});
    View even = View.of(Space.ARENA, ElementType.F32, far, new int[] {8}, new int[] {2});
    Program program =
        program(
            arena,
            List.of(
                new Allocation(Space.ARENA, 0, 64, 0, 3),
                new Allocation(Space.ARENA, 64, 64, 3, 3),
                new Allocation(Space.ARENA, far, 128, 0, 3)),
            List.of(
                // Elements of one byte have every byte of ARENA followed by itself.
                new Step.Copy(bytes, bytes.shift(4)),
                new Step.Unary(repeated, even, Activation.NONE),
                // Views that interleave are compared in a further set.
                new Step.Unary(even, even.shift(4), Activation.NONE),
                new Step.Unary(even, floats(64, 8), Activation.NONE)));
    try (SecureWorld large = openIfAllowed(256 << 20)) {
      byte[] sealed =
          TinyModel.sealed(verified(program), NO_WEIGHTS, VENDOR, large.devicePublicKey());
      try (Session session = large.load(ByteBuffer.wrap(sealed))) {
        assertThat(session.status().budget()).isEqualTo(256 << 20);
      }
    }
  }

  /** An ordinary user may mostly lock less. */
  private static SecureWorld openIfAllowed(long secureMemory) throws WorldException {
    try {
      return open(secureMemory);
    } catch (WorldException e) {
      assumeFalse(e.code() == ErrorCode.LOCK_LIMIT, e.getMessage());
      throw e;
    }
  }

  private static View floats(long offset, int... shape) {
    return View.dense(Space.ARENA, ElementType.F32, offset, shape);
  }

  private static View inWindow(View view, long offset) {
    return view.space() == Space.WINDOW ? view.shift(offset) : view;
  }

  private static Program program(long arenaBytes, List<Allocation> allocations, List<Step> steps) {
    return new Program(
        List.of(new Port("x", floats(0, 1))),
        List.of(new Port("y", steps.getLast().writes())),
        arenaBytes,
        0,
        1024,
        List.of(),
        0,
        Digest.over(new byte[0]),
        allocations,
        steps);
  }

  /** {@code program}, in which nothing but its size is wrong. */
  private static Program verified(Program program) throws InvalidProgramException {
    return Verifier.verify(program).program();
  }

  /** An encoded Program without chunks, given so many of 512 KiB each. */
  private static byte[] withChunks(byte[] encoded, int count) {
    ByteBuffer bytes =
        ByteBuffer.allocate(encoded.length + count * ChunkDescriptor.LENGTH)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(encoded, 0, ProgramHeaderDescriptor.LENGTH);
    for (int i = 0; i < count; i++) {
      bytes.putShort((short) (512 * 1024 / ChunkDescriptor.UNIT));
    }
    bytes.put(
        encoded, ProgramHeaderDescriptor.LENGTH, encoded.length - ProgramHeaderDescriptor.LENGTH);
    return bytes
        .putInt(ProgramHeaderDescriptor.ENCODED_BYTES_OFFSET, bytes.capacity())
        .putInt(ProgramHeaderDescriptor.CHUNK_COUNT_OFFSET, count)
        .array();
  }

  private static byte[] seal(Program program, ByteBuffer weights) {
    return TinyModel.sealed(program, weights, VENDOR, world.devicePublicKey());
  }

  private static Session load(byte[] sealed) throws WorldException {
    return world.load(ByteBuffer.wrap(sealed));
  }

  /** It is refused, and the world still serves. */
  private static void assertRefused(ErrorCode code, byte[] sealed) throws WorldException {
    WorldException refused = catchThrowableOfType(WorldException.class, () -> load(sealed));
    assertThat(refused).as("should be refused with %s", code).isNotNull();
    assertThat(refused.code()).as(refused.getMessage()).isEqualTo(code);
    TinyModel model = TinyModel.of(2);
    try (Session session = load(model.sealFor(VENDOR, world.devicePublicKey()))) {
      var input = TinyModel.input(3);
      float[] answer = new float[TinyModel.OUTPUT_BYTES / 4];
      session.infer(input).get(TinyModel.OUTPUT).asFloatBuffer().get(answer);
      assertThat(answer).containsExactly(model.expected(input), within(1e-5f));
    }
  }
}
