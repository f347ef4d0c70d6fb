package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.onnx.proto.StringStringEntryProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tensor data that a model file leaves in other files of its directory, and nowhere else. */
public final class ExternalData {
  private final Optional<Path> directory;

  private ExternalData(Optional<Path> directory) {
    this.directory = directory;
  }

  /** Data beside the model, in {@code directory} and below. */
  public static ExternalData in(Path directory) {
    return new ExternalData(Optional.of(directory));
  }

  /** For a model that is no file: every reference to external data is refused. */
  public static ExternalData none() {
    return new ExternalData(Optional.empty());
  }

  /**
   * The {@code size} bytes that the entries {@code location}, {@code offset} and {@code length}
   * name (ONNX, docs/ExternalData.md).
   *
   * @throws RejectedException if the location leaves the directory, by its words or by a symbolic
   *     link, if the file does not hold the bytes or cannot be read
   */
  ByteBuffer read(List<StringStringEntryProto> entries, long size) throws RejectedException {
    Map<String, String> byKey = new HashMap<>();
    entries.forEach(e -> byKey.put(e.getKey(), e.getValue()));
    String location = byKey.getOrDefault("location", "");
    Path file = resolve(location);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long offset = number(byKey.getOrDefault("offset", "0"));
      long available = channel.size() - offset;
      long length = byKey.containsKey("length") ? number(byKey.get("length")) : available;
      if (length != size || length > available || size > Integer.MAX_VALUE - 8) {
        throw RejectedException.of(
            "it needs %d bytes of external data, %s offers %d at offset %d",
            size, location, Math.max(0, Math.min(length, available)), offset);
      }
      ByteBuffer data = ByteBuffer.allocate((int) size);
      channel.position(offset);
      while (data.hasRemaining()) {
        if (channel.read(data) < 0) {
          throw RejectedException.of("external data %s ended while it was read", location);
        }
      }
      return data.flip();
    } catch (IOException e) {
      throw RejectedException.of("external data %s cannot be read (%s)", location, e);
    }
  }

  private Path resolve(String location) throws RejectedException {
    Path base =
        directory.orElseThrow(
            () ->
                RejectedException.of(
                    "its data lies in another file, \"%s\"; read the model from its own file",
                    location));
    try {
      Path file = base.resolve(location).normalize();
      if (location.isEmpty() || !file.startsWith(base.normalize())) {
        throw RejectedException.of(
            "external data must lie in the model's directory, not at \"%s\"", location);
      }
      if (!Files.isRegularFile(file)) {
        throw RejectedException.of("external data %s is not there", location);
      }
      if (!file.toRealPath().startsWith(base.toRealPath())) {
        throw RejectedException.of(
            "external data must lie in the model's directory, %s leads out of it", location);
      }
      return file;
    } catch (InvalidPathException | IOException e) {
      throw RejectedException.of("external data \"%s\" cannot be found (%s)", location, e);
    }
  }

  private static long number(String text) throws RejectedException {
    try {
      long value = Long.parseLong(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, together with negative numbers.
    }
    throw RejectedException.of("\"%s\" is no offset or length of external data", text);
  }
}
