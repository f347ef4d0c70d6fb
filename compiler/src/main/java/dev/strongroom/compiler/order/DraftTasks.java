package dev.strongroom.compiler.order;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Buffer;
import dev.strongroom.compiler.order.OrderProblem.Step;
import dev.strongroom.program.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says in an {@link OrderProblem}'s words what drafts read and write. */
final class DraftTasks {
  private final Lowered lowered;
  private final Map<Buffer, Integer> numbers = new LinkedHashMap<>();

  /** Buffers that more than one draft writes. */
  private final Set<Buffer> inParts = new LinkedHashSet<>();

  /**
   * @param lowered before drafts have been let overwrite operands: what may be overwritten depends
   *     on the order
   */
  DraftTasks(Lowered lowered) {
    this.lowered = lowered;
    Set<Buffer> written = new LinkedHashSet<>();
    lowered.inputs().forEach(input -> number(input.region()));
    for (Draft draft : lowered.drafts()) {
      number(draft.write());
      if (draft.write().storage() instanceof Buffer buffer && !written.add(buffer)) {
        inParts.add(buffer);
      }
    }
  }

  private void number(Region region) {
    if (region.storage() instanceof Buffer buffer) {
      numbers.putIfAbsent(buffer, numbers.size());
    }
  }

  private int numberOf(Buffer buffer) {
    Integer number = numbers.get(buffer);
    if (number == null) {
      throw new IllegalStateException("nothing is known of " + buffer);
    }
    return number;
  }

  List<OrderProblem.Buffer> buffers() {
    Set<Buffer> inputs = buffers(lowered.inputs());
    Set<Buffer> outputs = buffers(lowered.outputs());
    return numbers.keySet().stream()
        .map(
            b ->
                new OrderProblem.Buffer(
                    Program.align(b.bytes()), inputs.contains(b), outputs.contains(b)))
        .toList();
  }

  private static Set<Buffer> buffers(List<Lowered.NamedRegion> ports) {
    Set<Buffer> buffers = new LinkedHashSet<>();
    ports.forEach(p -> buffers.add((Buffer) p.region().storage()));
    return buffers;
  }

  /** The steps of all drafts, in their order. */
  List<Step> steps() {
    return lowered.drafts().stream().map(this::step).toList();
  }

  private Step step(Draft draft) {
    Set<Buffer> reads = new LinkedHashSet<>();
    for (Region read : draft.reads()) {
      // A buffer without a number is scratch: nobody writes it before, it lives for one draft and
      // weighs the same in every order.
      if (read.storage() instanceof Buffer buffer && numbers.containsKey(buffer)) {
        reads.add(buffer);
      }
    }
    List<Integer> mayOverwrite = new ArrayList<>();
    for (Buffer read : reads) {
      if (mayOverwrite(draft, read)) {
        mayOverwrite.add(numberOf(read));
      }
    }
    return new Step(
        reads.stream().map(this::numberOf).toList(),
        numberOf((Buffer) draft.write().storage()),
        mayOverwrite);
  }

  /** What {@code Sharing.overwrite} asks, but for the order. */
  private boolean mayOverwrite(Draft draft, Buffer read) {
    Region write = draft.write();
    return draft.aliasing() == Draft.Aliasing.MAY_OVERWRITE
        && write.isWhole()
        && write.storage() instanceof Buffer result
        && result != read
        && result.bytes() == read.bytes()
        && !inParts.contains(result)
        && draft.reads().stream()
            .filter(r -> r.storage() == read)
            .allMatch(r -> r.sameGeometry(write));
  }
}
