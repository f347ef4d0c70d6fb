package dev.strongroom.cli;

import java.io.PrintWriter;

/**
 * Where a command writes: answers to {@code out}, everything else to {@code err}. Whether these are
 * terminals is the launcher's to know: the JDK tells it of both together only.
 *
 * @param outIsTerminal whether a person sees {@code out} at once
 * @param errIsTerminal whether a person sees {@code err} at once, so that a progress bar makes
 *     sense
 */
public record Console(
    PrintWriter out, PrintWriter err, boolean outIsTerminal, boolean errIsTerminal) {

  /** The console of this process. */
  static Console ofProcess() {
    return new Console(
        new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8),
        Boolean.getBoolean("strongroom.terminal.out"),
        Boolean.getBoolean("strongroom.terminal.err"));
  }

  /** A remark that is no answer: what was left out, what was decided. */
  public void note(String sentence) {
    err.println("strongroom: " + printable(sentence));
    err.flush();
  }

  /**
   * {@code text} on one line without control characters: names in it may come from a file that
   * means to paint over the terminal.
   */
  public static String printable(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]+", " ");
    return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + " …";
  }

  private static final int LONGEST_LINE = 4000;
}
