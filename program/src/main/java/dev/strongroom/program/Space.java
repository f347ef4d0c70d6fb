package dev.strongroom.program;

/**
 * The address ranges of secure memory that a {@link View} may lie in. Shared memory is deliberately
 * not among them: no step can name it, so no kernel can read what the normal world may still write.
 */
public enum Space {
  /** Activations and scratch. */
  ARENA(0),
  /** Where streamed weights are opened, chunk by chunk. */
  WINDOW(1),
  /** Weights that are opened once, when the model is loaded, and stay. */
  RESIDENT(2),
  /**
   * No memory: the bytes of an input that crosses piece by piece, in their order. Only that input's
   * port and {@link Step.Receive} name it.
   */
  INPUT(3);

  private final int code;

  Space(int code) {
    this.code = code;
  }

  /** The number that stands for this space in an encoded Program. */
  public int code() {
    return code;
  }
}
