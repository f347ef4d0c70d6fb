package dev.strongroom.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What all commands have: the console, {@code --help}, {@code --json} and {@code --verbose}. */
@Command(
    sortOptions = false,
    usageHelpAutoWidth = true,
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n")
abstract class CliCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--json",
      order = 90,
      description = "Print one JSON value on standard output and nothing else there.")
  private boolean json;

  @Option(names = "--verbose", order = 91, description = "When something fails, say where as well.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      order = 92,
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  CliCommand(Console console) {
    this.console = console;
  }

  final Console console() {
    return console;
  }

  /** Whether the answer is to be one JSON value. */
  final boolean json() {
    return json;
  }

  /** An empty JSON object. */
  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Prints the answer to {@code --json}. */
  final void print(JsonNode answer) {
    console.out().println(answer.toPrettyString());
  }

  /** Prints one line of an answer for people. */
  final void say(String format, Object... values) {
    console.out().println(Console.printable(format.formatted(values)));
  }

  @Override
  public final Integer call() throws Exception {
    return answer();
  }

  /** Does what the command is for and returns the exit status. */
  abstract int answer() throws Exception;
}
