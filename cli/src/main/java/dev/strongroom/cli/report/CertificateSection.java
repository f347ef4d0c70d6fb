package dev.strongroom.cli.report;

import dev.strongroom.cli.Size;
import dev.strongroom.compiler.Certificate;
import java.util.List;
import java.util.stream.Collectors;

/** The certificate: what the model takes, part by part, and how good that is. */
final class CertificateSection {
  private record Part(String style, String name, long bytes, String meaning) {}

  private CertificateSection() {}

  static String of(Report report) {
    Certificate c = report.certificate();
    List<Part> parts =
        List.of(
            new Part("resident", "resident weights", c.resident(), "weights that stay"),
            new Part("window", "weight window", c.window(), "where streamed weights are opened"),
            new Part("arena", "arena", c.arena(), "activations and scratch"),
            new Part("program", "program", c.program(), "the encoded Program"),
            new Part("staging", "staging", c.staging(), "ciphertext before it is opened"));
    return """
        <section>
        <h2>Certificate</h2>
        <div class="parts" role="img" aria-label="%s">%s</div>
        <div class="columns">
        <table>
        <thead><tr><th scope="col">secure memory</th><th scope="col" class="n">size</th><th scope="col" class="n">bytes</th><th scope="col">what it is for</th></tr></thead>
        <tbody>
        %s%s%s%s</tbody>
        </table>
        <table>
        <tbody>
        %s</tbody>
        </table>
        </div>
        </section>
        """
        .formatted(
            parts.stream()
                .map(p -> p.name() + " " + Size.format(p.bytes()))
                .collect(Collectors.joining(", ")),
            parts.stream().map(p -> bar(p, report)).collect(Collectors.joining()),
            parts.stream().map(CertificateSection::row).collect(Collectors.joining()),
            total("footprint", c.footprint(), "everything together"),
            total("budget", report.budget(), "what was allowed"),
            total("smallest budget", c.smallestBudget(), "with which the model compiles"),
            facts(c));
  }

  /** Part of a bar that is as long as the budget; what is left of the bar is left of the budget. */
  private static String bar(Part part, Report report) {
    long whole = Math.max(report.certificate().footprint(), report.budget());
    // Without a limit the bar would be next to empty.
    long length =
        whole > 4 * report.certificate().footprint() ? report.certificate().footprint() : whole;
    return "<span class=\"%s\" style=\"width:%s%%\" title=\"%s: %s\"></span>"
        .formatted(
            part.style(),
            Html.number(100.0 * part.bytes() / length),
            part.name(),
            Size.format(part.bytes()));
  }

  private static String row(Part part) {
    return "<tr><th scope=\"row\"><i class=\"key %s\"></i>%s</th>%s<td>%s</td></tr>%n"
        .formatted(part.style(), part.name(), size(part.bytes()), part.meaning());
  }

  private static String total(String name, long bytes, String meaning) {
    return "<tr class=\"total\"><th scope=\"row\">%s</th>%s<td>%s</td></tr>%n"
        .formatted(name, size(bytes), meaning);
  }

  private static String size(long bytes) {
    return "<td class=\"n\">%s</td><td class=\"n\">%s</td>"
        .formatted(Size.format(bytes), Html.count(bytes));
  }

  private static String facts(Certificate c) {
    StringBuilder rows = new StringBuilder();
    fact(
        rows,
        "lower bound",
        "%s (%s bytes)",
        Size.format(c.lowerBound()),
        Html.count(c.lowerBound()));
    fact(rows, "gap to it", "%s bytes", Html.count(c.gap()));
    fact(rows, "binding step", "%s", Html.name(c.bindingStep()));
    fact(rows, "MACs", "%s", Html.count(c.macs()));
    fact(rows, "extra MACs", "%s%s", Html.count(c.extraMacs()), factor(c));
    fact(
        rows,
        "opened each time",
        "%s (%s bytes)",
        Size.format(c.bytesOpened()),
        Html.count(c.bytesOpened()));
    fact(rows, "world switches", "%d each time", c.switches());
    fact(rows, "steps", "%s", Html.count(c.steps()));
    fact(rows, "weight chunks", "%s", Html.count(c.chunks()));
    if (!c.rewrites().isEmpty()) {
      fact(
          rows,
          "rewrites",
          "%s",
          c.rewrites().stream().map(Html::text).collect(Collectors.joining("<br>")));
    }
    return rows.toString();
  }

  /** Empty if nothing is computed twice. */
  private static String factor(Certificate c) {
    return c.extraMacs() > 0
        ? Html.format(" (%.2f times the model's)", (double) c.macs() / (c.macs() - c.extraMacs()))
        : "";
  }

  private static void fact(StringBuilder rows, String name, String format, Object... values) {
    rows.append("<tr><th scope=\"row\">%s</th><td>".formatted(name))
        .append(Html.format(format, values))
        .append("</td></tr>\n");
  }
}
