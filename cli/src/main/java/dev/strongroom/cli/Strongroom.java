package dev.strongroom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above all commands. */
@Command(
    name = "strongroom",
    mixinStandardHelpOptions = true,
    version = "strongroom 0.1.0",
    header = "Runs neural networks inside a few MiB of secure memory.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      InspectCommand.class,
      CompileCommand.class,
      KeysCommand.class,
      SealCommand.class,
      VerifyCommand.class,
      RunCommand.class,
      OpteeConfigCommand.class,
      BenchCommand.class,
      HelpCommand.class
    },
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExit status:%n",
    footer = {
      "  0 done; 1 the request cannot be met; 2 wrong usage; 70 a defect of strongroom.",
      "",
      "Example:",
      "  strongroom demo"
    })
final class Strongroom implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
