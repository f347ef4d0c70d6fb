package dev.strongroom.program;

/**
 * Where the parts of a loaded model lie in the one block of secure memory that it gets, and so its
 * exact secure footprint. The order is: the encoded Program, resident weights, window, arena,
 * staging; each at a multiple of {@link Program#ALIGNMENT}.
 *
 * @param programBytes length of the encoded Program
 */
public record SecureLayout(
    long programBytes, long residentBytes, long windowBytes, long arenaBytes, long stagingBytes) {

  /** The layout of {@code program} whose encoding is {@code programBytes} long. */
  public static SecureLayout of(Program program, long programBytes) {
    return new SecureLayout(
        Program.align(programBytes),
        Program.align(program.residentBytes()),
        Program.align(program.windowBytes()),
        Program.align(program.arenaBytes()),
        Program.align(program.stagingBytes()));
  }

  public long residentOffset() {
    return programBytes;
  }

  public long windowOffset() {
    return residentOffset() + residentBytes;
  }

  public long arenaOffset() {
    return windowOffset() + windowBytes;
  }

  public long stagingOffset() {
    return arenaOffset() + arenaBytes;
  }

  /** The offset of a space. */
  public long offset(Space space) {
    return switch (space) {
      case ARENA -> arenaOffset();
      case WINDOW -> windowOffset();
      case RESIDENT -> residentOffset();
      case INPUT -> throw new IllegalArgumentException("an input that streams lies nowhere");
    };
  }

  /** Everything together: the secure footprint in bytes. */
  public long footprint() {
    return stagingOffset() + stagingBytes;
  }
}
