package dev.strongroom.cli;

import dev.strongroom.compiler.optee.OpteeBoard;
import dev.strongroom.compiler.optee.OpteeConfig;
import dev.strongroom.compiler.optee.OpteeDemand;
import dev.strongroom.compiler.optee.OpteeFit;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.seal.SealedSize;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** How it is shown what OP-TEE has to give a model. */
final class OpteeView {
  private OpteeView() {}

  /** What {@code program}, once sealed, asks of a trusted application. */
  static OpteeDemand demand(Program program) {
    int programBytes = ProgramCodec.encode(program).length;
    SealedSize sealed = SealedSize.of(program, programBytes);
    return OpteeDemand.of(program, programBytes, sealed.headerBytes(), sealed.fileBytes());
  }

  /** The lines for a trusted application's {@code user_ta_header_defines.h}. */
  static List<String> header(OpteeConfig config) {
    return List.of(
        "#define TA_STACK_SIZE %d".formatted(config.taStackSize()),
        "#define TA_DATA_SIZE %d".formatted(config.taDataSize()));
  }

  /** All figures, under OP-TEE's own names where it has some. */
  static void put(ObjectNode answer, OpteeConfig config, List<OpteeBoard> boards) {
    answer.put("TA_DATA_SIZE", config.taDataSize());
    answer.put("TA_STACK_SIZE", config.taStackSize());
    answer.put("modelParameters", config.parameters());
    answer.put("results", config.results());
    answer.put("taMemory", config.taMemory());
    answer.put("taAddressSpace", config.taAddressSpace());
    answer.put("taPageTables", config.taPageTables());
    answer.put("sharedMemory", config.sharedMapped());
    answer.put("taCodeAllowance", OpteeConfig.CODE_ALLOWANCE);
    answer.put("userTaHeaderDefines", String.join("\n", header(config)) + "\n");
    ObjectNode byBoard = answer.putObject("boards");
    for (OpteeBoard board : boards) {
      OpteeFit fit = config.on(board);
      ObjectNode one = byBoard.putObject(board.boardName());
      one.put("stockSuffices", fit.stockSuffices());
      one.put("TEE_RAM", fit.teeRam());
      one.put("pageTables", fit.pageTables());
      one.put("forTrustedApplications", board.stock().trustedApplications());
      put(one.putObject("stock"), board.stock().byName());
      put(one.putObject("needed"), fit.needed().byName());
      put(one.putObject("changes"), fit.changes());
      one.put("make", fit.makeLine());
    }
  }

  private static void put(ObjectNode object, Map<String, Long> values) {
    values.forEach(object::put);
  }

  /** The lines that a certificate has room for. */
  static void showShortly(CliCommand command, OpteeConfig config) {
    command.say(
        "for OP-TEE         TA_DATA_SIZE %,d, TA_STACK_SIZE %,d",
        config.taDataSize(), config.taStackSize());
    for (OpteeBoard board : OpteeBoard.values()) {
      OpteeFit fit = config.on(board);
      command.say(
          "  on %-13s TEE_RAM %s, %d page tables; %s",
          board,
          Size.format(fit.teeRam()),
          fit.pageTables(),
          fit.stockSuffices()
              ? "nothing in the trusted OS needs to change"
              : "needs " + String.join(", ", fit.changes().keySet()));
    }
  }

  /** Everything, for people. */
  static void show(CliCommand command, OpteeConfig config, List<OpteeBoard> boards) {
    command.say("user_ta_header_defines.h of the trusted application");
    header(config).forEach(line -> command.say("  %s", line));
    command.say(
        "secure memory      %s: heap %s, stack %s, code %s (an allowance: it is not there to be"
            + " measured yet)",
        Size.format(config.taMemory()),
        Size.format(config.taDataSize()),
        Size.format(config.taStackSize()),
        Size.format(OpteeConfig.CODE_ALLOWANCE));
    command.say(
        "page tables        %d, for %s of addresses; %s of them are shared memory: the sealed model,"
            + " input and answer",
        config.taPageTables(),
        Size.format(config.taAddressSpace()),
        Size.format(config.sharedMapped()));
    for (OpteeBoard board : boards) {
      command.say("");
      show(command, config, config.on(board));
    }
  }

  private static void show(CliCommand command, OpteeConfig config, OpteeFit fit) {
    OpteeBoard board = fit.board();
    command.say(
        "%s: %s",
        board,
        fit.stockSuffices()
            ? "nothing in the trusted OS needs to change"
            : "the trusted OS needs other settings");
    command.say(
        "  TEE_RAM          %s = M_s %s + F_gc %s + TEE_CORE %s; %d page tables",
        Size.format(fit.teeRam()),
        Size.format(config.parameters()),
        Size.format(config.results()),
        Size.format(fit.needed().teeRamVaSize()),
        fit.pageTables());
    command.say(
        "  secure memory    %s; the board has %s for all trusted applications together",
        Size.format(config.taMemory()), Size.format(board.stock().trustedApplications()));
    Map<String, Long> stock = board.stock().byName();
    fit.needed()
        .byName()
        .forEach(
            (name, value) ->
                command.say(
                    "  %-21s %s",
                    name,
                    fit.changes().containsKey(name)
                        ? "%s instead of %s"
                            .formatted(
                                OpteeFit.value(name, value),
                                OpteeFit.value(name, stock.getOrDefault(name, 0L)))
                        : OpteeFit.value(name, value) + ", as it is"));
    if (fit.changes().containsKey("CFG_TZDRAM_SIZE")) {
      command.say(
          "  the firmware's memory map has to set that much aside, and Linux to leave it alone");
    }
    command.say("  %s", fit.makeLine());
  }
}
