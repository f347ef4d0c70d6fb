package dev.strongroom.cli.report;

import dev.strongroom.cli.Size;
import dev.strongroom.program.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Puts the page together. Its policy lets the browser fetch nothing and run this page's own script
 * only, so that a name in a model file stays a name whatever it contains.
 */
final class ReportPage {
  private ReportPage() {}

  static String of(Report report) {
    String script = resource("report.js");
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s: certificate</title>
        <style>
        %s</style>
        </head>
        <body>
        <header>
        <h1>%s</h1>
        <p class="headline"><strong>%s</strong> of secure memory, of %s allowed</p>
        </header>
        <main>
        """
            .formatted(
                sha256(script),
                Html.name(report.model()),
                resource("report.css"),
                Html.name(report.model()),
                Size.format(report.certificate().footprint()),
                Size.format(report.budget()))
        + CertificateSection.of(report)
        + MemoryMapSection.of(report.memoryMap())
        + FrontierSection.of(report.frontier(), report.budget())
        + LayerSection.of(report)
        + OpteeSection.of(report.optee())
        + "</main>\n<script>"
        + script
        + "</script>\n</body>\n</html>\n";
  }

  private static String sha256(String script) {
    return Base64.getEncoder()
        .encodeToString(Digest.sha256().digest(script.getBytes(StandardCharsets.UTF_8)));
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
