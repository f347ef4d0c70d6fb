package dev.strongroom.world;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final int BLOCK = 1 << 18;
  private static final byte[] ZEROS = new byte[WINDOW + BLOCK];

  private final Set<Long> wanted;
  private final boolean[] lowBits = new boolean[1 << 16];
  private final Set<Long> found = new HashSet<>();

  /** The end of the block before, so that no window falls between two, and the block. */
  private final byte[] bytes = new byte[WINDOW + BLOCK];

  private int kept;
  private long scanned;

  private MemorySearch(List<Long> wanted) {
    this.wanted = Set.copyOf(wanted);
    wanted.forEach(hash -> lowBits[(int) (hash & 0xFFFF)] = true);
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
    for (long at = 0; at < memory.byteSize(); at += BLOCK) {
      int length = (int) Math.min(BLOCK, memory.byteSize() - at);
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, search.bytes, search.kept, length);
      search.scan(length);
    }
    return search.result();
  }

  /** Searches everything that this very process can read of its own memory. */
  static Result inThisProcess(List<Long> wanted) throws IOException {
    MemorySearch search = new MemorySearch(wanted);
    try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
      for (Region region : regions(Path.of("/proc/self/maps"))) {
        search.kept = 0;
        for (long at = region.from(); at < region.to(); at += BLOCK) {
          int length = (int) Math.min(BLOCK, region.to() - at);
          memory.seek(at);
          int read;
          try {
            read = memory.read(search.bytes, search.kept, length);
          } catch (IOException behindTheEndOfAFile) {
            break;
          }
          search.scan(Math.max(read, 0));
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
                Long.parseUnsignedLong(range[0], 16), Long.parseUnsignedLong(range[1], 16), name));
      }
    }
    return regions;
  }

  /** Looks at {@code length} bytes that were put behind the kept ones. */
  private void scan(int length) {
    int end = kept + length;
    scanned += length;
    // Most of a heap is untouched.
    if (end >= WINDOW && !Arrays.equals(bytes, 0, end, ZEROS, 0, end)) {
      long hash = hash(Arrays.copyOf(bytes, WINDOW));
      check(hash);
      for (int i = WINDOW; i < end; i++) {
        hash = hash * BASE + bytes[i] - bytes[i - WINDOW] * LEAVING;
        check(hash);
      }
    }
    kept = Math.min(end, WINDOW - 1);
    System.arraycopy(bytes, end - kept, bytes, 0, kept);
  }

  private void check(long hash) {
    if (lowBits[(int) (hash & 0xFFFF)] && wanted.contains(hash)) {
      found.add(hash);
    }
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
