package dev.strongroom.program;

/**
 * An encoded loop: it stands among the steps and says that the steps executed just before it follow
 * again, several times, some of their offsets growing each time. It has a step's opcode ({@link
 * StepDescriptor#REPEAT}) and payload length; the payload begins as laid out here and goes on with
 * the deltas.
 */
public final class RepeatDescriptor {
  /** u16: how many steps are repeated; those that came from another loop count too. */
  public static final int BODY_OFFSET = 0;

  /** u16: how many times more, at least 1. */
  public static final int TIMES_OFFSET = 2;

  /** u16: number of deltas. */
  public static final int DELTA_COUNT_OFFSET = 4;

  /** The deltas. */
  public static final int DELTAS_OFFSET = 6;

  /** u16 in a delta: index of the step within those repeated. */
  public static final int DELTA_STEP_OFFSET = 0;

  /**
   * u8 in a delta: the operand whose offset grows, counting those read and then the one written; or
   * 255 for the first chunk of an Open.
   */
  public static final int DELTA_FIELD_OFFSET = 2;

  /** i32 in a delta: by how much each time, in bytes or chunks; not 0. */
  public static final int DELTA_AMOUNT_OFFSET = 3;

  /** Length of a delta. */
  public static final int DELTA_LENGTH = 7;

  private RepeatDescriptor() {}
}
