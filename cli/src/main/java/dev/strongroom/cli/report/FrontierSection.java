package dev.strongroom.cli.report;

import dev.strongroom.cli.Size;
import dev.strongroom.compiler.FrontierPoint;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Memory against multiply-accumulates: what could be given for less of either. */
final class FrontierSection {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 340;
  private static final int LEFT = 90;
  private static final int RIGHT = 30;
  private static final int TOP = 24;
  private static final int BOTTOM = 48;

  /** Axes that are barely longer than their points would show differences that are none. */
  private static final double LEAST_RATIO = 1.1;

  private FrontierSection() {}

  /** Nothing if there is nothing to show. */
  static String of(List<FrontierPoint> points, long budget) {
    if (points.isEmpty()) {
      return "";
    }
    List<FrontierPoint> sorted =
        points.stream().sorted(Comparator.comparingLong(FrontierPoint::footprint)).toList();
    StringBuilder rows = new StringBuilder();
    long least = leastMacs(points);
    for (FrontierPoint p : sorted) {
      rows.append(
          "<tr%s><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td>%s</td></tr>%n"
              .formatted(
                  p.chosen() ? " class=\"chosen\"" : "",
                  Size.format(p.footprint()),
                  Html.count(p.footprint()),
                  Html.count(p.macs()),
                  Html.format("%.3f", (double) p.macs() / least),
                  p.chosen() ? "chosen" : ""));
    }
    return """
        <section id="frontier">
        <h2>Frontier</h2>
        <p>Every point is a way to run the model: less memory to the bottom, less work to the left. Both axes are logarithmic.</p>
        <p class="legend"><span><i class="key dot"></i>possible</span><span><i class="key dot binding"></i>chosen</span><span><i class="key line"></i>budget</span></p>
        %s<details><summary>All %s points</summary>
        <div class="tall short" tabindex="0">
        <table>
        <thead><tr><th scope="col" class="n">footprint</th><th scope="col" class="n">bytes</th><th scope="col" class="n">MACs</th><th scope="col" class="n">times the least</th><th scope="col"></th></tr></thead>
        <tbody>
        %s</tbody>
        </table>
        </div>
        </details>
        </section>
        """
        .formatted(svg(sorted, budget), Html.count(points.size()), rows);
  }

  private static long leastMacs(List<FrontierPoint> points) {
    return Math.max(1, points.stream().mapToLong(FrontierPoint::macs).min().orElseThrow());
  }

  /** A logarithmic axis from {@code low} to {@code high}, drawn from {@code from} to {@code to}. */
  private record Axis(double low, double high, double from, double to) {
    static Axis over(Stream<Double> values, double from, double to) {
      List<Double> sorted = values.sorted().toList();
      double low = sorted.getFirst();
      double high = sorted.getLast();
      double margin = Math.max(Math.sqrt(high / low) * 0.06 + 1, Math.sqrt(LEAST_RATIO));
      return new Axis(low / margin, high * margin, from, to);
    }

    double at(double value) {
      return from + (to - from) * Math.log(value / low) / Math.log(high / low);
    }

    String place(double value) {
      return Html.number(at(value));
    }
  }

  private static String svg(List<FrontierPoint> points, long budget) {
    double least = leastMacs(points);
    Axis x =
        Axis.over(points.stream().map(p -> Math.max(1, p.macs()) / least), LEFT, WIDTH - RIGHT);
    Axis y = Axis.over(points.stream().map(p -> (double) p.footprint()), HEIGHT - BOTTOM, TOP);
    StringBuilder drawn = new StringBuilder();
    for (double tick : spread(Ticks.decimal(x.low(), x.high(), 8), x)) {
      drawn.append(
          "<line class=\"grid\" x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\"/><text class=\"step\" x=\"%1$s\" y=\"%4$d\">%5$s×</text>"
              .formatted(
                  x.place(tick), TOP, HEIGHT - BOTTOM, HEIGHT - BOTTOM + 18, Html.number(tick)));
    }
    for (double tick : spread(sizes(y), y)) {
      drawn.append(
          "<line class=\"grid\" x1=\"%1$d\" x2=\"%2$d\" y1=\"%3$s\" y2=\"%3$s\"/><text class=\"end\" x=\"%4$d\" y=\"%5$s\">%6$s</text>"
              .formatted(
                  LEFT,
                  WIDTH - RIGHT,
                  y.place(tick),
                  LEFT - 8,
                  Html.number(y.at(tick) + 4),
                  Size.format((long) tick)));
    }
    drawn.append(
        "<text class=\"step caption\" x=\"%d\" y=\"%d\">multiply-accumulates, as multiples of the least possible (%s)</text>"
            .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, Html.count((long) least)));
    drawn.append(
        "<text class=\"end caption\" x=\"%d\" y=\"14\">footprint</text>".formatted(LEFT - 8));
    if (budget > y.low() && budget < y.high()) {
      drawn.append(
          "<line class=\"bound\" x1=\"%1$d\" x2=\"%2$d\" y1=\"%3$s\" y2=\"%3$s\"/>"
              .formatted(LEFT, WIDTH - RIGHT, y.place(budget)));
    }
    points.stream()
        .sorted(Comparator.comparing(FrontierPoint::chosen))
        .forEach(
            p -> drawn.append(dot(p, x.at(Math.max(1, p.macs()) / least), y.at(p.footprint()))));
    return "<svg class=\"frontier\" viewBox=\"0 0 %d %d\" role=\"group\" aria-label=\"memory against multiply-accumulates\">%n%s</svg>%n"
        .formatted(WIDTH, HEIGHT, drawn);
  }

  private static String dot(FrontierPoint p, double x, double y) {
    String label =
        p.chosen()
            ? "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>"
                .formatted(
                    x > WIDTH * 0.8 ? "end" : "",
                    Html.number(x > WIDTH * 0.8 ? x - 10 : x + 10),
                    Html.number(y - 8),
                    Size.format(p.footprint()))
            : "";
    return "<circle class=\"point%s\" cx=\"%s\" cy=\"%s\" r=\"%d\"><title>%s (%s bytes), %s MACs%s</title></circle>%s%n"
        .formatted(
            p.chosen() ? " chosen" : "",
            Html.number(x),
            Html.number(y),
            p.chosen() ? 7 : 5,
            Size.format(p.footprint()),
            Html.count(p.footprint()),
            Html.count(p.macs()),
            p.chosen() ? ", chosen" : "",
            label);
  }

  /** Powers of two where there are enough of them, else equal distances. */
  private static List<Double> sizes(Axis y) {
    List<Double> powers =
        Stream.iterate(1.0, p -> p <= y.high(), p -> 2 * p).filter(p -> p >= y.low()).toList();
    return powers.size() >= 3 ? powers : Ticks.binary(y.low(), y.high(), 6);
  }

  /** Those ticks that leave room for their words. */
  private static List<Double> spread(List<Double> ticks, Axis axis) {
    List<Double> kept = new java.util.ArrayList<>();
    for (double tick : ticks) {
      if (tick > 0 && (kept.isEmpty() || Math.abs(axis.at(tick) - axis.at(kept.getLast())) >= 26)) {
        kept.add(tick);
      }
    }
    return kept;
  }
}
