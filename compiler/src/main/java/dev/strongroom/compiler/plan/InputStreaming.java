package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Buffer;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets an input cross piece by piece where all that happens to it is that pieces are copied, each
 * once and in their order: the copies receive instead, and the input never lies in secure memory as
 * a whole. At most one input of a Program may cross so; the largest that can does.
 */
final class InputStreaming {
  private InputStreaming() {}

  static Lowered apply(Lowered lowered) {
    Optional<Lowered.NamedRegion> best =
        lowered.inputs().stream()
            .filter(input -> canStream(lowered, input))
            .max((a, b) -> Long.compare(bytes(a), bytes(b)));
    return best.map(input -> stream(lowered, input)).orElse(lowered);
  }

  private static long bytes(Lowered.NamedRegion input) {
    return input.region().storage().bytes();
  }

  private static boolean canStream(Lowered lowered, Lowered.NamedRegion input) {
    Buffer buffer = (Buffer) input.region().storage();
    long next = 0;
    for (Draft draft : lowered.drafts()) {
      if (draft.write().storage() == buffer) {
        return false;
      }
      for (Region read : draft.reads()) {
        if (read.storage() == buffer) {
          if (draft.aliasing() != Draft.Aliasing.COPY
              || read.firstByte() != next
              || !read.isRun()
              || !read.sameStrides(draft.write())) {
            return false;
          }
          next = read.endByte();
        }
      }
    }
    boolean isOutput =
        lowered.outputs().stream().anyMatch(output -> output.region().storage() == buffer);
    return next == buffer.bytes() && !isOutput;
  }

  private static Lowered stream(Lowered lowered, Lowered.NamedRegion input) {
    List<Draft> drafts = new ArrayList<>();
    for (Draft draft : lowered.drafts()) {
      boolean receives =
          draft.reads().stream().anyMatch(r -> r.storage() == input.region().storage());
      drafts.add(receives ? receive(draft) : draft);
    }
    List<Lowered.NamedRegion> inputs =
        lowered.inputs().stream()
            .map(i -> i == input ? new Lowered.NamedRegion(i.name(), i.region(), true) : i)
            .toList();
    return new Lowered(inputs, lowered.outputs(), drafts);
  }

  private static Draft receive(Draft copy) {
    Region from = copy.reads().getFirst();
    long offset = from.firstByte();
    int length = Math.toIntExact(from.endByte() - offset);
    return new Draft(
        copy.name(),
        List.of(),
        copy.write(),
        0,
        Draft.Aliasing.NONE,
        (reads, write) ->
            new Step.Receive(
                View.dense(Space.INPUT, ElementType.U8, offset, length),
                View.dense(Space.ARENA, ElementType.U8, write.offset(), length)));
  }
}
