package dev.strongroom.world.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Drains what a process prints, so that it never blocks on a full pipe, and keeps the last few
 * thousand bytes for an error message.
 */
final class Transcript {
  private static final int KEPT = 4096;

  private final byte[] ring = new byte[KEPT];
  private final Thread drain;
  private long total;

  Transcript(InputStream from) {
    drain = Thread.ofPlatform().daemon().name("strongroom-transcript").start(() -> copy(from));
  }

  /** The end of what was printed, without the virtual machine's remark on incubating modules. */
  String end() {
    try {
      drain.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    byte[] kept;
    synchronized (ring) {
      int length = (int) Math.min(total, KEPT);
      kept = new byte[length];
      for (int i = 0; i < length; i++) {
        kept[i] = ring[(int) ((total - length + i) % KEPT)];
      }
    }
    return new String(kept, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.contains("Using incubator modules"))
        .collect(Collectors.joining("\n"))
        .strip();
  }

  private void copy(InputStream from) {
    byte[] buffer = new byte[1024];
    try (from) {
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        synchronized (ring) {
          for (int i = 0; i < read; i++) {
            ring[(int) (total++ % KEPT)] = buffer[i];
          }
        }
      }
    } catch (IOException pipeBroke) {
      // The process is gone; what it had printed is kept.
    }
  }
}
