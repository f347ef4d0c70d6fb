package dev.strongroom.engine.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Slots of memory, each between two pages that may not be accessed: a kernel that reads or writes
 * past an operand which lies at the edge of its slot ends the test's process.
 */
final class GuardedMemory implements AutoCloseable {
  private static final long PAGE = 64 * 1024;
  private static final int NO_ACCESS = 0;
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  private static final MethodHandle MAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle PROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle UNMAP =
      function(
          "munmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

  private final long base;
  private final long slotBytes;
  private final int slots;

  /**
   * @param slotBytes usable bytes of each slot, rounded up to whole pages
   */
  GuardedMemory(int slots, long slotBytes) {
    this.slots = slots;
    this.slotBytes = (slotBytes + PAGE - 1) / PAGE * PAGE;
    this.base =
        call(() -> (long) MAP.invokeExact(0L, length(), NO_ACCESS, PRIVATE_ANONYMOUS, -1, 0L));
    if (base == -1) {
      throw new IllegalStateException("cannot map " + length() + " bytes");
    }
    for (int i = 0; i < slots; i++) {
      long from = slotStart(i);
      long result = call(() -> (int) PROTECT.invokeExact(from, this.slotBytes, READ_WRITE));
      if (result != 0) {
        throw new IllegalStateException("cannot unprotect slot at " + from);
      }
    }
  }

  private long length() {
    return PAGE + slots * (slotBytes + PAGE);
  }

  private long slotStart(int i) {
    return base + PAGE + i * (slotBytes + PAGE);
  }

  /** A slot; its address is absolute. */
  MemorySegment slot(int i) {
    return MemorySegment.ofAddress(slotStart(i)).reinterpret(slotBytes);
  }

  @Override
  public void close() {
    call(() -> (int) UNMAP.invokeExact(base, length()));
  }

  private interface NativeCall {
    long run() throws Throwable;
  }

  private static long call(NativeCall call) {
    try {
      return call.run();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), descriptor);
  }
}
