package dev.strongroom.world.linux;

/** A system call that failed. */
public final class SystemCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  SystemCallException(String call, int errno) {
    super("%s: errno %d".formatted(call, errno));
    this.errno = errno;
  }

  /** The number that the kernel gave, for example 1 for EPERM. */
  public int errno() {
    return errno;
  }
}
