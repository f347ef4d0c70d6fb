package dev.strongroom.cli;

import dev.strongroom.bench.engine.StepTimes;
import dev.strongroom.cli.report.Report;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.optee.OpteeBoard;
import dev.strongroom.compiler.optee.OpteeConfig;
import dev.strongroom.compiler.quantise.Quantised;
import dev.strongroom.graph.Graph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
      "  strongroom compile model.onnx -o model.program --secure-memory 4MiB --shape x=1,3,48,320"
          + " --report model.html",
      "  strongroom compile model.onnx -o small.program --secure-memory 1MiB --int8 --calibrate"
          + " pictures"
    })
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

  @Mixin private Int8Options int8 = new Int8Options();

  @Mixin private PictureOptions pictures = new PictureOptions();

  @Mixin private PlanningOptions planning = new PlanningOptions();

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description =
          "Where to write the certificate as a page: the memory map, what binds, what each layer"
              + " costs.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--time",
      description = "Run the compiled model, and say on that page what each layer takes.")
  private boolean time;

  CompileCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    refuseWhatIsNotThere();
    Graph graph = ModelFile.readPlain(model, weights).bind(ModelFile.shapes(shapes));
    Optional<Quantised> quantised = int8.apply(graph, pictures, console());
    Compilation compilation =
        planning.compile(
            quantised.map(Quantised::graph).orElse(graph),
            secureMemory,
            report.isPresent(),
            console());
    OpteeConfig optee = OpteeConfig.together(List.of(OpteeView.demand(compilation.program())));
    ModelFile.compiled(compilation).write(output);
    weights.declare(console());
    if (report.isPresent()) {
      Report page =
          Report.of(String.valueOf(model.getFileName()), secureMemory.bytes(), compilation, optee);
      Files.writeString(report.get(), (time ? page.withStepTimes(stepTimes()) : page).html());
    }
    if (json()) {
      ObjectNode answer = CertificateView.json(compilation.certificate(), secureMemory.bytes());
      weights.seed().ifPresent(seed -> answer.put("randomWeights", seed));
      QuantisedView.put(answer, quantised);
      OpteeView.put(answer.putObject("optee"), optee, List.of(OpteeBoard.values()));
      report.ifPresent(file -> answer.put("report", file.toString()));
      print(answer);
    } else {
      CertificateView.show(this, compilation.certificate(), secureMemory.bytes());
      quantised.ifPresent(q -> QuantisedView.show(this, q));
      OpteeView.showShortly(this, optee);
      say("written to         %s, weights in plaintext: seal it before it leaves you", output);
      report.ifPresent(file -> say("report             %s", file));
    }
    return Failures.DONE;
  }

  /** In a process of its own: this one has neither the engine nor the flags that it needs. */
  private List<Duration> stepTimes() throws Exception {
    try (Progress bar = Progress.of(console(), "timing steps", "", 1)) {
      bar.progress(0, 1);
      return StepTimes.measure(output);
    }
  }

  private void refuseWhatIsNotThere() throws RequestException {
    int8.requireConsistent();
    if (time && report.isEmpty()) {
      throw new RequestException(
          "--time has no page to write to: name one with --report FILE.html");
    }
    if (report.isPresent()
        && report.get().toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize())) {
      throw new RequestException(
          "%s cannot be both the compiled model and its report: give --report another name"
              .formatted(output));
    }
  }
}
