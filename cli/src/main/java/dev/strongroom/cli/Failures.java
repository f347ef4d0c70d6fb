package dev.strongroom.cli;

import dev.strongroom.bench.InvalidInstanceException;
import dev.strongroom.compiler.BudgetTooSmallException;
import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.compiler.quantise.QuantisationException;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.seal.KeyFileException;
import dev.strongroom.seal.SealException;
import dev.strongroom.world.WorldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns what went wrong into one sentence and an exit status. With {@code --json} an object that
 * holds {@code error} is the answer on standard output, so that there is always exactly one.
 *
 * @param json whether the answer is one JSON object
 * @param verbose whether the stack trace is wanted
 */
record Failures(Console console, boolean json, boolean verbose) {
  static final int DONE = 0;
  static final int CANNOT_BE_MET = 1;
  static final int WRONG_USAGE = 2;
  static final int DEFECT = 70;

  /** Says what is wrong with the way a command was called. */
  int wrongUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    console.note("%s; see '%s --help'".formatted(withoutFullStop(messageOf(e)), name));
    UnmatchedArgumentException.printSuggestions(e, console.err());
    printError(WRONG_USAGE, e);
    console.err().flush();
    return WRONG_USAGE;
  }

  private static String withoutFullStop(String message) {
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  /** Says what went wrong and returns the exit status that goes with it. */
  int status(Throwable problem) {
    Throwable cause =
        problem instanceof UncheckedIOException && problem.getCause() instanceof IOException io
            ? io
            : problem;
    int status = isRequest(cause) ? CANNOT_BE_MET : DEFECT;
    if (status == CANNOT_BE_MET) {
      console.note(sentence(cause));
    } else {
      console.note(
          "this is a defect of strongroom, not of your request (%s); please report it with the"
                  .formatted(cause)
              + " command you gave and what it prints when --verbose is added");
    }
    if (verbose) {
      cause.printStackTrace(console.err());
    }
    printError(status, cause);
    console.err().flush();
    return status;
  }

  private void printError(int status, Throwable cause) {
    if (json) {
      ObjectNode answer = CliCommand.object();
      ObjectNode error = answer.putObject("error");
      error.put("exitStatus", status);
      error.put("message", sentence(cause));
      switch (cause) {
        case BudgetTooSmallException e -> error.put("smallestBudget", e.smallestBudget());
        case BudgetRefusedException e -> error.put("smallestBudget", e.smallestBudget());
        default -> {}
      }
      console.out().println(answer.toPrettyString());
    }
  }

  private static boolean isRequest(Throwable cause) {
    return switch (cause) {
      case WorldException e ->
          switch (e.code()) {
            case GENERIC, BAD_STATE, NOT_SUPPORTED -> false;
            default -> true;
          };
      case RequestException _,
          BudgetRefusedException _,
          BudgetTooSmallException _,
          UnsupportedModelException _,
          InvalidInstanceException _,
          InvalidModelException _,
          QuantisationException _,
          InvalidProgramException _,
          SealException _,
          IOException _,
          OutOfMemoryError _ ->
          true;
      default -> false;
    };
  }

  /** What {@code problem} says, or its name where it says nothing. */
  static String messageOf(Throwable problem) {
    String message = problem.getMessage();
    return message == null ? problem.toString() : message;
  }

  private static String sentence(Throwable cause) {
    String message = messageOf(cause);
    return switch (cause) {
      case OutOfMemoryError _ ->
          "there is not enough memory for this: %s; give Java more with JAVA_TOOL_OPTIONS=-Xmx…"
              .formatted(message);
      case BudgetTooSmallException e ->
          "%s: allow at least that with --secure-memory %d".formatted(message, e.smallestBudget());
      case KeyFileException _ -> message;
      case NoSuchFileException e -> e.getFile() + " does not exist";
      case FileAlreadyExistsException e ->
          e.getFile() + " exists already: choose another name or move it away";
      case AccessDeniedException e -> e.getFile() + " may not be read or written by this user";
      case NotDirectoryException e -> e.getFile() + " is not a directory";
      case FileSystemException e ->
          "%s: %s".formatted(e.getFile(), e.getReason() == null ? message : e.getReason());
      default -> message;
    };
  }
}
