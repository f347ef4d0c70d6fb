package dev.strongroom.cli.report;

import dev.strongroom.cli.Size;
import dev.strongroom.compiler.optee.OpteeBoard;
import dev.strongroom.compiler.optee.OpteeConfig;
import dev.strongroom.compiler.optee.OpteeFit;

/** What OP-TEE would have to give the model on the boards that are known. */
final class OpteeSection {
  private OpteeSection() {}

  static String of(OpteeConfig config) {
    StringBuilder rows = new StringBuilder();
    for (OpteeBoard board : OpteeBoard.values()) {
      OpteeFit fit = config.on(board);
      rows.append(
          "<tr><th scope=\"row\">%s</th><td class=\"n\">%s of %s</td><td class=\"n\">%d of %d</td><td class=\"n\">%s</td><td class=\"n\">%d</td><td>%s</td></tr>%n"
              .formatted(
                  board.boardName(),
                  Size.format(config.taMemory()),
                  Size.format(board.stock().trustedApplications()),
                  config.taPageTables(),
                  board.stock().pgtCacheEntries(),
                  Size.format(fit.teeRam()),
                  fit.pageTables(),
                  fit.stockSuffices()
                      ? "nothing in the trusted OS needs to change"
                      : "<code>%s</code>".formatted(Html.text(fit.makeLine()))));
    }
    return """
        <section>
        <h2>In a TrustZone: OP-TEE</h2>
        <p><code>TA_DATA_SIZE</code> %s bytes, <code>TA_STACK_SIZE</code> %s bytes. An allowance of %s stands for the trusted application's code, which is not there to be measured yet.</p>
        <table>
        <thead><tr><th scope="col">board</th><th scope="col" class="n">secure memory</th><th scope="col" class="n">page tables mapped</th><th scope="col" class="n">TEE_RAM</th><th scope="col" class="n">its page tables</th><th scope="col">what has to change</th></tr></thead>
        <tbody>
        %s</tbody>
        </table>
        </section>
        """
        .formatted(
            Html.count(config.taDataSize()),
            Html.count(config.taStackSize()),
            Size.format(OpteeConfig.CODE_ALLOWANCE),
            rows);
  }
}
