package dev.strongroom.cli.report;

import dev.strongroom.compiler.MemoryMap.Layer;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What each layer costs: a row a node of the network, a bar a cost. */
final class LayerSection {
  private LayerSection() {}

  static String of(Report report) {
    List<Layer> layers = report.memoryMap().layers();
    boolean timed = !report.stepTimes().isEmpty();
    ToDoubleFunction<Layer> time = layer -> millis(report.stepTimes(), layer);
    double macs = most(layers, Layer::macs);
    double opened = most(layers, Layer::bytesOpened);
    double longest = timed ? most(layers, time) : 0;
    StringBuilder rows = new StringBuilder();
    for (Layer layer : layers) {
      rows.append("<tr><th scope=\"row\">")
          .append(Html.name(layer.name()))
          .append("</th>")
          .append("<td class=\"n\">")
          .append(Html.count(layer.indices().size()))
          .append("</td>")
          .append(bar("macs", layer.macs(), macs, Html.count(layer.macs())))
          .append(bar("opened", layer.bytesOpened(), opened, Html.count(layer.bytesOpened())));
      if (timed) {
        double took = time.applyAsDouble(layer);
        rows.append(bar("time", took, longest, Html.format("%.3f", took)));
      }
      rows.append("</tr>\n");
    }
    return """
        <section>
        <h2>Layers</h2>
        <p>Each row is a node of the network, in the order in which they begin, with all steps that come from it.%s</p>
        <div class="tall" tabindex="0">
        <table class="layers">
        <thead><tr><th scope="col">layer</th><th scope="col" class="n">steps</th><th scope="col" class="n">MACs</th><th scope="col" class="n">bytes opened</th>%s</tr></thead>
        <tbody>
        %s</tbody>
        </table>
        </div>
        </section>
        """
        .formatted(
            timed ? "" : " Nobody has measured their time yet.",
            timed ? "<th scope=\"col\" class=\"n\">time in ms</th>" : "",
            rows);
  }

  private static double most(List<Layer> layers, ToDoubleFunction<Layer> cost) {
    return layers.stream().mapToDouble(cost).max().orElse(0);
  }

  private static double millis(List<Duration> times, Layer layer) {
    return layer.indices().stream().mapToLong(i -> times.get(i).toNanos()).sum() / 1e6;
  }

  private static String bar(String style, double value, double most, String text) {
    return "<td class=\"n bar %s\" style=\"--part:%s\">%s</td>"
        .formatted(style, Html.number(most > 0 ? value / most : 0), text);
  }
}
