package dev.strongroom.world.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A filter of system calls ({@code seccomp(2)}). It lets every call pass; what it is for is its
 * being put on all threads at once, and with it the renunciation of new privileges, which {@code
 * prctl(2)} would give to the calling thread alone while the virtual machine already has a dozen.
 */
final class SystemCallFilter {
  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int FLAG_TSYNC = 1;
  private static final int FLAG_SPEC_ALLOW = 1 << 2;

  /** One instruction of classic BPF: BPF_RET | BPF_K with SECCOMP_RET_ALLOW. */
  private static final long ALLOW = 0x06L | 0x7FFF0000L << 32;

  private SystemCallFilter() {}

  /**
   * Installs it. The calling thread must have renounced new privileges.
   *
   * @throws SystemCallException if the kernel has no such filters
   */
  static void installForAllThreads() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instructions = arena.allocateFrom(ValueLayout.JAVA_LONG, ALLOW);
      // struct sock_fprog: u16 number of instructions, padding, pointer to them.
      MemorySegment program = arena.allocate(16, 8);
      program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
      program.set(ValueLayout.ADDRESS, 8, instructions);
      Libc.syscall(number(), SECCOMP_SET_MODE_FILTER, FLAG_TSYNC | FLAG_SPEC_ALLOW, program);
    }
  }

  /** The number of seccomp(2), which is one that processors do not share. */
  private static long number() {
    return System.getProperty("os.arch").equals("aarch64") ? 277 : 317;
  }
}
