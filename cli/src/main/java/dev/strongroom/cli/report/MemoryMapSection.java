package dev.strongroom.cli.report;

import dev.strongroom.cli.Size;
import dev.strongroom.compiler.MemoryMap;
import dev.strongroom.compiler.MemoryMap.Block;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import java.util.Comparator;
import java.util.List;

/** Where every tensor lies and when: a drawing of each space, and a table of what binds it. */
final class MemoryMapSection {
  private static final int ARENA_HEIGHT = 440;
  private static final int WINDOW_HEIGHT = 200;

  private MemoryMapSection() {}

  static String of(MemoryMap map) {
    String window =
        map.windowBytes() == 0
            ? "<p>No weights stream, so there is no window.</p>\n"
            : space(
                map,
                Space.WINDOW,
                "Weight window: streamed weights",
                new MapDrawing(map, Space.WINDOW, WINDOW_HEIGHT, map.blocks(Space.ARENA).size()));
    return """
        <section>
        <h2>Memory map</h2>
        <p>Each block is a tensor: its height is its size, its width the steps during which it is alive. Blocks never overlap. Steps count from 0.</p>
        """
        + space(
            map,
            Space.ARENA,
            "Arena: activations and scratch",
            new MapDrawing(map, Space.ARENA, ARENA_HEIGHT, 0))
        + window
        + "</section>\n";
  }

  private static String space(MemoryMap map, Space space, String title, MapDrawing drawing) {
    int binding = map.bindingStep(space);
    List<Block> alive =
        map.blocks(space).stream()
            .filter(b -> b.isAliveAt(binding))
            .sorted(Comparator.comparingLong(Block::bytes).reversed())
            .toList();
    long most = alive.stream().mapToLong(b -> Program.align(b.bytes())).sum();
    StringBuilder rows = new StringBuilder();
    for (Block block : alive) {
      rows.append(
          "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>%n"
              .formatted(
                  Html.name(block.name()),
                  Size.format(block.bytes()),
                  Html.count(block.bytes()),
                  life(block)));
    }
    String name = space == Space.ARENA ? "arena" : "window";
    return """
        <div class="map" id="%s">
        <h3>%s, %s</h3>
        <p class="legend"><span><i class="key block-%s"></i>%s</span><span><i class="key binding"></i>alive at the binding step</span><span><i class="key line"></i>binding step</span></p>
        <p>What binds is step %s, <b>%s</b>: %s alive there. The %s takes %s. To need less, what is orange has to shrink, or live elsewhere in time.</p>
        <div class="zoom"><label>zoom <input type="range" min="0" max="%s" step="0.25" value="0" aria-label="horizontal zoom"></label><span class="hint">drag to widen the steps; arrow keys go from block to block</span></div>
        %s<output class="readout">Point at a block to read its name, size and life.</output>
        <details open><summary>%s at step %s</summary>
        <div class="tall short" tabindex="0">
        <table>
        <thead><tr><th scope="col">tensor</th><th scope="col" class="n">size</th><th scope="col" class="n">bytes</th><th scope="col" class="n">alive during steps</th></tr></thead>
        <tbody>
        %s</tbody>
        </table>
        </div>
        </details>
        </div>
        """
        .formatted(
            name,
            title,
            Size.format(map.bytes(space)),
            name,
            space == Space.ARENA ? "tensor" : "weights",
            Html.count(binding),
            Html.name(map.steps().get(binding).name()),
            Size.format(most),
            name,
            Size.format(map.bytes(space)),
            Html.number(Math.max(2, Math.log(map.steps().size() / 12.0) / Math.log(2))),
            drawing.svg(),
            alive.size() == 1
                ? "The block alive"
                : "The %s blocks alive".formatted(Html.count(alive.size())),
            Html.count(binding),
            rows);
  }

  /** For example {@code 3 to 17}. */
  static String life(Block block) {
    return block.first() == block.last()
        ? Html.count(block.first())
        : "%s to %s".formatted(Html.count(block.first()), Html.count(block.last()));
  }
}
