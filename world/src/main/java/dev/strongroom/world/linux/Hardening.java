package dev.strongroom.world.linux;

/**
 * What takes a process out of the reach of others that run as the same user. Call it first of all,
 * and from the main thread: the kernel forgets the wish to die with the parent when the thread that
 * uttered it ends.
 */
public final class Hardening {
  private static final int RLIMIT_CORE = 4;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SIGKILL = 9;

  private Hardening() {}

  /**
   * No core dump; not traceable, its memory closed to everyone without CAP_SYS_PTRACE ({@code
   * prctl(2)}, PR_SET_DUMPABLE); no new privileges; killed when the thread that started it ends.
   *
   * @param parent the process that has to be the parent still: if it died before it could be
   *     watched, nobody would ever end this one
   * @throws SystemCallException if the kernel refuses any of it
   * @throws OrphanedException if the parent is another process
   */
  public static void apply(long parent) throws SystemCallException, OrphanedException {
    Libc.setrlimit(RLIMIT_CORE, 0);
    Libc.prctl(PR_SET_DUMPABLE, 0);
    Libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
    SystemCallFilter.installForAllThreads();
    Libc.prctl(PR_SET_PDEATHSIG, SIGKILL);
    long now = Libc.getppid();
    if (now != parent) {
      throw new OrphanedException(parent, now);
    }
  }

  /** The parent has gone. */
  public static final class OrphanedException extends Exception {
    private static final long serialVersionUID = 1L;

    OrphanedException(long expected, long found) {
      super("started by process %d, now a child of %d".formatted(expected, found));
    }
  }
}
