package dev.strongroom.cli;

import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The {@code strongroom} command. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit status. */
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    int status = run(args, console);
    console.out().flush();
    console.err().flush();
    System.exit(status);
  }

  /** Runs one command, as {@link #main} does, and returns its exit status. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return run(args, new Console(out, err, false, false));
  }

  private static int run(String[] args, Console console) {
    List<String> words = Arrays.asList(args);
    Failures failures =
        new Failures(console, words.contains("--json"), words.contains("--verbose"));
    try {
      CommandLine commandLine = new CommandLine(Strongroom.class, new WithConsole(console));
      commandLine.setOut(console.out());
      commandLine.setErr(console.err());
      commandLine.setCaseInsensitiveEnumValuesAllowed(true);
      commandLine.registerConverter(Size.class, Size::parse);
      commandLine.registerConverter(NamedValue.class, NamedValue::parse);
      commandLine.setParameterExceptionHandler((e, _) -> failures.wrongUsage(e));
      commandLine.setExecutionExceptionHandler((e, _, _) -> failures.status(e));
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      return failures.status(e);
    } catch (ParameterException e) {
      return failures.wrongUsage(e);
    }
  }

  /** Makes commands, which take the console in their constructors. */
  private record WithConsole(Console console) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Console.class})) {
          return type.cast(constructor.newInstance(console));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
