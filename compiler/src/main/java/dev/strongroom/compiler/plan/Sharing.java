package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage;
import dev.strongroom.compiler.lower.Storage.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Lets tensors share memory where the steps allow it; changes no result. */
final class Sharing {
  private Sharing() {}

  /**
   * Lets each step that may write over an operand do so, if nothing reads that operand afterwards.
   */
  static Lowered overwrite(Lowered lowered) {
    Map<Buffer, Integer> lastUse = lastUses(lowered);
    Map<Buffer, Buffer> replaced = new HashMap<>();
    List<Draft> drafts = new ArrayList<>();
    for (int i = 0; i < lowered.drafts().size(); i++) {
      Draft draft = substitute(lowered.drafts().get(i), replaced);
      Buffer victim = overwritable(draft, i, lastUse);
      if (victim != null) {
        Buffer result = (Buffer) draft.write().storage();
        replaced.put(result, victim);
        lastUse.put(victim, lastUse.getOrDefault(result, i));
        draft = substitute(draft, replaced);
      }
      drafts.add(draft);
    }
    return new Lowered(
        lowered.inputs(),
        lowered.outputs().stream()
            .map(
                o ->
                    new Lowered.NamedRegion(
                        o.name(), substitute(o.region(), replaced), o.streamed()))
            .toList(),
        drafts);
  }

  /** The index of the last draft that reads each buffer; past the end for an output. */
  private static Map<Buffer, Integer> lastUses(Lowered lowered) {
    Map<Buffer, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < lowered.drafts().size(); i++) {
      for (Region read : lowered.drafts().get(i).reads()) {
        if (read.storage() instanceof Buffer buffer) {
          lastUse.put(buffer, i);
        }
      }
    }
    for (Lowered.NamedRegion output : lowered.outputs()) {
      lastUse.put((Buffer) output.region().storage(), lowered.drafts().size());
    }
    return lastUse;
  }

  private static @org.jspecify.annotations.Nullable Buffer overwritable(
      Draft draft, int index, Map<Buffer, Integer> lastUse) {
    Region write = draft.write();
    if (draft.aliasing() != Draft.Aliasing.MAY_OVERWRITE || !write.isWhole()) {
      return null;
    }
    for (Region read : draft.reads()) {
      if (read.storage() instanceof Buffer buffer
          && lastUse.getOrDefault(buffer, -1) == index
          && buffer.bytes() == write.storage().bytes()
          && draft.reads().stream()
              .filter(r -> r.storage() == buffer)
              .allMatch(r -> r.sameGeometry(write))) {
        return buffer;
      }
    }
    return null;
  }

  private static Draft substitute(Draft draft, Map<Buffer, Buffer> replaced) {
    return draft.with(
        draft.reads().stream().map(r -> substitute(r, replaced)).toList(),
        substitute(draft.write(), replaced));
  }

  private static Region substitute(Region region, Map<Buffer, Buffer> replaced) {
    Storage storage = region.storage();
    while (storage instanceof Buffer buffer && replaced.containsKey(buffer)) {
      storage = replaced.get(buffer);
    }
    return region.in(storage);
  }

  /**
   * Leaves out copies whose input nothing else reads: the steps that make it write to the copy's
   * output. Concatenations then cost nothing, but the whole result lives from its first part on.
   *
   * @param sources whose copies may be left out
   */
  static Lowered withoutCopies(Lowered lowered, Predicate<Buffer> sources) {
    Set<Storage> readOnce = readOnce(lowered);
    return withoutCopiesOf(lowered, source -> readOnce.contains(source) && sources.test(source));
  }

  /** What a single operand of a single step reads; leaving out copies of it changes no other. */
  private static Set<Storage> readOnce(Lowered lowered) {
    Set<Storage> once = new HashSet<>();
    Set<Storage> again = new HashSet<>();
    for (Draft draft : lowered.drafts()) {
      for (Region read : draft.reads()) {
        (once.add(read.storage()) ? once : again).add(read.storage());
      }
    }
    once.removeAll(again);
    return once;
  }

  /**
   * @param sources of {@link #readOnce}
   */
  private static Lowered withoutCopiesOf(Lowered lowered, Predicate<Buffer> sources) {
    List<Draft> drafts = new ArrayList<>(lowered.drafts());
    for (int i = 0; i < drafts.size(); i++) {
      Draft draft = drafts.get(i);
      if (draft.aliasing() == Draft.Aliasing.COPY
          && draft.reads().getFirst().storage() instanceof Buffer source
          && sources.test(source)
          && leaveOut(lowered, drafts, i)) {
        drafts.remove(i);
        i--;
      }
    }
    return new Lowered(lowered.inputs(), lowered.outputs(), drafts);
  }

  /** Leaves out the other copies too, each unless the most that is alive at once would be more. */
  static Lowered withoutCostlyCopies(Lowered lowered) {
    Lowered best = lowered;
    Set<Storage> readOnce = readOnce(lowered);
    long peak = LiveBytes.peak(overwrite(lowered));
    for (Draft draft : lowered.drafts()) {
      if (draft.aliasing() == Draft.Aliasing.COPY
          && draft.reads().getFirst().storage() instanceof Buffer buffer
          && !buffer.isKept()
          && readOnce.contains(buffer)) {
        Lowered shorter = withoutCopiesOf(best, source -> source == buffer);
        if (shorter.drafts().size() < best.drafts().size()) {
          long now = LiveBytes.peak(overwrite(shorter));
          if (now <= peak) {
            best = shorter;
            peak = now;
          }
        }
      }
    }
    return best;
  }

  /** Leaves out the copy at {@code index}, if all that write to its input can write elsewhere. */
  private static boolean leaveOut(Lowered lowered, List<Draft> drafts, int index) {
    Region source = drafts.get(index).reads().getFirst();
    Region target = drafts.get(index).write();
    if (!(source.storage() instanceof Buffer buffer)
        || !source.isWhole()
        || isPort(lowered, buffer)) {
      return false;
    }
    Map<Integer, Region> carried = new HashMap<>();
    for (int i = 0; i < drafts.size(); i++) {
      Region write = drafts.get(i).write();
      if (write.storage() == buffer) {
        Optional<Region> there = write.carry(source, target);
        // Kernels write runs of their last dimension: a copy that changes the layout has to stay.
        if (there.isEmpty() || i > index || !there.get().sameLastStride(write)) {
          return false;
        }
        carried.put(i, there.get());
      }
    }
    carried.forEach(
        (i, region) -> drafts.set(i, drafts.get(i).with(drafts.get(i).reads(), region)));
    return true;
  }

  private static boolean isPort(Lowered lowered, Buffer buffer) {
    return lowered.inputs().stream().anyMatch(p -> p.region().storage() == buffer)
        || lowered.outputs().stream().anyMatch(p -> p.region().storage() == buffer);
  }
}
