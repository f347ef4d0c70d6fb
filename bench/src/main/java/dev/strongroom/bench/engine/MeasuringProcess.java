package dev.strongroom.bench.engine;

import dev.strongroom.world.EngineJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A process that runs the engine in a virtual machine like the trusted side's: what C2 makes of the
 * kernels depends on its flags, and on all that ran before.
 */
final class MeasuringProcess {
  private static final List<String> MODULES =
      List.of(
          "dev.strongroom.bench",
          "dev.strongroom.compiler",
          "dev.strongroom.graph",
          "dev.strongroom.program",
          "dev.strongroom.seal",
          "dev.strongroom.world",
          "dev.strongroom.engine",
          "com.google.protobuf");

  private static final String ONNX_RUNTIME = "com.microsoft.onnxruntime";

  /** Lines of other output that are kept, to be shown if the process fails. */
  private static final int KEPT = 10;

  private MeasuringProcess() {}

  /**
   * Runs {@code main} to its end.
   *
   * @param onnxRuntime its archive, if it is needed
   * @param listener takes what the process tells; not {@link Line#BROKEN}
   * @throws IOException if it does not start
   * @throws IllegalStateException if something in it is broken
   */
  static void run(
      Class<?> main, Optional<Path> onnxRuntime, List<String> arguments, Consumer<Line> listener)
      throws IOException, InterruptedException {
    run(command(main, onnxRuntime, arguments), listener);
  }

  /**
   * Runs {@code main} to its end, with everything in the unnamed module: JMH starts its own virtual
   * machines by a class path alone, and has to reach classes that it generated into our packages.
   *
   * @param libraries archives that it needs besides our modules
   * @param listener takes what the process tells; not {@link Line#BROKEN}
   * @throws IOException if it does not start
   * @throws IllegalStateException if something in it is broken
   */
  static void runOnClassPath(
      Class<?> main, List<Path> libraries, List<String> arguments, Consumer<Line> listener)
      throws IOException, InterruptedException {
    List<String> path = new ArrayList<>(List.of(EngineJvm.modulePath(MODULES)));
    libraries.forEach(library -> path.add(library.toAbsolutePath().toString()));
    List<String> command = java();
    command.addAll(
        List.of(
            "--class-path",
            String.join(File.pathSeparator, path),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            // Otherwise only one may run at a time, and none after another user's.
            "-Djmh.ignoreLock=true",
            main.getName()));
    command.addAll(arguments);
    run(command, listener);
  }

  private static void run(List<String> command, Consumer<Line> listener)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // Otherwise paths with letters beyond ASCII would not survive the argument list.
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectErrorStream(true).start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      process.getOutputStream().close();
      Deque<String> said = new ArrayDeque<>();
      String text;
      while ((text = output.readLine()) != null) {
        Optional<Line> line = Line.parse(text);
        if (line.isEmpty()) {
          said.addLast(text.strip());
          if (said.size() > KEPT) {
            said.removeFirst();
          }
        } else if (line.get().about().equals(Line.BROKEN)) {
          throw new IllegalStateException(line.get().word(0));
        } else {
          listener.accept(line.get());
        }
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "the process that measures ended with exit status %d; it said: %s"
                .formatted(process.exitValue(), String.join(" / ", said)));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static List<String> command(
      Class<?> main, Optional<Path> onnxRuntime, List<String> arguments) {
    String added = "jdk.incubator.vector,jdk.management,dev.strongroom.engine";
    String nativeAccess = "dev.strongroom.engine";
    List<String> path = new ArrayList<>(List.of(EngineJvm.modulePath(MODULES)));
    if (onnxRuntime.isPresent()) {
      added += "," + ONNX_RUNTIME;
      nativeAccess += "," + ONNX_RUNTIME;
      path.add(onnxRuntime.get().toAbsolutePath().toString());
    }
    List<String> command = java();
    command.addAll(
        List.of(
            "--module-path",
            String.join(File.pathSeparator, path),
            "--add-modules",
            added,
            "--enable-native-access=" + nativeAccess,
            "--module",
            MODULES.getFirst() + "/" + main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** A virtual machine with the flags of the trusted side's. */
  private static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(EngineJvm.flags());
    command.addAll(List.of("-Dstdout.encoding=UTF-8", "--sun-misc-unsafe-memory-access=allow"));
    return command;
  }
}
