package dev.strongroom.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.DevicePublicKey;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.local.LocalConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalWorldTest {
  private static final long BUDGET = 64 * 1024;
  private static final TinyModel MODEL = TinyModel.of(1);
  private static final VendorPrivateKey VENDOR = VendorPrivateKey.generate();
  private static SecureWorld world;

  @BeforeAll
  static void openWorld() throws WorldException {
    world = SecureWorld.open(options());
  }

  @AfterAll
  static void closeWorld() {
    world.close();
  }

  @Test
  void computesWhatTheModelSaysAsOftenAsAsked() throws Exception {
    try (Session session = load(MODEL)) {
      for (int seed = 0; seed < 5; seed++) {
        assertAnswers(session, MODEL, seed);
      }
      assertThat(session.status().inferences()).isEqualTo(5);
    }
  }

  @Test
  void loadsOneModelAfterAnotherEachInASessionOfItsOwn() throws Exception {
    for (int seed = 10; seed < 12; seed++) {
      TinyModel model = TinyModel.of(seed);
      try (Session session = load(model)) {
        assertAnswers(session, model, seed);
      }
    }
  }

  @Test
  void tellsThePortsOfTheModel() throws Exception {
    try (Session session = load(MODEL)) {
      assertThat(session.inputs())
          .containsExactly(new PortInfo(TinyModel.INPUT, ElementType.F32, 1, 8, 8, 4));
      assertThat(session.outputs())
          .containsExactly(new PortInfo(TinyModel.OUTPUT, ElementType.F32, 1, 8, 8, 16));
    }
  }

  @Test
  void reportsAFootprintThatIsExactlyTheLayoutsAndIsReachedToTheByte() throws Exception {
    SecureLayout layout = MODEL.layout();
    try (Session session = load(MODEL)) {
      session.infer(TinyModel.input(3));
      SessionStatus status = session.status();
      assertThat(status.layout()).isEqualTo(layout);
      assertThat(status.footprint()).isEqualTo(layout.footprint());
      assertThat(status.highWater()).isEqualTo(layout.footprint());
      assertThat(status.budget()).isEqualTo(BUDGET);
      assertThat(status.bytesOpened()).isEqualTo(TinyModel.STREAMED_BYTES);
      assertThat(status.chunksOpened()).isEqualTo(3);
      assertThat(status.memory()).isEqualTo(world.memory());
      assertThat(status.latency()).isPositive().isGreaterThan(status.opening());
      assertThat(status.opening()).isPositive();
    }
  }

  @Test
  void refusesASecondModelWhileOneIsLoaded() throws Exception {
    try (Session session = load(MODEL)) {
      assertRefused(ErrorCode.BUSY, () -> load(MODEL));
      assertAnswers(session, MODEL, 4);
    }
  }

  @Test
  void keepsTheSessionWhenAnInputIsMissingOrHasTheWrongSize() throws Exception {
    try (Session session = load(MODEL)) {
      assertThatThrownBy(() -> session.infer(Map.of()))
          .hasMessage("the model takes the inputs [x], not []");
      assertThatThrownBy(() -> session.infer(Map.of("x", ByteBuffer.allocate(12))))
          .hasMessage("input x F32[1, 8, 8, 4] has 1024 bytes, not 12");
      assertAnswers(session, MODEL, 5);
    }
  }

  @Test
  void saysHowMuchSecureMemoryAModelNeedsThatDoesNotFit() throws Exception {
    try (SecureWorld small = SecureWorld.open(options(8 * 1024))) {
      WorldException refused =
          assertRefused(
              ErrorCode.OUT_OF_MEMORY,
              () -> small.load(MODEL.seal(VENDOR, small.devicePublicKey())));
      String needed = ErrorCode.size(MODEL.layout().footprint());
      assertThat(refused)
          .hasMessage(
              "the model needs %s of secure memory, the world has 8 KiB; compile it for 8 KiB or"
                      .formatted(needed)
                  + " open the world with %s",
              needed);
    }
  }

  @Test
  void fitsAModelIntoTheWholePagesOfItsFootprint() throws Exception {
    long footprint = MODEL.layout().footprint();
    try (SecureWorld exact = SecureWorld.open(options(footprint));
        Session session = exact.load(MODEL.seal(VENDOR, exact.devicePublicKey()))) {
      assertAnswers(session, MODEL, 6);
      assertThat(session.status().budget()).isEqualTo(Math.ceilDiv(footprint, 4096L) * 4096);
    }
  }

  @Test
  void refusesAModelOfAVendorItDoesNotTrust() {
    assertRefused(
        ErrorCode.SIGNATURE_INVALID,
        () -> world.load(MODEL.seal(VendorPrivateKey.generate(), world.devicePublicKey())));
  }

  @Test
  void refusesAModelForAnotherDevice() {
    DevicePublicKey other = DevicePrivateKey.generate().publicKey();
    assertRefused(ErrorCode.WRONG_DEVICE, () -> world.load(MODEL.seal(VENDOR, other)));
  }

  @Test
  void refusesWhatIsNoSealedModel() {
    byte[] random = new byte[5000];
    new Random(7).nextBytes(random);
    assertRefused(ErrorCode.BAD_FORMAT, () -> world.load(ByteBuffer.wrap(random)));
    assertRefused(ErrorCode.BAD_FORMAT, () -> world.load(ByteBuffer.allocate(0)));
    ByteBuffer sealed = MODEL.seal(VENDOR, world.devicePublicKey());
    assertRefused(ErrorCode.BAD_FORMAT, () -> world.load(sealed.slice(0, sealed.remaining() - 1)));
  }

  @Test
  void refusesASealedModelWithAFlippedBitAnywhereItSamples() {
    byte[] sealed = MODEL.seal(VENDOR, world.devicePublicKey()).array();
    Random random = new Random(8);
    for (int i = 0; i < 60; i++) {
      int bit = random.nextInt(sealed.length * 8);
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      WorldException refused =
          catchThrowableOfType(
              WorldException.class,
              () -> {
                try (Session session = world.load(ByteBuffer.wrap(flipped))) {
                  session.infer(TinyModel.input(1));
                }
              });
      assertThat(refused).as("bit %d of the sealed model", bit).isNotNull();
      assertThat(refused.code()).as("bit %d", bit).isNotEqualTo(ErrorCode.GENERIC);
    }
  }

  @Test
  void readsTheDevicesKeyItself(@TempDir Path directory) throws Exception {
    try (DevicePrivateKey key = DevicePrivateKey.generate()) {
      key.save(directory.resolve("device"));
      LocalWorldOptions options = options().withDeviceDirectory(directory.resolve("device"));
      try (SecureWorld own = SecureWorld.open(options);
          Session session = own.load(MODEL.seal(VENDOR, key.publicKey()))) {
        assertThat(own.devicePublicKey()).isEqualTo(key.publicKey());
        assertAnswers(session, MODEL, 7);
      }
    }
  }

  @Test
  void saysWhenTheDeviceDirectoryHasNoKey(@TempDir Path empty) {
    assertRefused(
        ErrorCode.DEVICE_KEY, () -> SecureWorld.open(options().withDeviceDirectory(empty)));
  }

  @Test
  void loadsFromAFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("tiny.sealed");
    Files.write(file, MODEL.seal(VENDOR, world.devicePublicKey()).array());
    try (Session session = world.load(file)) {
      assertAnswers(session, MODEL, 8);
    }
    assertThatThrownBy(() -> world.load(directory.resolve("none"))).isInstanceOf(IOException.class);
  }

  @Test
  void saysThatTheTrustedSideHasEndedAndHow() throws Exception {
    try (SecureWorld doomed = SecureWorld.open(options());
        Session session = doomed.load(MODEL.seal(VENDOR, doomed.devicePublicKey()))) {
      ProcessHandle process = ((LocalConnection) doomed.connection()).process();
      process.destroyForcibly();
      process.onExit().get(10, TimeUnit.SECONDS);
      WorldException dead =
          assertRefused(ErrorCode.TARGET_DEAD, () -> session.infer(TinyModel.input(1)));
      assertThat(dead).hasMessageContaining("exit status 137");
    }
  }

  @Test
  void saysWhatTheVirtualMachineSaidWhenItDoesNotStart() {
    LocalWorldOptions broken = options().withUncheckedJvmFlags(List.of("-XX:+NoSuchFlag"));
    WorldException failed = assertRefused(ErrorCode.TARGET_DEAD, () -> SecureWorld.open(broken));
    assertThat(failed).hasMessageContaining("exit status 1").hasMessageContaining("NoSuchFlag");
  }

  @Test
  void leavesNoFilesAndNoProcessBehind() throws Exception {
    ProcessHandle process;
    try (SecureWorld brief = SecureWorld.open(options())) {
      process = ((LocalConnection) brief.connection()).process();
      try (var files = Files.list(Path.of("/dev/shm"))) {
        assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith("strongroom-"));
      }
    }
    assertThat(process.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
  }

  private static LocalWorldOptions options() {
    return options(BUDGET);
  }

  private static LocalWorldOptions options(long secureMemory) {
    return LocalWorldOptions.of(secureMemory).withTrustedVendors(List.of(VENDOR.publicKey()));
  }

  private static Session load(TinyModel model) throws WorldException {
    return world.load(model.seal(VENDOR, world.devicePublicKey()));
  }

  private static void assertAnswers(Session session, TinyModel model, long seed)
      throws WorldException {
    Map<String, ByteBuffer> input = TinyModel.input(seed);
    float[] answer = new float[TinyModel.OUTPUT_BYTES / 4];
    session.infer(input).get(TinyModel.OUTPUT).asFloatBuffer().get(answer);
    assertThat(answer)
        .as("input of seed %d", seed)
        .containsExactly(model.expected(input), within(1e-5f));
  }

  private static WorldException assertRefused(ErrorCode code, ThrowingCallable attempt) {
    WorldException refused = catchThrowableOfType(WorldException.class, attempt);
    assertThat(refused).as("should be refused with %s", code).isNotNull();
    assertThat(refused.code()).as(refused.getMessage()).isEqualTo(code);
    return refused;
  }
}
