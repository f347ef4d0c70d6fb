package dev.strongroom.seal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * A file that appears complete or not at all: written beside its place under another name, then
 * moved there at once.
 */
final class NewFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final ExistingFile existing;
  private final FileChannel channel;
  private boolean published;

  private NewFile(Path target, Path temporary, ExistingFile existing, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.existing = existing;
    this.channel = channel;
  }

  /**
   * @throws FileAlreadyExistsException if the target exists and is to be kept
   */
  static NewFile beside(Path target, ExistingFile existing) throws IOException {
    if (existing == ExistingFile.KEEP && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString(), null, "it exists already");
    }
    Path temporary =
        target.resolveSibling(
            ".%s.%s.part"
                .formatted(
                    target.getFileName(), HexFormat.of().formatHex(RandomSource.SECURE.bytes(6))));
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new NewFile(target, temporary, existing, channel);
  }

  FileChannel channel() {
    return channel;
  }

  /** Makes the file appear in its place. */
  void publish() throws IOException {
    channel.force(true);
    channel.close();
    if (existing == ExistingFile.REPLACE) {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      try {
        // Unlike a move, a link never replaces a file that somebody else made meanwhile.
        Files.createLink(target, temporary);
        Files.delete(temporary);
      } catch (UnsupportedOperationException e) {
        Files.move(temporary, target);
      }
    }
    published = true;
  }

  /** Removes what was written, unless it was published. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!published) {
      Files.deleteIfExists(temporary);
    }
  }
}
