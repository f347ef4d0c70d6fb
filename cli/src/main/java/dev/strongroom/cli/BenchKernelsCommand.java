package dev.strongroom.cli;

import dev.strongroom.bench.engine.KernelBenchmark;
import dev.strongroom.bench.engine.KernelEffort;
import dev.strongroom.bench.engine.KernelReport;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench kernels}: how fast the engine's single kernels are. */
@Command(
    name = "kernels",
    description = {
      "Times single kernels of the engine with JMH: each as the only step of a verified Program, on"
          + " one thread, in two virtual machines with the trusted side's flags, one after another.",
      "About ten seconds a kernel; nothing else should run meanwhile."
    },
    footer = {
      "  strongroom bench kernels --only '^conv 3x3.*64 to 64'",
      "  strongroom bench kernels --only softmax --json"
    })
final class BenchKernelsCommand extends CliCommand {
  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description =
          "Only kernels in whose name this Java regular expression is found, upper or lower case"
              + " (default: all).")
  private String only = "";

  @Option(names = "--list", description = "Say the kernels' names and time nothing.")
  private boolean list;

  @Option(
      names = "--quick",
      description = "One virtual machine, two seconds a kernel: a rough idea, nothing to compare.")
  private boolean quick;

  BenchKernelsCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    List<String> kernels = kernels();
    if (list) {
      if (json()) {
        print(KernelsView.names(kernels));
      } else {
        kernels.forEach(kernel -> say("%s", kernel));
      }
      return Failures.DONE;
    }
    KernelEffort effort = quick ? KernelEffort.QUICK : KernelEffort.FULL;
    KernelBenchmark benchmark = new KernelBenchmark(effort, Distribution.jmh());
    if (console().errIsTerminal()) {
      console()
          .note(
              "%d kernels take about %s"
                  .formatted(kernels.size(), KernelsView.inWords(effort.expected(kernels.size()))));
    }
    KernelReport report;
    try (Progress progress = Progress.of(console(), "kernels", "", 1)) {
      report = benchmark.measure(kernels, progress);
    }
    if (json()) {
      print(KernelsView.toJson(report, effort));
    } else {
      KernelsView.show(this, report, effort);
    }
    return Failures.DONE;
  }

  private List<String> kernels() throws RequestException {
    Pattern pattern;
    try {
      pattern = Pattern.compile(only, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new RequestException(
          "--only %s is no regular expression: %s".formatted(only, e.getDescription()), e);
    }
    List<String> kernels =
        KernelBenchmark.names().stream().filter(name -> pattern.matcher(name).find()).toList();
    if (kernels.isEmpty()) {
      throw new RequestException(
          "no kernel's name has %s in it; --list says all names".formatted(only));
    }
    return kernels;
  }
}
