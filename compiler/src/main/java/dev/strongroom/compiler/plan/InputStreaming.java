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
 * Lets an input cross piece by piece where steps read its pieces one after another, each once: a
 * copy of a piece receives instead, and before other steps stands one that does. The input never
 * lies in secure memory as a whole. At most one input of a Program may cross so; the largest that
 * can does.
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
    int pieces = 0;
    for (Draft draft : lowered.drafts()) {
      if (draft.write().storage() == buffer) {
        return false;
      }
      for (Region read : draft.reads()) {
        if (read.storage() == buffer) {
          if (read.firstByte() != next || !read.isRun()) {
            return false;
          }
          next = read.endByte();
          pieces++;
        }
      }
    }
    boolean isOutput =
        lowered.outputs().stream().anyMatch(output -> output.region().storage() == buffer);
    return pieces > 1 && next == buffer.bytes() && !isOutput;
  }

  private static Lowered stream(Lowered lowered, Lowered.NamedRegion input) {
    Buffer buffer = (Buffer) input.region().storage();
    List<Draft> drafts = new ArrayList<>();
    for (Draft draft : lowered.drafts()) {
      Optional<Region> piece =
          draft.reads().stream().filter(r -> r.storage() == buffer).findFirst();
      if (piece.isEmpty()) {
        drafts.add(draft);
      } else if (draft.aliasing() == Draft.Aliasing.COPY
          && piece.get().sameStrides(draft.write())) {
        drafts.add(receive(draft.name(), piece.get(), draft.write()));
      } else {
        Region from = piece.get();
        long bytes = from.endByte() - from.firstByte();
        Region into = from.moved(buffer.piece(drafts.size(), bytes), -from.firstByte());
        drafts.add(receive(draft.name() + "/receive", from, into));
        drafts.add(
            draft.with(
                draft.reads().stream().map(r -> r == from ? into : r).toList(), draft.write()));
      }
    }
    List<Lowered.NamedRegion> inputs =
        lowered.inputs().stream()
            .map(i -> i == input ? new Lowered.NamedRegion(i.name(), i.region(), true) : i)
            .toList();
    return new Lowered(inputs, lowered.outputs(), drafts);
  }

  private static Draft receive(String name, Region from, Region into) {
    long offset = from.firstByte();
    int length = Math.toIntExact(from.endByte() - offset);
    return new Draft(
        name,
        List.of(),
        into,
        0,
        Draft.Aliasing.NONE,
        (reads, write) ->
            new Step.Receive(
                View.dense(Space.INPUT, ElementType.U8, offset, length),
                View.dense(Space.ARENA, ElementType.U8, write.offset(), length)));
  }
}
