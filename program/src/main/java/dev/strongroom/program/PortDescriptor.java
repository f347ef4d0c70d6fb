package dev.strongroom.program;

/** An encoded {@link Port}: the name's length, the name in UTF-8, then a view. */
public final class PortDescriptor {
  /** u8: length of the name in bytes. */
  public static final int NAME_LENGTH_OFFSET = 0;

  /** The name; the view ({@link ViewDescriptor}) follows it. */
  public static final int NAME_OFFSET = 1;

  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_NAME_LENGTH = 255;

  private PortDescriptor() {}
}
