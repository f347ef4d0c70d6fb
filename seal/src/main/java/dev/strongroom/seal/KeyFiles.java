package dev.strongroom.seal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** Keys as PEM files (RFC 7468): read with a clear refusal, created once, never overwritten. */
final class KeyFiles {
  private static final int MAX_FILE_BYTES = 4096;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private KeyFiles() {}

  /** The raw key of the needed kind in {@code file}; the caller wipes it. */
  static byte[] read(Path file, KeyKind needed) throws IOException {
    byte[] pem;
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new KeyFileException(
            file + " is not a key file: it has " + size + " bytes, more than " + MAX_FILE_BYTES);
      }
      if (needed.secret()) {
        refuseIfOthersMayRead(file);
      }
      pem = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new KeyFileException(file + " does not exist; needed is " + needed.description());
    }
    try {
      return Pem.decode(pem, needed, file.toString());
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  private static void refuseIfOthersMayRead(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (permissions.stream().anyMatch(OTHERS::contains)) {
      throw new KeyFileException(
          "%s holds a private key, but its permissions (%s) let others use it; make it yours alone: chmod 600 %s"
              .formatted(file, PosixFilePermissions.toString(permissions), file));
    }
  }

  /** Refuses if there is anything at {@code file} already. */
  static void refuseIfPresent(Path file) throws KeyFileException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw present(file);
    }
  }

  private static KeyFileException present(Path file) {
    return new KeyFileException(
        file + " exists already, and keys are never overwritten; choose another name or move it");
  }

  /**
   * Writes a private key and its public one, both or neither. The private one is created with mode
   * 0600, so that there is no moment at which others could open it.
   */
  static void createPair(Path privateFile, byte[] privatePem, Path publicFile, byte[] publicPem)
      throws IOException {
    refuseIfPresent(privateFile);
    refuseIfPresent(publicFile);
    create(privateFile, privatePem, true);
    try {
      create(publicFile, publicPem, false);
    } catch (IOException e) {
      Files.deleteIfExists(privateFile);
      throw e;
    }
  }

  /** Creates {@code file} with {@code content}. */
  static void create(Path file, byte[] content, boolean secret) throws IOException {
    boolean created = false;
    boolean done = false;
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            secret ? attributes(file, OWNER_ONLY) : new FileAttribute<?>[0])) {
      created = true;
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      done = true;
    } catch (FileAlreadyExistsException e) {
      throw present(file);
    } catch (NoSuchFileException e) {
      throw new KeyFileException(
          "the directory of " + file + " does not exist; create it, or choose another one");
    } finally {
      if (created && !done) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Creates {@code directory} with mode 0700 if it is not there yet. */
  static void createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, attributes(directory, OWNER_ONLY_DIRECTORY));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw new KeyFileException(directory + " exists already and is not a directory");
      }
    } catch (NoSuchFileException e) {
      throw new KeyFileException(
          "the directory above " + directory + " does not exist; create it, or choose another one");
    }
  }

  private static FileAttribute<?>[] attributes(Path file, Set<PosixFilePermission> permissions) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
