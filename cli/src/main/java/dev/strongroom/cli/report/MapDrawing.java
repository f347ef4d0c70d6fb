package dev.strongroom.cli.report;

import dev.strongroom.cli.Size;
import dev.strongroom.compiler.MemoryMap;
import dev.strongroom.compiler.MemoryMap.Block;
import dev.strongroom.program.Space;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The drawing of one space: offsets upwards, steps to the right. Horizontal places are percentages,
 * so that the drawing becomes as wide as its container, and wider by zooming, without a script that
 * moves thousands of blocks; each block is a viewport of its own, which clips its label.
 *
 * @param height of the blocks' area in pixels
 * @param firstId number of the first block on the page
 */
record MapDrawing(MemoryMap map, Space space, int height, int firstId) {
  private static final int TOP = 22;
  private static final int PROFILE = 56;
  private static final int BETWEEN = 14;
  private static final int BOTTOM = 24;
  private static final int AXIS = 84;

  /** As wide as the drawing is taken to be before a script has measured it. */
  private static final int USUAL_WIDTH = 1000;

  /** Less cannot be seen, in pixels; what is so drawn is exact in its words. */
  private static final double LEAST_SIZE = 1.5;

  private static final int LABEL_HEIGHT = 16;
  private static final int TWO_LABELS_HEIGHT = 31;
  private static final int LABEL_WIDTH = 30;
  private static final double CHARACTER_WIDTH = 6.6;

  /** Both axes, the blocks, and below them how much is alive at each step. */
  String svg() {
    return """
        <div class="plot">
        <svg class="axis" width="%d" height="%d" aria-hidden="true">%s</svg>
        <div class="scroll" tabindex="0"><div class="inner">
        <svg class="drawing" width="100%%" height="%d" role="group" aria-label="memory map">
        %s%s%s%s%s</svg>
        </div></div>
        </div>
        """
        .formatted(
            AXIS, total(), offsets(), total(), grid(), blocks(), profile(), bindingStep(), steps());
  }

  private int total() {
    return TOP + height + BETWEEN + PROFILE + BOTTOM;
  }

  private int stepCount() {
    return map.steps().size();
  }

  private double percent(double step) {
    return 100 * step / stepCount();
  }

  private double y(double offset) {
    return TOP + height - offset / map.bytes(space) * height;
  }

  private List<Double> offsetTicks() {
    return Ticks.binary(0, map.bytes(space), Math.max(2, height / 55));
  }

  private String offsets() {
    StringBuilder axis = new StringBuilder();
    axis.append("<text x=\"%d\" y=\"12\" class=\"caption\">offset</text>".formatted(AXIS - 8));
    for (double tick : offsetTicks()) {
      axis.append(
          "<text x=\"%d\" y=\"%s\">%s</text>"
              .formatted(
                  AXIS - 8, Html.number(y(tick) + 4), tick == 0 ? "0" : Size.format((long) tick)));
    }
    int base = TOP + height + BETWEEN;
    axis.append(
        "<text x=\"%d\" y=\"%d\" class=\"caption\">alive</text>"
            .formatted(AXIS - 8, base + PROFILE / 2 + 4));
    axis.append(
        "<text x=\"%d\" y=\"%d\" class=\"caption\">step</text>"
            .formatted(AXIS - 8, base + PROFILE + 17));
    return axis.toString();
  }

  private String grid() {
    StringBuilder lines = new StringBuilder();
    lines.append(
        "<rect class=\"ground\" x=\"0\" y=\"%d\" width=\"100%%\" height=\"%d\"/>%n"
            .formatted(TOP, height));
    for (double tick : offsetTicks()) {
      lines.append(
          "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%1$s\" y2=\"%1$s\"/>"
              .formatted(Html.number(y(tick))));
    }
    return lines.append('\n').toString();
  }

  private String blocks() {
    int binding = map.bindingStep(space);
    List<Block> sorted =
        map.blocks(space).stream()
            .sorted(Comparator.comparingInt(Block::first).thenComparingLong(Block::offset))
            .toList();
    StringBuilder drawn = new StringBuilder();
    for (int i = 0; i < sorted.size(); i++) {
      drawn.append(block(sorted.get(i), i, binding));
    }
    return drawn.toString();
  }

  private String block(Block block, int index, int binding) {
    double width = percent(block.last() - block.first() + 1);
    double blockHeight = Math.max(LEAST_SIZE, (double) block.bytes() / map.bytes(space) * height);
    boolean wide = width * USUAL_WIDTH / 100 >= LABEL_WIDTH;
    StringBuilder labels = new StringBuilder();
    if (blockHeight >= LABEL_HEIGHT) {
      labels.append("<text x=\"4\" y=\"12\">%s</text>".formatted(label(block.name(), width)));
    }
    if (blockHeight >= TWO_LABELS_HEIGHT) {
      String size = Size.format(block.bytes());
      labels.append(
          "<text x=\"4\" y=\"26\" class=\"size\" data-text=\"%1$s\">%2$s</text>"
              .formatted(size, size.length() <= characters(width) ? size : ""));
    }
    return """
        <svg class="block%s%s%s" id="b%d" tabindex="%d" x="%s%%" y="%s" width="%s%%" height="%s"%s data-name="%s"><title>%s: %s (%s bytes) at offset %s, alive during steps %s</title><rect width="100%%" height="100%%"/>%s</svg>
        """
        .formatted(
            block.isAliveAt(binding) ? " binding" : "",
            index % 2 == 1 ? " odd" : "",
            wide ? " wide" : "",
            firstId + index,
            index == 0 ? 0 : -1,
            Html.number(percent(block.first())),
            Html.number(y(block.offset()) - blockHeight),
            Html.number(width),
            Html.number(blockHeight),
            width * USUAL_WIDTH / 100 < LEAST_SIZE
                ? " style=\"width:max(%s%%,%spx)\"".formatted(Html.number(width), LEAST_SIZE)
                : "",
            Html.name(block.name()),
            Html.name(block.name()),
            Size.format(block.bytes()),
            Html.count(block.bytes()),
            Html.count(block.offset()),
            MemoryMapSection.life(block),
            labels);
  }

  /**
   * As much of {@code text} as fits, its middle left out; the script does the same after zooming.
   */
  private static String label(String text, double widthPercent) {
    int fits = characters(widthPercent);
    int[] points = text.codePoints().toArray();
    if (points.length <= fits) {
      return Html.text(text);
    }
    if (fits < 6) {
      return "";
    }
    int head = fits / 2;
    int tail = fits - 1 - head;
    return Html.text(
        new String(points, 0, head) + "…" + new String(points, points.length - tail, tail));
  }

  private static int characters(double widthPercent) {
    return (int) ((widthPercent * USUAL_WIDTH / 100 - 8) / CHARACTER_WIDTH);
  }

  private String profile() {
    long[] alive = map.alive(space);
    long most = Math.max(1, Arrays.stream(alive).max().orElse(1));
    StringBuilder path = new StringBuilder("M0 1");
    for (int i = 0; i < alive.length; i++) {
      if (i == 0 || alive[i] != alive[i - 1]) {
        path.append("H%d V%s".formatted(i, Html.number(1 - (double) alive[i] / most)));
      }
    }
    path.append("H%d V1Z".formatted(alive.length));
    return """
        <svg class="profile" x="0" y="%d" width="100%%" height="%d" viewBox="0 0 %d 1" preserveAspectRatio="none"><path d="%s"/></svg>
        """
        .formatted(TOP + height + BETWEEN, PROFILE, alive.length, path);
  }

  private String bindingStep() {
    int step = map.bindingStep(space);
    double at = percent(step + 0.5);
    boolean right = at > 50;
    return """
        <line class="bound" x1="%1$s%%" x2="%1$s%%" y1="%2$d" y2="%3$d"/>
        <text class="bound" x="%1$s%%" y="14" dx="%4$d" text-anchor="%5$s">step %6$s: %7$s</text>
        """
        .formatted(
            Html.number(at),
            4,
            TOP + height + BETWEEN + PROFILE,
            right ? -6 : 6,
            right ? "end" : "start",
            Html.count(step),
            Html.name(map.steps().get(step).name()));
  }

  /** A few ticks; the script puts others in their place when it knows how wide the drawing is. */
  private String steps() {
    StringBuilder axis =
        new StringBuilder("<g class=\"ticks\" data-steps=\"%d\">".formatted(stepCount()));
    for (double tick : Ticks.decimal(0, stepCount(), 10)) {
      if (tick == Math.rint(tick) && tick < stepCount()) {
        axis.append(
            "<text class=\"step%s\" x=\"%s%%\" y=\"%d\">%s</text>"
                .formatted(
                    tick == 0 ? " first" : "",
                    Html.number(percent(tick + 0.5)),
                    TOP + height + BETWEEN + PROFILE + 17,
                    Html.count((long) tick)));
      }
    }
    return axis.append("</g>\n").toString();
  }
}
