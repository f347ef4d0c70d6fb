package dev.strongroom.cli;

import dev.strongroom.cli.report.Report;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.compiler.optee.OpteeBoard;
import dev.strongroom.compiler.optee.OpteeConfig;
import dev.strongroom.graph.Graph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code compile MODEL -o FILE --secure-memory SIZE}: the certificate and the Program. */
@Command(
    name = "compile",
    description = {
      "Compiles a model for a budget of secure memory, and certifies what it will take.",
      "What it writes holds the weights in plaintext: seal it before it leaves the vendor."
    },
    footer =
        "  strongroom compile model.onnx -o model.program --secure-memory 4MiB --shape x=1,3,48,320"
            + " --report model.html")
final class CompileCommand extends CliCommand {
  @Parameters(
      paramLabel = "MODEL",
      description = "A model in the ONNX format, or a Darknet network (.cfg).")
  private Path model = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where the compiled model goes; a file that is there is replaced.")
  private Path output = Path.of("");

  @Option(
      names = "--secure-memory",
      required = true,
      paramLabel = "SIZE",
      description = "The most secure memory it may take: 512KiB, 4MiB, 4MB, or bytes.")
  private Size secureMemory = new Size(1);

  @Option(
      names = "--shape",
      paramLabel = "NAME=DIMS",
      description = "Shape of an input whose dimensions the model leaves open.")
  private List<NamedValue> shapes = new ArrayList<>();

  @Mixin private WeightOptions weights = new WeightOptions();

  @Option(names = "--int8", hidden = true)
  private boolean int8;

  @Option(names = "--calibrate", hidden = true)
  private Optional<Path> calibrate = Optional.empty();

  @Option(names = "--max-extra-macs", hidden = true)
  private Optional<String> maxExtraMacs = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description =
          "Where to write the certificate as a page: the memory map, what binds, what each layer"
              + " costs.")
  private Optional<Path> report = Optional.empty();

  CompileCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    refuseWhatIsNotThere();
    Graph graph = ModelFile.readPlain(model, weights).bind(ModelFile.shapes(shapes));
    Compilation compilation =
        Compiler.compile(graph, CompileOptions.forBudget(secureMemory.bytes()));
    OpteeConfig optee = OpteeConfig.together(List.of(OpteeView.demand(compilation.program())));
    ModelFile.compiled(compilation).write(output);
    weights.declare(console());
    if (report.isPresent()) {
      Report page =
          Report.of(String.valueOf(model.getFileName()), secureMemory.bytes(), compilation, optee);
      Files.writeString(report.get(), page.html());
    }
    if (json()) {
      ObjectNode answer = CertificateView.json(compilation.certificate(), secureMemory.bytes());
      weights.seed().ifPresent(seed -> answer.put("randomWeights", seed));
      OpteeView.put(answer.putObject("optee"), optee, List.of(OpteeBoard.values()));
      report.ifPresent(file -> answer.put("report", file.toString()));
      print(answer);
    } else {
      CertificateView.show(this, compilation.certificate(), secureMemory.bytes());
      OpteeView.showShortly(this, optee);
      say("written to         %s, weights in plaintext: seal it before it leaves you", output);
      report.ifPresent(file -> say("report             %s", file));
    }
    return Failures.DONE;
  }

  private void refuseWhatIsNotThere() throws RequestException {
    if (int8 || calibrate.isPresent()) {
      throw new RequestException(
          "this version does not quantise: leave --int8 and --calibrate out");
    }
    if (maxExtraMacs.isPresent()) {
      throw new RequestException(
          "this version computes nothing twice to save memory: leave --max-extra-macs out");
    }
    if (report.isPresent()
        && report.get().toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize())) {
      throw new RequestException(
          "%s cannot be both the compiled model and its report: give --report another name"
              .formatted(output));
    }
  }
}
