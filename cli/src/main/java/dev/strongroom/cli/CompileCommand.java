package dev.strongroom.cli;

import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.compiler.quantise.Quantised;
import dev.strongroom.graph.Graph;
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
    footer = {
      "  strongroom compile model.onnx -o model.program --secure-memory 4MiB --shape x=1,3,48,320",
      "  strongroom compile model.onnx -o small.program --secure-memory 1MiB --int8 --calibrate"
          + " pictures"
    })
final class CompileCommand extends CliCommand {
  @Parameters(paramLabel = "MODEL", description = "A model in the ONNX format.")
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

  @Mixin private Int8Options int8 = new Int8Options();

  @Mixin private PictureOptions pictures = new PictureOptions();

  @Option(names = "--max-extra-macs", hidden = true)
  private Optional<String> maxExtraMacs = Optional.empty();

  @Option(names = "--report", hidden = true)
  private Optional<Path> report = Optional.empty();

  CompileCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    refuseWhatIsNotThere();
    Graph graph = ModelFile.readPlain(model).bind(ModelFile.shapes(shapes));
    Optional<Quantised> quantised = int8.apply(graph, pictures, console());
    Compilation compilation =
        Compiler.compile(
            quantised.map(Quantised::graph).orElse(graph),
            CompileOptions.forBudget(secureMemory.bytes()));
    ModelFile.compiled(compilation).write(output);
    if (json()) {
      ObjectNode answer = CertificateView.json(compilation.certificate(), secureMemory.bytes());
      QuantisedView.put(answer, quantised);
      print(answer);
    } else {
      CertificateView.show(this, compilation.certificate(), secureMemory.bytes());
      quantised.ifPresent(q -> QuantisedView.show(this, q));
      say("written to         %s, weights in plaintext: seal it before it leaves you", output);
    }
    return Failures.DONE;
  }

  private void refuseWhatIsNotThere() throws RequestException {
    int8.requireConsistent();
    if (maxExtraMacs.isPresent()) {
      throw new RequestException(
          "this version computes nothing twice to save memory: leave --max-extra-macs out");
    }
    if (report.isPresent()) {
      throw new RequestException(
          "this version writes no report: leave --report out, --json has all figures");
    }
  }
}
