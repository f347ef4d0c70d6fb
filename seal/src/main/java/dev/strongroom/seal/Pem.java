package dev.strongroom.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/** A key as text (RFC 7468): its DER in base64 between BEGIN and END. */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  private Pem() {}

  static byte[] encode(byte[] raw, KeyKind kind) {
    byte[] der = kind.der(raw);
    byte[] base64 = Base64.getEncoder().encode(der);
    byte[] head = (BEGIN + kind.pemLabel() + DASHES + "\n").getBytes(US_ASCII);
    byte[] tail = ("\n-----END " + kind.pemLabel() + DASHES + "\n").getBytes(US_ASCII);
    byte[] pem = new byte[head.length + base64.length + tail.length];
    ByteBuffer.wrap(pem).put(head).put(base64).put(tail);
    Arrays.fill(der, (byte) 0);
    Arrays.fill(base64, (byte) 0);
    return pem;
  }

  /**
   * @param source what to call the text in a message
   * @throws KeyFileException if it is no key, or of another kind than needed
   */
  static byte[] decode(byte[] pem, KeyKind needed, String source) throws KeyFileException {
    int begin = find(pem, BEGIN.getBytes(US_ASCII), 0);
    int label = begin + BEGIN.length();
    int labelEnd = begin < 0 ? -1 : find(pem, DASHES.getBytes(US_ASCII), label);
    int end = labelEnd < 0 ? -1 : find(pem, "-----END ".getBytes(US_ASCII), labelEnd);
    if (end < 0) {
      throw new KeyFileException(
          "%s is not a key file (no PEM block in it); needed is %s"
              .formatted(source, needed.description()));
    }
    String found = printable(new String(pem, label, labelEnd - label, US_ASCII));
    byte[] der = base64(pem, labelEnd + DASHES.length(), end);
    try {
      KeyKind kind =
          KeyKind.of(der)
              .filter(k -> k.pemLabel().equals(found))
              .orElseThrow(
                  () ->
                      new KeyFileException(
                          "%s holds %s, which is no Ed25519 or X25519 key; needed is %s"
                              .formatted(source, "\"" + found + "\"", needed.description())));
      if (kind != needed) {
        throw new KeyFileException(
            "%s holds %s; needed is %s"
                .formatted(source, kind.description(), needed.description()));
      }
      return kind.raw(der);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static String printable(String label) {
    String shown = label.replaceAll("[^A-Za-z0-9 ]", "?");
    return shown.length() <= 40 ? shown : shown.substring(0, 40) + "…";
  }

  /** What the base64 between {@code from} and {@code to} says; empty if it is none. */
  private static byte[] base64(byte[] pem, int from, int to) {
    byte[] text = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (pem[i] > ' ') {
        text[length++] = pem[i];
      }
    }
    byte[] trimmed = Arrays.copyOf(text, length);
    try {
      return Base64.getDecoder().decode(trimmed);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    } finally {
      Arrays.fill(text, (byte) 0);
      Arrays.fill(trimmed, (byte) 0);
    }
  }

  private static int find(byte[] in, byte[] what, int from) {
    for (int i = from; i + what.length <= in.length; i++) {
      if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }
}
