package dev.strongroom.world.protocol;

import java.util.Optional;

/**
 * One of the four parameters of a command, as in GlobalPlatform's TEE Internal Core API 1.3.1,
 * section 4.3.6: nothing, a pair of values, or a reference into the shared mapping.
 *
 * @param a first value, or offset into the shared mapping in bytes; unsigned, 32 bits
 * @param b second value, or size in bytes; unsigned, 32 bits
 */
public record Parameter(Type type, long a, long b) {

  /** No parameter. */
  public static final Parameter NONE = new Parameter(Type.NONE, 0, 0);

  private static final long LIMIT = 1L << 32;

  public Parameter {
    if (a < 0 || a >= LIMIT || b < 0 || b >= LIMIT) {
      throw new IllegalArgumentException(
          "the fields of a parameter have 32 bits: a=%d, b=%d".formatted(a, b));
    }
  }

  /** Values that come back. Those that do not fit 32 bits come back as the largest that do. */
  public static Parameter values(long a, long b) {
    return new Parameter(Type.VALUE_OUTPUT, Math.min(a, LIMIT - 1), Math.min(b, LIMIT - 1));
  }

  /** Shared bytes that the trusted side reads. */
  public static Parameter input(long offset, long size) {
    return new Parameter(Type.MEMREF_INPUT, offset, size);
  }

  /** Shared bytes that the trusted side writes; in the answer, {@link #b} is how many it wrote. */
  public static Parameter output(long offset, long size) {
    return new Parameter(Type.MEMREF_OUTPUT, offset, size);
  }

  /** Shared bytes that the trusted side reads and writes. */
  public static Parameter inout(long offset, long size) {
    return new Parameter(Type.MEMREF_INOUT, offset, size);
  }

  /** The kinds of parameters, with the numbers of table 4-13. */
  public enum Type {
    NONE(0),
    VALUE_INPUT(1),
    VALUE_OUTPUT(2),
    VALUE_INOUT(3),
    MEMREF_INPUT(5),
    MEMREF_OUTPUT(6),
    MEMREF_INOUT(7);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** The number that crosses between the worlds. */
    public int code() {
      return code;
    }

    /** The type whose number is {@code code}. */
    static Optional<Type> of(int code) {
      for (Type type : values()) {
        if (type.code == code) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }
  }
}
