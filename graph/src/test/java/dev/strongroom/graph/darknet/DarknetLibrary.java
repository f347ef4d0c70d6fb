package dev.strongroom.graph.darknet;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** Darknet itself, as Debian's package of that name brings it. It ends the process when it errs. */
final class DarknetLibrary {
  private static final Path FILE = Path.of("/usr/lib/darknet/libdarknet.so");

  private static final int O_WRONLY = 1;

  private final SymbolLookup library = SymbolLookup.libraryLookup(FILE, Arena.global());
  private final MethodHandle load = function("load_network", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
  private final MethodHandle predict = function("network_predict", ADDRESS, ADDRESS, ADDRESS);

  // It prints every layer on standard error, which belongs to the tests' own words.
  private final MethodHandle dup = system("dup", JAVA_INT);
  private final MethodHandle dup2 = system("dup2", JAVA_INT, JAVA_INT);
  private final MethodHandle open = system("open", ADDRESS, JAVA_INT);

  static boolean isThere() {
    return Files.isReadable(FILE);
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.find(name).orElseThrow(), FunctionDescriptor.of(result, parameters));
  }

  private static MethodHandle system(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(JAVA_INT, parameters));
  }

  /** What the network answers, {@code outputs} numbers. */
  float[] run(Path cfg, Path weights, float[] input, int outputs) throws Throwable {
    int standardError = (int) dup.invokeExact(2);
    try (Arena arena = Arena.ofConfined()) {
      int nowhere = (int) open.invokeExact(arena.allocateFrom("/dev/null"), O_WRONLY);
      int unused = (int) dup2.invokeExact(nowhere, 2);
      MemorySegment network =
          (MemorySegment)
              load.invokeExact(
                  arena.allocateFrom(cfg.toString()), arena.allocateFrom(weights.toString()), 0);
      MemorySegment answer =
          (MemorySegment) predict.invokeExact(network, arena.allocateFrom(JAVA_FLOAT, input));
      return answer.reinterpret(4L * outputs).toArray(JAVA_FLOAT);
    } finally {
      int unused = (int) dup2.invokeExact(standardError, 2);
    }
  }
}
