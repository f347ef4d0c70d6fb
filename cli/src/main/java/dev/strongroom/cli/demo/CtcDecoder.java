package dev.strongroom.cli.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Greedy decoding of connectionist temporal classification (Graves et al., ICML 2006): at each time
 * the likeliest class, repetitions merged, blanks (class 0) dropped, and spaces at both ends with
 * them.
 */
public final class CtcDecoder {
  private static final int BLANK = 0;

  private final List<String> alphabet;

  /**
   * @param alphabet what class 1, 2, … stands for
   */
  public CtcDecoder(List<String> alphabet) {
    this.alphabet = List.copyOf(alphabet);
  }

  /**
   * The alphabet as PP-OCR's models carry it: their metadata's entry {@code character} has a line a
   * class from 1 on; the last class, behind them, is the space.
   */
  public static CtcDecoder ofLines(String lines) {
    List<String> alphabet = new ArrayList<>(List.of(lines.split("\n", -1)));
    if (alphabet.getLast().isEmpty()) {
      alphabet.removeLast();
    }
    alphabet.add(" ");
    return new CtcDecoder(alphabet);
  }

  /** Number of classes, the blank included. */
  public int classes() {
    return alphabet.size() + 1;
  }

  /**
   * A line of text and how sure the network is of it.
   *
   * @param confidence mean probability of the signs that were kept, 0 if there is none
   */
  public record Line(String text, double confidence) {}

  /**
   * Decodes probabilities [1, T, {@link #classes()}] or [T, {@link #classes()}], little-endian
   * floats in C order.
   *
   * @throws IllegalArgumentException if the length is no multiple of a time step's
   */
  public Line decode(ByteBuffer probabilities) {
    ByteBuffer p = probabilities.slice().order(ByteOrder.LITTLE_ENDIAN);
    int stepBytes = 4 * classes();
    if (p.remaining() % stepBytes != 0) {
      throw new IllegalArgumentException(
          "%d bytes are no multiple of %d classes of 4 bytes".formatted(p.remaining(), classes()));
    }
    StringBuilder text = new StringBuilder();
    double sum = 0;
    int kept = 0;
    int previous = BLANK;
    for (int step = 0; step < p.remaining() / stepBytes; step++) {
      int best = 0;
      float most = p.getFloat(step * stepBytes);
      for (int c = 1; c < classes(); c++) {
        float value = p.getFloat(step * stepBytes + 4 * c);
        if (value > most) {
          most = value;
          best = c;
        }
      }
      if (best != BLANK && best != previous) {
        text.append(alphabet.get(best - 1));
        sum += most;
        kept++;
      }
      previous = best;
    }
    return new Line(text.toString().strip(), kept == 0 ? 0 : sum / kept);
  }
}
