package dev.strongroom.cli;

import dev.strongroom.compiler.optee.OpteeBoard;
import dev.strongroom.compiler.optee.OpteeConfig;
import dev.strongroom.compiler.optee.OpteeDemand;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code optee-config PROGRAM…}: what OP-TEE has to give compiled models, and whether it does. */
@Command(
    name = "optee-config",
    description = {
      "Says how large a trusted application's heap and stack have to be for compiled models, which"
          + " settings of OP-TEE have to change on a board, and to what.",
      "Boards are taken as OP-TEE 4.10 is built for them. That no other trusted application is"
          + " loaded meanwhile is taken for granted."
    },
    footer = "  strongroom optee-config model.program --board rpi3")
final class OpteeConfigCommand extends CliCommand {
  private record Model(Path file, OpteeDemand demand) {}

  @Parameters(
      paramLabel = "PROGRAM",
      arity = "1..*",
      description = "What 'compile' wrote; several are sized for being loaded together.")
  private List<Path> programs = new ArrayList<>();

  @Option(names = "--board", paramLabel = "BOARD", description = "rpi3 or qemu-v8 (default: both).")
  private Optional<String> board = Optional.empty();

  OpteeConfigCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    List<OpteeBoard> boards = boards();
    List<Model> models = new ArrayList<>();
    for (Path program : programs) {
      models.add(read(program));
    }
    List<OpteeDemand> demands = models.stream().map(Model::demand).toList();
    OpteeConfig together = OpteeConfig.together(demands);
    if (json()) {
      print(toJson(models, together, boards));
      return Failures.DONE;
    }
    for (Model model : models) {
      say(
          "%s: footprint %s, sealed %s",
          model.file(),
          Size.format(model.demand().footprint()),
          Size.format(model.demand().sealed()));
    }
    say("");
    if (models.size() > 1) {
      say("ALL %d LOADED TOGETHER", models.size());
    }
    OpteeView.show(this, together, boards);
    if (models.size() > 1) {
      say("");
      say("NEVER MORE THAN ONE LOADED");
      OpteeView.show(this, OpteeConfig.oneAtATime(demands), boards);
    }
    return Failures.DONE;
  }

  private List<OpteeBoard> boards() throws RequestException {
    if (board.isEmpty()) {
      return List.of(OpteeBoard.values());
    }
    for (OpteeBoard known : OpteeBoard.values()) {
      if (known.boardName().equalsIgnoreCase(board.get())) {
        return List.of(known);
      }
    }
    throw new RequestException(
        "no board '%s' is known: say --board %s, or leave it out for all of them"
            .formatted(
                board.get(),
                Arrays.stream(OpteeBoard.values())
                    .map(OpteeBoard::boardName)
                    .collect(Collectors.joining(" or "))));
  }

  private static Model read(Path file) throws Exception {
    ModelFile model = ModelFile.of(file);
    switch (model.stage()) {
      case SEALED ->
          throw new RequestException(
              "%s is a sealed model, whose header does not say how much memory its Program takes: name the file that 'compile' wrote"
                  .formatted(file));
      case PLAIN, COMPILED -> {
        // What is neither is refused by whoever reads it, with what is wrong.
      }
    }
    CompiledModel compiled = ModelFile.readCompiled(file);
    Verifier.verify(compiled.program());
    return new Model(file, OpteeView.demand(compiled.program()));
  }

  private static ObjectNode toJson(
      List<Model> models, OpteeConfig together, List<OpteeBoard> boards) {
    ObjectNode answer = object();
    ArrayNode programs = answer.putArray("programs");
    for (Model model : models) {
      programs
          .addObject()
          .put("file", model.file().toString())
          .put("footprint", model.demand().footprint())
          .put("sealedBytes", model.demand().sealed());
    }
    OpteeView.put(answer, together, boards);
    if (models.size() > 1) {
      List<OpteeDemand> demands = models.stream().map(Model::demand).toList();
      OpteeView.put(answer.putObject("oneAtATime"), OpteeConfig.oneAtATime(demands), boards);
    }
    return answer;
  }
}
