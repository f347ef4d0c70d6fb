package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage;
import dev.strongroom.compiler.lower.Storage.Buffer;
import dev.strongroom.program.Program;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many bytes of activations are alive at each step, weights apart. */
final class LiveBytes {
  private LiveBytes() {}

  /** The most bytes alive at any step of {@code lowered}. */
  static long peak(Lowered lowered) {
    Map<Buffer, int[]> lives = new LinkedHashMap<>();
    int end = lowered.drafts().size();
    lowered.inputs().stream()
        .filter(input -> !input.streamed())
        .forEach(input -> use(lives, input.region().storage(), 0));
    for (int i = 0; i < end; i++) {
      Draft draft = lowered.drafts().get(i);
      for (Region read : draft.reads()) {
        use(lives, read.storage(), i);
      }
      use(lives, draft.write().storage(), i);
    }
    lowered.outputs().forEach(output -> use(lives, output.region().storage(), end));
    long[] change = new long[end + 2];
    lives.forEach(
        (buffer, life) -> {
          change[life[0]] += Program.align(buffer.bytes());
          change[life[1] + 1] -= Program.align(buffer.bytes());
        });
    Arrays.parallelPrefix(change, Long::sum);
    return Arrays.stream(change).max().orElse(0);
  }

  private static void use(Map<Buffer, int[]> lives, Storage storage, int at) {
    if (storage instanceof Buffer buffer) {
      lives.computeIfAbsent(buffer, k -> new int[] {at, at})[1] = at;
    }
  }
}
