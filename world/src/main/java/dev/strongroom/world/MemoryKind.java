package dev.strongroom.world;

/** What the secure memory of a world is made of. */
public enum MemoryKind {
  /** Linux secret memory, {@code memfd_secret(2)}: unmapped from everyone, the kernel included. */
  SECRET(1, "secret"),
  /** Locked memory of an undumpable process, for kernels without secret memory. */
  LOCKED(2, "locked");

  private final int code;
  private final String word;

  MemoryKind(int code, String word) {
    this.code = code;
    this.word = word;
  }

  /** The number that crosses between the worlds. */
  public int code() {
    return code;
  }

  @Override
  public String toString() {
    return word;
  }
}
