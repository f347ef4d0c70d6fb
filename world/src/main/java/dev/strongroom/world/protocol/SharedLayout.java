package dev.strongroom.world.protocol;

import dev.strongroom.program.Program;
import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.WorldException;

/**
 * Where a caller puts things in the shared mapping: small payloads first, then the sealed model,
 * then the sealed inputs, then the sealed outputs. The trusted side knows nothing of it.
 */
public final class SharedLayout {
  /** Where a caller's hello goes. */
  public static final long HELLO = 0;

  /** Where the trusted side's small answers go: keys, model information, status. */
  public static final long ANSWER = 4096;

  /** Where the sealed model lies. */
  public static final long MODEL = 256 * 1024;

  /** Room for one small answer. */
  public static final long ANSWER_BYTES = MODEL - ANSWER;

  private SharedLayout() {}

  /** Where inputs begin, behind a sealed model of {@code modelBytes}. */
  public static long inputs(long modelBytes) {
    return Program.align(MODEL + modelBytes);
  }

  /** Where outputs begin, behind the inputs. */
  public static long outputs(long modelBytes, long inputBytes) {
    return Program.align(inputs(modelBytes) + inputBytes);
  }

  /**
   * Makes sure that the mapping reaches to {@code end}.
   *
   * @throws WorldException if it is smaller
   */
  public static void require(long end, long sharedBytes) throws WorldException {
    if (end > sharedBytes) {
      throw WorldException.of(ErrorCode.SHORT_BUFFER, end, sharedBytes);
    }
  }
}
