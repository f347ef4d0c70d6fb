package dev.strongroom.world.linux;

import dev.strongroom.world.MemoryKind;
import java.lang.foreign.MemorySegment;

/**
 * A fixed block of memory that only this process reads. Secret memory ({@code memfd_secret(2)})
 * where the kernel has it: its pages leave the kernel's own map, so that neither a tracer nor
 * {@code /proc/PID/mem} nor root reads them, and are never swapped. Otherwise locked, undumpable
 * memory. Every page is there when {@link #reserve} returns.
 */
public final class SecureMemory {
  private static final int SYS_MEMFD_SECRET = 447;
  private static final int RLIMIT_MEMLOCK = 8;
  private static final int MAP_SHARED = 0x01;
  private static final int MAP_PRIVATE = 0x02;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MADV_DONTFORK = 10;
  private static final int MADV_DONTDUMP = 16;
  private static final int EPERM = 1;
  private static final int EAGAIN = 11;
  private static final int ENOMEM = 12;

  private final MemorySegment memory;
  private final MemoryKind kind;

  private SecureMemory(MemorySegment memory, MemoryKind kind) {
    this.memory = memory;
    this.kind = kind;
  }

  /**
   * Reserves {@code bytes}, rounded up to whole pages and not a page more: an ordinary user may
   * often lock just 8 MiB.
   *
   * @throws LockLimitException if this user may not lock as much
   * @throws SystemCallException if the kernel refuses for another reason
   */
  public static SecureMemory reserve(long bytes) throws SystemCallException, LockLimitException {
    long page = Libc.getpagesize();
    long length = Math.ceilDiv(bytes, page) * page;
    try {
      return new SecureMemory(present(secret(length)), MemoryKind.SECRET);
    } catch (SystemCallException noSecretMemory) {
      try {
        return new SecureMemory(present(locked(length)), MemoryKind.LOCKED);
      } catch (SystemCallException refused) {
        long allowed = Libc.getrlimit(RLIMIT_MEMLOCK);
        boolean limit =
            refused.errno() == ENOMEM || refused.errno() == EAGAIN || refused.errno() == EPERM;
        if (limit && Long.compareUnsigned(allowed, length) < 0) {
          throw new LockLimitException(allowed, length);
        }
        throw refused;
      }
    }
  }

  /** The block. */
  public MemorySegment segment() {
    return memory;
  }

  /** Size in bytes, a multiple of the page size. */
  public long bytes() {
    return memory.byteSize();
  }

  public MemoryKind kind() {
    return kind;
  }

  /** Overwrites everything with zeros. */
  public void wipe() {
    memory.fill((byte) 0);
  }

  private static MemorySegment secret(long length) throws SystemCallException {
    int descriptor = (int) Libc.syscall(SYS_MEMFD_SECRET, 0, 0, MemorySegment.NULL);
    try {
      Libc.ftruncate(descriptor, length);
      return Libc.mmap(length, MAP_SHARED, descriptor);
    } finally {
      Libc.close(descriptor);
    }
  }

  private static MemorySegment locked(long length) throws SystemCallException {
    MemorySegment mapped = Libc.mmap(length, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    try {
      Libc.madvise(mapped, MADV_DONTDUMP);
      Libc.madvise(mapped, MADV_DONTFORK);
      Libc.mlock(mapped);
      return mapped;
    } catch (SystemCallException e) {
      Libc.munmap(mapped);
      throw e;
    }
  }

  /** Writes to every page, so that the kernel has given all of them before a secret is there. */
  private static MemorySegment present(MemorySegment memory) {
    return memory.fill((byte) 0);
  }

  /** This user may not lock as much memory. */
  public static final class LockLimitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long allowed;
    private final long asked;

    LockLimitException(long allowed, long asked) {
      super("may lock %d bytes, asked for %d".formatted(allowed, asked));
      this.allowed = allowed;
      this.asked = asked;
    }

    /** RLIMIT_MEMLOCK in bytes. */
    public long allowed() {
      return allowed;
    }

    /** Bytes that were asked for. */
    public long asked() {
      return asked;
    }
  }
}
