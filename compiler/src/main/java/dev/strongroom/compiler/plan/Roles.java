package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Storage.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Buffers that hold pieces of one tensor, one after the other. At one place each, the steps of a
 * band are those of the band before, which the encoding of a Program makes use of.
 */
final class Roles {
  private Roles() {}

  /**
   * The buffers in groups that are never alive together, in order of their first step.
   *
   * @param lives first and last step of each buffer
   */
  static List<List<Buffer>> of(Map<Buffer, int[]> lives) {
    Map<String, List<List<Buffer>>> byRole = new LinkedHashMap<>();
    List<List<Buffer>> groups = new ArrayList<>();
    lives.entrySet().stream()
        .sorted((a, b) -> Integer.compare(a.getValue()[0], b.getValue()[0]))
        .forEach(
            entry -> {
              Buffer buffer = entry.getKey();
              List<List<Buffer>> ofRole =
                  byRole.computeIfAbsent(buffer.role(), k -> new ArrayList<>());
              for (List<Buffer> group : ofRole) {
                int[] last = lives.get(group.getLast());
                if (last != null && last[1] < entry.getValue()[0]) {
                  group.add(buffer);
                  return;
                }
              }
              List<Buffer> group = new ArrayList<>(List.of(buffer));
              ofRole.add(group);
              groups.add(group);
            });
    return groups;
  }
}
