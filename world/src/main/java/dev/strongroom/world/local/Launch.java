package dev.strongroom.world.local;

import dev.strongroom.world.EngineJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Starts the process of the trusted side. */
final class Launch {
  private static final String MAIN = "dev.strongroom.world/dev.strongroom.world.trusted.Main";

  /**
   * What bounds and closes the virtual machine. The heap holds code and numbers, the secrets lie
   * outside it; a crash leaves no file; nobody attaches.
   */
  private static final List<String> FLAGS =
      List.of(
          "-Xms16m",
          "-Xss1m",
          "-XX:+UseSerialGC",
          "-XX:MaxDirectMemorySize=4m",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:+DisableAttachMechanism",
          "-XX:-UsePerfData",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null",
          "-XX:+ExitOnOutOfMemoryError");

  /** Bytes of heap for the longest Program there can be. */
  private static final long HEAP = 64 << 20;

  private Launch() {}

  /** Starts it with nothing of this process's environment, in the root directory. */
  static Process start(LocalStart start) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    // The verifier may keep two bits for each byte of secure memory, in arrays that double.
    command.add("-Xmx" + (HEAP + start.secureMemory()));
    command.addAll(EngineJvm.flags());
    start
        .aotCache()
        .filter(Files::isReadable)
        .ifPresent(file -> command.add("-XX:AOTCache=" + file.toAbsolutePath()));
    start
        .aotTraining()
        .ifPresent(file -> command.add("-XX:AOTCacheOutput=" + file.toAbsolutePath()));
    command.addAll(start.jvmFlags());
    String modulePath = ModulePath.of(ModulePath.TRUSTED);
    if (!modulePath.isEmpty()) {
      command.addAll(List.of("--module-path", modulePath));
    }
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector,dev.strongroom.engine",
            "--enable-native-access=dev.strongroom.world,dev.strongroom.engine",
            "--module",
            MAIN));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    // Otherwise paths with letters beyond ASCII would not survive the argument list.
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.directory(new File("/"));
    builder.redirectErrorStream(true);
    return startFromLastingThread(builder);
  }

  /**
   * The kernel kills the trusted side when the thread that started it ends (PR_SET_PDEATHSIG goes
   * by threads), so a thread of its own starts it, and lasts as long as it does.
   */
  private static Process startFromLastingThread(ProcessBuilder builder) throws IOException {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("strongroom-keeper")
        .start(
            () -> {
              try {
                Process process = builder.start();
                started.complete(process);
                awaitEnd(process);
              } catch (IOException | RuntimeException e) {
                started.completeExceptionally(e);
              }
            });
    try {
      return started.join();
    } catch (CompletionException e) {
      throw new IOException("the process of the trusted side does not start", e.getCause());
    }
  }

  private static void awaitEnd(Process process) {
    while (true) {
      try {
        process.waitFor();
        return;
      } catch (InterruptedException onlyTheEndCounts) {
        // Nobody has a reason to interrupt this thread, and the process must not die of it.
      }
    }
  }
}
