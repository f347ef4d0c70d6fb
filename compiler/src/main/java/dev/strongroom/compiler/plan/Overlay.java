package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Buffer;
import dev.strongroom.program.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a tensor that is written piece by piece grow over another one that is read piece by piece:
 * the second begins so far behind the first that what is written always stays below what is still
 * to be read. Both become one buffer. (The diagonal memory optimisation, Zhu et al., arXiv
 * 2010.01668, across several steps instead of inside one kernel.)
 */
final class Overlay {
  /** Tensors smaller than this part of the peak are left alone. */
  private static final int WORTHWHILE = 32;

  /**
   * The larger of two tensors may grow by a sixteenth of itself: else a chain of layers, each over
   * the one before, would take more with every layer.
   */
  private static final int SLACK = 16;

  /** By an eighth where that lowers the peak: rows are few in deep layers. */
  private static final int MORE_SLACK = 8;

  private final Lowered lowered;

  /** The part of itself by which the larger of two tensors may grow is one in so many. */
  private final int slack;

  private final Map<Buffer, Life> lives = new LinkedHashMap<>();
  private final long[] alive;

  private Overlay(Lowered lowered, int slack) {
    this.lowered = lowered;
    this.slack = slack;
    findLives();
    this.alive = new long[lowered.drafts().size() + 1];
    lives.forEach((buffer, life) -> addAlive(alive, life.first, life.last, size(buffer)));
  }

  /** When a buffer is accessed, in indices of drafts. */
  private static final class Life {
    private int first = Integer.MAX_VALUE;
    private int last = -1;
    private int firstWrite = Integer.MAX_VALUE;
    private int lastWrite = -1;
    private int lastRead = -1;

    void write(int at) {
      firstWrite = Math.min(firstWrite, at);
      lastWrite = Math.max(lastWrite, at);
      use(at);
    }

    void read(int at) {
      lastRead = Math.max(lastRead, at);
      use(at);
    }

    /** Whether a step uses it without anybody having written it: it holds nothing to be kept. */
    boolean isScratch() {
      return firstWrite == Integer.MAX_VALUE;
    }

    void use(int at) {
      first = Math.min(first, at);
      last = Math.max(last, at);
    }
  }

  /** {@code lowered} with tensors over one another, wherever that does not raise the peak. */
  static Lowered apply(Lowered lowered) {
    Lowered usual = apply(lowered, SLACK);
    Lowered generous = apply(lowered, MORE_SLACK);
    return LiveBytes.peak(generous) < LiveBytes.peak(usual) ? generous : usual;
  }

  private static Lowered apply(Lowered lowered, int slack) {
    Lowered result = lowered;
    while (true) {
      Overlay overlay = new Overlay(result, slack);
      Optional<Pair> best =
          overlay.pairs().stream()
              .filter(overlay::keepsPeak)
              .max(Comparator.comparingLong(Pair::gain));
      if (best.isEmpty()) {
        return result;
      }
      result = overlay.join(best.get());
    }
  }

  private static long size(Buffer buffer) {
    return Program.align(buffer.bytes());
  }

  private static void addAlive(long[] alive, int first, int last, long bytes) {
    for (int i = first; i <= Math.min(last, alive.length - 1); i++) {
      alive[i] += bytes;
    }
  }

  private Life life(Buffer buffer) {
    return lives.computeIfAbsent(buffer, k -> new Life());
  }

  private void findLives() {
    for (Lowered.NamedRegion input : lowered.inputs()) {
      if (input.streamed()) {
        continue;
      }
      life((Buffer) input.region().storage()).write(0);
      life((Buffer) input.region().storage()).firstWrite = -1;
      life((Buffer) input.region().storage()).lastWrite = -1;
    }
    for (int i = 0; i < lowered.drafts().size(); i++) {
      Draft draft = lowered.drafts().get(i);
      for (Region read : draft.reads()) {
        if (read.storage() instanceof Buffer buffer) {
          life(buffer).read(i);
        }
      }
      life((Buffer) draft.write().storage()).write(i);
    }
    for (Lowered.NamedRegion output : lowered.outputs()) {
      life((Buffer) output.region().storage()).read(lowered.drafts().size());
    }
  }

  /**
   * @param under is read while {@code over} is written
   * @param behind how far {@code under} begins behind {@code over}, in bytes
   * @param gain how much less both take than side by side
   */
  private record Pair(Buffer under, Buffer over, long behind, long gain) {
    long bytes() {
      return size(under) + size(over) - gain;
    }
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    long worthwhile = max(alive) / WORTHWHILE;
    Map<Buffer, Life> large = new LinkedHashMap<>(lives);
    large.keySet().removeIf(buffer -> size(buffer) < worthwhile);
    large.forEach(
        (over, written) -> {
          if (written.lastWrite > written.firstWrite && written.firstWrite >= 0) {
            large.forEach(
                (under, read) -> {
                  if (under != over
                      && !read.isScratch()
                      && read.lastWrite < written.firstWrite
                      && read.lastRead >= written.firstWrite
                      && read.lastRead <= written.lastWrite) {
                    pair(under, over).ifPresent(pairs::add);
                  }
                });
          }
        });
    return pairs;
  }

  private Optional<Pair> pair(Buffer under, Buffer over) {
    Life written = life(over);
    Life read = life(under);
    long behind = 0;
    long lowest = size(under);
    // From the last read backwards: what lies below the lowest byte still to be read is free.
    long[] low = new long[read.lastRead - written.firstWrite + 1];
    for (int i = read.lastRead; i >= written.firstWrite; i--) {
      for (Region region : lowered.drafts().get(i).reads()) {
        if (region.storage() == under) {
          lowest = Math.min(lowest, region.firstByte());
        }
      }
      low[i - written.firstWrite] = lowest;
    }
    long highest = 0;
    for (int i = written.firstWrite; i <= read.lastRead; i++) {
      Region write = lowered.drafts().get(i).write();
      if (write.storage() == over) {
        highest = Math.max(highest, write.endByte());
      }
      behind = Math.max(behind, highest - low[i - written.firstWrite]);
    }
    behind = Program.align(behind);
    long together = Math.max(size(over), behind + size(under));
    long larger = Math.max(size(under), size(over));
    long gain = size(under) + size(over) - together;
    return together - larger <= larger / slack
        ? Optional.of(new Pair(under, over, behind, gain))
        : Optional.empty();
  }

  private boolean keepsPeak(Pair pair) {
    long[] changed = alive.clone();
    addAlive(changed, life(pair.under()).first, life(pair.under()).last, -size(pair.under()));
    addAlive(changed, life(pair.over()).first, life(pair.over()).last, -size(pair.over()));
    addAlive(changed, life(pair.under()).first, life(pair.over()).last, pair.bytes());
    return max(changed) <= max(alive);
  }

  private static long max(long[] values) {
    return java.util.Arrays.stream(values).max().orElse(0);
  }

  private Lowered join(Pair pair) {
    Buffer both = pair.over().ofSize(pair.bytes());
    List<Draft> drafts = new ArrayList<>();
    for (Draft draft : lowered.drafts()) {
      drafts.add(
          draft.with(
              draft.reads().stream().map(r -> moved(r, pair, both)).toList(),
              moved(draft.write(), pair, both)));
    }
    return new Lowered(
        ports(lowered.inputs(), pair, both), ports(lowered.outputs(), pair, both), drafts);
  }

  private static List<Lowered.NamedRegion> ports(
      List<Lowered.NamedRegion> ports, Pair pair, Buffer both) {
    return ports.stream()
        .map(p -> new Lowered.NamedRegion(p.name(), moved(p.region(), pair, both), p.streamed()))
        .toList();
  }

  private static Region moved(Region region, Pair pair, Buffer both) {
    if (region.storage() == pair.over()) {
      return region.in(both);
    }
    return region.storage() == pair.under() ? region.moved(both, pair.behind()) : region;
  }
}
