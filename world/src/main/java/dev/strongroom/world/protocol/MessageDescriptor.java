package dev.strongroom.world.protocol;

/**
 * Layout of a {@link Message}: {@value #BYTES} bytes, little-endian, the same for requests and
 * answers.
 */
public final class MessageDescriptor {
  /** u32: {@link #MAGIC_VALUE}. */
  public static final int MAGIC = 0;

  /** u16: {@link #VERSION_VALUE}. */
  public static final int VERSION = 4;

  /** u16: zero. */
  public static final int RESERVED = 6;

  /** u32: the command of a request; the error of an answer, or 0. */
  public static final int CODE = 8;

  /** u32: the type of parameter i in bits 4i to 4i + 3; the upper 16 bits are zero. */
  public static final int PARAMETER_TYPES = 12;

  /** Four pairs of u32: the fields a and b of each parameter. */
  public static final int PARAMETERS = 16;

  /** Bytes of one parameter. */
  public static final int PARAMETER_BYTES = 8;

  /** How many parameters a message has. */
  public static final int PARAMETER_COUNT = 4;

  /** Length of a message. */
  public static final int BYTES = PARAMETERS + PARAMETER_COUNT * PARAMETER_BYTES;

  /** "SRM1". */
  public static final int MAGIC_VALUE = 0x314D5253;

  /** The version of the protocol. */
  public static final short VERSION_VALUE = 1;

  private MessageDescriptor() {}
}
