package dev.strongroom.compiler.lower;

import java.util.regex.Pattern;

/**
 * Names of the pieces that a tensor is computed in. Pieces of one tensor play one role, one after
 * the other, and shall lie at one place: then the steps of each band are those of the one before.
 */
public final class PieceNames {
  private static final String KEPT = "/kept";
  private static final Pattern NUMBER = Pattern.compile("@\\d+");

  private PieceNames() {}

  /** The name of piece {@code number} of {@code name}. */
  public static String numbered(String name, int number) {
    return "%s@%d".formatted(name, number);
  }

  /** The name of what is kept of {@code name} after piece {@code number}. */
  public static String kept(String name, int number) {
    return numbered(name + KEPT, number);
  }

  /** Whether a name says that rows are kept in it until the next piece. */
  public static boolean isKept(String name) {
    return name.contains(KEPT + "@");
  }

  /** What all pieces have in common: their name without numbers. */
  public static String role(String name) {
    return name.indexOf('@') < 0 ? name : NUMBER.matcher(name).replaceAll("");
  }
}
