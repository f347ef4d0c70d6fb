package dev.strongroom.world;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a world refused something. The numbers are those of the GlobalPlatform TEE Internal Core API
 * 1.3.1, table 3-8 and section 6, where it has a fitting one, and else lie in the range that it
 * leaves to implementations; every world uses the same.
 */
public enum ErrorCode {
  /** Something went wrong inside; the trusted side does not say what, lest it say a secret. */
  GENERIC(0xFFFF0000, "the trusted side failed inside; it keeps the reason to itself"),
  /** The caller has not shown that it may talk to this world. */
  ACCESS_DENIED(0xFFFF0001, "the trusted side does not accept this caller"),
  /** A message or a sealed model that is not in the format it claims to be in. */
  BAD_FORMAT(0xFFFF0005, "what was sent to the trusted side is malformed"),
  /** A parameter of a type, place or size that the command does not take. */
  BAD_PARAMETERS(0xFFFF0006, "a parameter has the wrong type, lies outside, or has a wrong size"),
  /** A command at the wrong time. */
  BAD_STATE(0xFFFF0007, "the session has not begun, has no model, or has ended"),
  /** A command that this world does not know. */
  NOT_SUPPORTED(0xFFFF000A, "this world does not know the command"),
  /** Values: the model's footprint, the world's budget. */
  OUT_OF_MEMORY(
      0xFFFF000C,
      "the model needs %1$s of secure memory, the world has %2$s;"
          + " compile it for %2$s or open the world with %1$s"),
  /** Another session holds the secure memory. */
  BUSY(0xFFFF000D, "a model is loaded already; close its session first"),
  /** The connection to the trusted side broke. */
  COMMUNICATION(0xFFFF000E, "the connection to the trusted side broke"),
  /** Something was forged, replayed or reordered. */
  SECURITY(
      0xFFFF000F,
      "what came from the normal world does not authenticate: it was changed, replayed or moved"),
  /** Values: the size that is needed, the size that there is. */
  SHORT_BUFFER(0xFFFF0010, "the shared buffer is too small: %1$s are needed, it has %2$s"),
  /** The process of the trusted side is gone. */
  TARGET_DEAD(0xFFFF3024, "the trusted side has ended"),
  /** The seal's signature is no signature by a vendor that this world trusts. */
  SIGNATURE_INVALID(
      0xFFFF3072, "the model was not sealed by a vendor that this world was told to trust"),
  /** Values: bytes that may be locked, bytes that were asked for. */
  LOCK_LIMIT(
      0x53520001,
      "this user may lock %1$s of memory, the world was asked to hold %2$s:"
          + " ask for less, or raise the limit (ulimit -l, RLIMIT_MEMLOCK)"),
  /** The memory could not be had. Values: errno, bytes that were asked for. */
  NO_SECURE_MEMORY(0x53520002, "the kernel gives no lockable memory of %2$s"),
  /** The process could not be hardened, so that nothing may be entrusted to it. */
  NOT_HARDENED(0x53520003, "the kernel refused to protect the process of the trusted side"),
  /** The directory of the device's key holds no usable key. */
  DEVICE_KEY(0x53520004, "the device directory holds no readable device key"),
  /** The Program inside the seal breaks a rule of the format or does not verify. */
  PROGRAM_REFUSED(
      0x53520005, "the sealed Program was refused: it does not decode or does not verify"),
  /** The seal is genuine, but for another device's key. */
  WRONG_DEVICE(0x53520007, "the model is sealed for another device than this world's"),
  /** The world could not be started at all. */
  START_FAILED(0x53520006, "the local world could not be started");

  private final int code;
  private final String sentence;

  ErrorCode(int code, String sentence) {
    this.code = code;
    this.sentence = sentence;
  }

  /** The number that crosses between the worlds. */
  public int code() {
    return code;
  }

  /** The error whose number is {@code code}. */
  public static Optional<ErrorCode> of(int code) {
    return Arrays.stream(values()).filter(e -> e.code == code).findFirst();
  }

  /**
   * One sentence for people.
   *
   * @param first first value of the error, where it has one
   * @param second second value of the error, where it has one
   */
  public String sentence(long first, long second) {
    return sentence.formatted(size(first), size(second));
  }

  /** {@code bytes} as people write it, for example {@code 5.1 MiB}, never rounded down. */
  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " bytes";
    }
    boolean large = bytes >= 1024 * 1024;
    double unit = large ? 1024.0 * 1024.0 : 1024.0;
    double tenths = Math.ceil(bytes / unit * 10);
    String number =
        tenths % 10 == 0
            ? String.valueOf((long) (tenths / 10))
            : String.format(Locale.ROOT, "%.1f", tenths / 10);
    return number + (large ? " MiB" : " KiB");
  }
}
