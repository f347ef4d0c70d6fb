package dev.strongroom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench WHAT}: measures, on instances that others can measure too. */
@Command(
    name = "bench",
    description = "Measures strongroom on instances that others can measure too.",
    subcommands = {
      BenchEngineCommand.class,
      BenchKernelsCommand.class,
      BenchMemoryCommand.class,
      BenchPlacementCommand.class
    },
    footer = {
      "  strongroom bench engine",
      "  strongroom bench kernels --only softmax",
      "  strongroom bench memory --no-time",
      "  strongroom bench placement testdata/minimalloc"
    })
final class BenchCommand extends CliCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  BenchCommand(Console console) {
    super(console);
  }

  @Override
  int answer() {
    throw new ParameterException(
        spec.commandLine(), "which benchmark: engine, kernels, memory or placement?");
  }
}
