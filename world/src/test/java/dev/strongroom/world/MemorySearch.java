package dev.strongroom.world;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for bytes of which only hashes are known, so that looking for a secret does not mean to
 * hold it: a rolling polynomial hash (Karp and Rabin, 1987) over every window of a memory.
 */
final class MemorySearch {
  /** Bytes under one hash. */
  static final int WINDOW = 64;

  private static final long BASE = 0x9E3779B97F4A7C15L;
  private static final long LEAVING = power(WINDOW);
  private static final int BLOCK = 1 << 20;

  private final long[] wanted;
  private final Set<Long> found = new HashSet<>();
  private final byte[] ring = new byte[WINDOW];
  private long hash;
  private int seen;
  private long scanned;

  private MemorySearch(List<Long> wanted) {
    this.wanted = wanted.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  /** The hash of {@link #WINDOW} bytes. */
  static long hash(byte[] window) {
    long hash = 0;
    for (byte b : window) {
      hash = hash * BASE + b;
    }
    return hash;
  }

  /**
   * What was found.
   *
   * @param hashes those of the wanted ones that occur
   * @param scanned bytes that were looked at
   */
  record Result(Set<Long> hashes, long scanned) {}

  /** Searches a segment. */
  static Result in(MemorySegment memory, List<Long> wanted) {
    MemorySearch search = new MemorySearch(wanted);
    byte[] block = new byte[BLOCK];
    for (long at = 0; at < memory.byteSize(); at += BLOCK) {
      int length = (int) Math.min(BLOCK, memory.byteSize() - at);
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, block, 0, length);
      search.feed(block, length);
    }
    return search.result();
  }

  /** Searches everything that this very process can read of its own memory. */
  static Result inThisProcess(List<Long> wanted) throws IOException {
    MemorySearch search = new MemorySearch(wanted);
    byte[] block = new byte[BLOCK];
    try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
      for (Region region : regions(Path.of("/proc/self/maps"))) {
        search.seen = 0;
        for (long at = region.from(); at < region.to(); at += BLOCK) {
          int length = (int) Math.min(BLOCK, region.to() - at);
          memory.seek(at);
          int read;
          try {
            read = memory.read(block, 0, length);
          } catch (IOException behindTheEndOfAFile) {
            break;
          }
          search.feed(block, Math.max(read, 0));
        }
      }
    }
    return search.result();
  }

  /** A mapping of a process. */
  record Region(long from, long to, String name) {}

  /** The readable mappings that a maps file lists, but for those of the kernel itself. */
  static List<Region> regions(Path maps) throws IOException {
    List<Region> regions = new ArrayList<>();
    for (String line : Files.readAllLines(maps)) {
      String[] fields = line.split(" +", 6);
      String name = fields.length > 5 ? fields[5] : "";
      if (fields[1].startsWith("r") && !name.startsWith("[v")) {
        String[] range = fields[0].split("-");
        regions.add(
            new Region(
                Long.parseUnsignedLong(range[0], 16),
                Long.parseUnsignedLong(range[1], 16),
                name));
      }
    }
    return regions;
  }

  private void feed(byte[] block, int length) {
    for (int i = 0; i < length; i++) {
      int slot = seen & (WINDOW - 1);
      byte leaving = seen < WINDOW ? 0 : ring[slot];
      ring[slot] = block[i];
      hash = (seen == 0 ? 0 : hash) * BASE + block[i] - leaving * LEAVING;
      seen++;
      if (seen >= WINDOW && java.util.Arrays.binarySearch(wanted, hash) >= 0) {
        found.add(hash);
      }
      if (seen == 1 << 30) {
        // Keeps the counter positive and the slots where they are.
        seen = WINDOW;
      }
    }
    scanned += length;
  }

  private Result result() {
    return new Result(Set.copyOf(found), scanned);
  }

  private static long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= BASE;
    }
    return power;
  }
}
