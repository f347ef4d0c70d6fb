package dev.strongroom.compiler.optee;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a board's OP-TEE has to be built with.
 *
 * @param teeRam TEE_RAM = M_s + F_gc + TEE_CORE in bytes
 * @param pageTables floor(TEE_RAM / 2 MiB) + 1
 * @param needed the settings with which it works
 */
public record OpteeFit(OpteeBoard board, long teeRam, int pageTables, OpteeSettings needed) {

  /** Settings that have to change, under their names, with the values to give them. */
  public Map<String, Long> changes() {
    Map<String, Long> changes = new LinkedHashMap<>(needed.byName());
    changes.entrySet().removeAll(board.stock().byName().entrySet());
    return changes;
  }

  /** Whether nothing in the trusted OS needs to change. */
  public boolean stockSuffices() {
    return changes().isEmpty();
  }

  /** The line that builds this OP-TEE. */
  public String makeLine() {
    return "make PLATFORM="
        + board.platform()
        + changes().entrySet().stream()
            .map(e -> " %s=%s".formatted(e.getKey(), value(e.getKey(), e.getValue())))
            .collect(Collectors.joining());
  }

  /** {@code value} as OP-TEE's own configuration writes it: memory maps in hexadecimal. */
  public static String value(String setting, long value) {
    return switch (setting) {
      case "CFG_PGT_CACHE_ENTRIES", "CFG_CORE_HEAP_SIZE" -> Long.toString(value);
      default -> "0x%08x".formatted(value);
    };
  }
}
