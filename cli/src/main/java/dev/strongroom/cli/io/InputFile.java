package dev.strongroom.cli.io;

import dev.strongroom.cli.RequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** A file that somebody names: what can be said against it before it is read. */
public final class InputFile {
  private InputFile() {}

  /**
   * The path, if a regular file of 1 to {@code maxBytes} bytes is there to be read. Devices and
   * pipes, which may have no end, are not.
   *
   * @param what names it in a sentence, for example {@code model}
   */
  public static Path require(Path file, String what, long maxBytes)
      throws RequestException, IOException {
    if (!Files.exists(file)) {
      throw new RequestException("the %s %s does not exist".formatted(what, file));
    }
    if (!Files.isRegularFile(file)) {
      throw new RequestException(
          "the %s %s is %s, not a regular file"
              .formatted(
                  what, file, Files.isDirectory(file) ? "a directory" : "something special"));
    }
    if (!Files.isReadable(file)) {
      throw new RequestException("the %s %s may not be read by this user".formatted(what, file));
    }
    long size = Files.size(file);
    if (size == 0) {
      throw new RequestException("the %s %s is empty".formatted(what, file));
    }
    if (size > maxBytes) {
      throw new RequestException(
          "the %s %s has %,d bytes, more than the %,d that are accepted"
              .formatted(what, file, size, maxBytes));
    }
    return file;
  }

  /** The whole content of such a file; no more than {@code maxBytes} even if it grows meanwhile. */
  public static byte[] read(Path file, String what, int maxBytes)
      throws RequestException, IOException {
    require(file, what, maxBytes);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new RequestException(
            "the %s %s has more than the %,d bytes that are accepted"
                .formatted(what, file, maxBytes));
      }
      return content;
    }
  }

  /** Whether {@code file} begins with {@code magic}. */
  public static boolean beginsWith(Path file, byte[] magic) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(magic.length), magic);
    }
  }

  /** {@code text} as a path. */
  public static Path path(String text) throws RequestException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new RequestException("'%s' is no file name: %s".formatted(text, e.getReason()), e);
    }
  }
}
