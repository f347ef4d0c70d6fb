package dev.strongroom.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.world.MemorySearch.Region;
import dev.strongroom.world.local.LocalConnection;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trusted side's process, attacked from outside. */
class HardeningTest {
  private static final long BUDGET = 256 * 1024;

  @TempDir private static Path shared;
  private static OrdinaryUser user;
  private static List<Path> classPath;
  private static SecureWorld world;

  @BeforeAll
  static void openWorld() throws Exception {
    user = new OrdinaryUser(shared);
    classPath = user.classPath();
    world = SecureWorld.open(LocalWorldOptions.of(BUDGET));
  }

  @AfterAll
  static void closeWorld() {
    world.close();
  }

  @Test
  void itDumpsNoCoreAndGainsNoPrivileges() throws Exception {
    assertThat(Files.readString(proc("limits"))).containsPattern("Max core file size +0 +0 ");
    try (var threads = Files.list(proc("task"))) {
      assertThat(threads)
          .hasSizeGreaterThan(5)
          .allSatisfy(
              thread ->
                  assertThat(Files.readAllLines(thread.resolve("status")))
                      .contains("NoNewPrivs:\t1"));
    }
  }

  @Test
  void itsHeapIsBoundedAndNobodyAttaches() throws Exception {
    assertThat(words("cmdline"))
        .contains("-Xmx" + ((64 << 20) + BUDGET), "-XX:+DisableAttachMechanism");
  }

  @Test
  void itInheritsNothingOfTheCallersEnvironmentOrDirectory() throws Exception {
    assertThat(System.getenv()).hasSizeGreaterThan(1);
    assertThat(words("environ")).containsExactly("LC_ALL=C.UTF-8");
    assertThat(proc("cwd").toRealPath()).isEqualTo(Path.of("/"));
  }

  @Test
  void itsArgumentsNameNothingButCode() throws Exception {
    assertThat(words("cmdline"))
        .noneMatch(word -> word.contains("/dev/shm") || word.contains("socket"))
        .endsWith("--module", "dev.strongroom.world/dev.strongroom.world.trusted.Main");
  }

  @Test
  void itsSecureMemoryHasExactlyTheSizeThatWasAskedFor() throws Exception {
    if (world.memory() == MemoryKind.SECRET) {
      Region secret = secretMemory();
      assertThat(secret.to() - secret.from()).isEqualTo(BUDGET);
    } else {
      assertThat(Files.readString(proc("status")))
          .containsPattern("VmLck:\\s+" + BUDGET / 1024 + " kB");
    }
  }

  @Test
  void evenRootReadsOtherMemoryOfItButNotTheSecretOne() throws Exception {
    if (OrdinaryUser.isRoot() && world.memory() == MemoryKind.SECRET) {
      Region other =
          MemorySearch.regions(proc("maps")).stream()
              .filter(region -> region.name().equals("[heap]"))
              .findFirst()
              .orElseThrow();
      assertThatCode(() -> read(other.from())).doesNotThrowAnyException();
      assertThatThrownBy(() -> read(secretMemory().from()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Input/output error");
    } else {
      assertThatThrownBy(() -> read(0)).isInstanceOf(FileNotFoundException.class);
    }
  }

  @Test
  void theUserWhoRunsItOpensTheCallersMemoryButNotTheTrustedSides() throws Exception {
    try (Holder holder = new Holder()) {
      assertThat(opensMemory(holder.process.pid())).as("the caller's memory").isTrue();
      assertThat(opensMemory(holder.trusted)).as("the trusted side's memory").isFalse();
    }
  }

  @Test
  void itDiesWithItsCallerEvenIfItIsStopped() throws Exception {
    try (Holder holder = new Holder()) {
      // A stopped process does not notice that its connection ends: only the kernel ends it.
      assertThat(user.run("kill -STOP " + holder.trusted)).isZero();
      assertThat(isRunning(holder.trusted)).isTrue();
      holder.process.destroyForcibly().waitFor();
      long end = System.nanoTime() + 5_000_000_000L;
      while (isRunning(holder.trusted) && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      assertThat(isRunning(holder.trusted)).isFalse();
    }
  }

  @Test
  void anOrdinaryUserIsToldHowMuchMemoryMayBeLocked() throws Exception {
    String open =
        String.join(" ", ChildJvm.command(classPath, WorldHolder.class, String.valueOf(4 << 20)));
    Process process = user.start(List.of("/bin/sh", "-c", "ulimit -l 1024; exec " + open));
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said)
        .contains(
            "LOCK_LIMIT: this user may lock 1 MiB of memory, the world was asked to hold 4 MiB");
  }

  /** A caller in a process of its own, run by the ordinary user. */
  private static final class Holder implements AutoCloseable {
    private final Process process;
    private final long trusted;

    Holder() throws IOException {
      process = user.start(ChildJvm.command(classPath, WorldHolder.class, "65536"));
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String said = out.readLine();
      assertThat(said).as("what the caller said").matches("\\d+ (secret|locked)");
      trusted = Long.parseLong(said.split(" ")[0]);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }

  private static boolean opensMemory(long pid) throws Exception {
    return user.run("exec 3< /proc/" + pid + "/mem") == 0;
  }

  /** Whether the process runs or could go on; what is dead but not yet reaped does not. */
  private static boolean isRunning(long pid) throws IOException {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state != 'Z' && state != 'X';
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  private static Region secretMemory() throws IOException {
    return MemorySearch.regions(proc("maps")).stream()
        .filter(region -> region.name().contains("secretmem"))
        .findFirst()
        .orElseThrow();
  }

  private static void read(long address) throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile(proc("mem").toFile(), "r")) {
      memory.seek(address);
      memory.readFully(new byte[64]);
    }
  }

  private static List<String> words(String file) throws IOException {
    return List.of(Files.readString(proc(file)).split("\0"));
  }

  private static Path proc(String file) {
    long pid = ((LocalConnection) world.connection()).process().pid();
    return Path.of("/proc", String.valueOf(pid), file);
  }
}
