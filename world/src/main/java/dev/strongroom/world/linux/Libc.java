package dev.strongroom.world.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's wrappers of the system calls used here, for 64-bit Linux. The numbers are those
 * of the kernel's user-space headers ({@code asm-generic}), which x86-64 and AArch64 share.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MemorySegment STATE = Arena.global().allocate(CALL_STATE);

  private static final MethodHandle PRCTL =
      bind(
          "prctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SYSCALL =
      bind(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle GETPPID = bind("getppid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETPAGESIZE =
      bind("getpagesize", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETRLIMIT =
      bind("getrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle SETRLIMIT =
      bind("setrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle FTRUNCATE =
      bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle MMAP =
      bind(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      bind("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle MLOCK =
      bind("mlock", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle MADVISE =
      bind("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private Libc() {}

  /** {@code prctl(2)} with one argument. */
  static void prctl(int option, long argument) throws SystemCallException {
    check("prctl", call(PRCTL, STATE, option, argument, 0L, 0L, 0L));
  }

  /** {@code syscall(2)}, for what the C library has no function for. */
  static long syscall(long number, long first, long second, MemorySegment third)
      throws SystemCallException {
    return check("system call " + number, call(SYSCALL, STATE, number, first, second, third));
  }

  static long getppid() {
    return call(GETPPID, STATE);
  }

  static long getpagesize() {
    return call(GETPAGESIZE, STATE);
  }

  /** The soft limit of a resource; -1, read as unsigned, is no limit. */
  static long getrlimit(int resource) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = arena.allocate(JAVA_LONG, 2);
      check("getrlimit", call(GETRLIMIT, STATE, resource, limits));
      return limits.getAtIndex(JAVA_LONG, 0);
    }
  }

  /** Sets the soft and the hard limit of a resource. */
  static void setrlimit(int resource, long limit) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = arena.allocateFrom(JAVA_LONG, limit, limit);
      check("setrlimit", call(SETRLIMIT, STATE, resource, limits));
    }
  }

  static void ftruncate(int descriptor, long length) throws SystemCallException {
    check("ftruncate", call(FTRUNCATE, STATE, descriptor, length));
  }

  static void close(int descriptor) throws SystemCallException {
    check("close", call(CLOSE, STATE, descriptor));
  }

  /** A new readable and writable mapping, {@code length} bytes long. */
  static MemorySegment mmap(long length, int flags, int descriptor) throws SystemCallException {
    int readWrite = 1 | 2;
    MemorySegment mapped;
    try {
      mapped =
          (MemorySegment)
              MMAP.invoke(STATE, MemorySegment.NULL, length, readWrite, flags, descriptor, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("mmap could not be called", e);
    }
    check("mmap", mapped.address() == -1 ? -1 : 0);
    return mapped.reinterpret(length);
  }

  static void munmap(MemorySegment memory) throws SystemCallException {
    check("munmap", call(MUNMAP, STATE, memory, memory.byteSize()));
  }

  static void mlock(MemorySegment memory) throws SystemCallException {
    check("mlock", call(MLOCK, STATE, memory, memory.byteSize()));
  }

  static void madvise(MemorySegment memory, int advice) throws SystemCallException {
    check("madvise", call(MADVISE, STATE, memory, memory.byteSize(), advice));
  }

  private static MethodHandle bind(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
  }

  private static long call(MethodHandle function, Object... arguments) {
    try {
      return ((Number) function.invokeWithArguments(arguments)).longValue();
    } catch (Throwable e) {
      throw new IllegalStateException("a system call could not be made", e);
    }
  }

  private static long check(String call, long result) throws SystemCallException {
    if (result == -1) {
      throw new SystemCallException(call, (int) ERRNO.get(STATE, 0L));
    }
    return result;
  }
}
