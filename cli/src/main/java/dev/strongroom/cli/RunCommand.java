package dev.strongroom.cli;

import dev.strongroom.cli.TensorInput.PictureNorm;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.quantise.Quantised;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.ModelSummary;
import dev.strongroom.graph.onnx.OnnxValue;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Verifier;
import dev.strongroom.seal.SealedModelHeader;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.LocalWorldOptions;
import dev.strongroom.world.PortInfo;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code run SEALED-OR-MODEL --input NAME=FILE…}: computes a model in a secure world. */
@Command(
    name = "run",
    description = {
      "Runs a model in a secure world. Inputs and outputs are .npy files (NumPy format 1.0, C"
          + " order; leading dimensions of 1 may be left out, integers be int32 or int64); where a model takes a picture, [1, 3, H, W] or [1, 1, H, W], a .png or .jpg"
          + " does too: it is stretched to H by W.",
      "A plain model file is compiled, and sealed with keys that are thrown away afterwards."
    },
    footer = {
      "  strongroom run model.sealed --input x=picture.png --output results",
      "  strongroom run model.onnx --input x=x.npy --secure-memory 4MiB --json"
    })
final class RunCommand extends CliCommand {
  @Parameters(
      paramLabel = "SEALED-OR-MODEL",
      description =
          "A sealed model, a compiled one, a model in the ONNX format, or a Darknet network (.cfg).")
  private Path model = Path.of("");

  @Option(names = "--input", paramLabel = "NAME=FILE", description = "The file for an input.")
  private List<NamedValue> inputs = new ArrayList<>();

  @Option(
      names = "--shape",
      paramLabel = "NAME=DIMS",
      description =
          "Shape of an input whose dimensions a model file leaves open; the shape of its .npy file"
              + " unless given.")
  private List<NamedValue> shapes = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Write each output to DIR/NAME.npy; files that are there are replaced.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--secure-memory",
      paramLabel = "SIZE",
      defaultValue = "8MiB",
      description = "Secure memory of the world (default: ${DEFAULT-VALUE}).")
  private Size secureMemory = new Size(1);

  @Option(
      names = "--device",
      paramLabel = "DIR",
      description =
          "Directory of the device that the model is sealed for (default: looked for among those"
              + " made by 'keys device').")
  private Optional<Path> device = Optional.empty();

  @Option(
      names = "--vendor",
      paramLabel = "PUBLIC",
      description =
          "Public key of the vendor to trust (default: those in the device's directory vendors; if"
              + " there is none, the first signer is pinned there).")
  private Optional<Path> vendor = Optional.empty();

  @Mixin private PictureOptions pictures = new PictureOptions();

  @Mixin private Int8Options int8 = new Int8Options();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Run so many times and say the latencies (default: ${DEFAULT-VALUE}).")
  private int repeat;

  @Option(
      names = "--world",
      paramLabel = "WORLD",
      defaultValue = "local",
      description = "Which world: local, a hardened process of this machine.")
  private String world = "";

  /** Known while a plain model is run. */
  private Optional<Quantised> quantised = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Compute with so many threads (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private WeightOptions weights = new WeightOptions();

  @Mixin private PlanningOptions planning = new PlanningOptions();

  RunCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    refuseWhatIsNotThere();
    ModelFile file = ModelFile.of(model);
    if (int8.wanted() && file.stage() != ModelFile.Stage.PLAIN) {
      throw new RequestException(
          "%s is compiled already: only a model file can be quantised, leave --int8 out"
              .formatted(model));
    }
    Map<String, TensorInput> given = readInputs();
    return switch (file.stage()) {
      case SEALED -> {
        weights.requireUnused(model);
        yield runSealed(given);
      }
      case COMPILED -> {
        weights.requireUnused(model);
        CompiledModel compiled = ModelFile.readCompiled(model);
        Verifier.verify(compiled.program());
        yield runOwn(compiled, OptionalLong.empty(), given);
      }
      case PLAIN -> runPlain(given);
    };
  }

  private int runPlain(Map<String, TensorInput> given) throws Exception {
    PlainModel plain = ModelFile.readPlain(model, weights);
    Graph graph = plain.bind(shapes(plain.summary(), given));
    quantised = int8.apply(graph, pictures, console());
    Compilation compilation =
        planning.compile(
            quantised.map(Quantised::graph).orElse(graph), secureMemory, false, console());
    weights.declare(console());
    return runOwn(
        ModelFile.compiled(compilation), OptionalLong.of(compilation.certificate().macs()), given);
  }

  private void refuseWhatIsNotThere() throws RequestException {
    if (!world.equals("local")) {
      throw new RequestException(
          "there is no world '%s' in this version: say local, or leave --world out"
              .formatted(world));
    }
    int8.requireConsistent();
    if (threads < 1 || threads > LocalWorldOptions.MOST_THREADS) {
      throw new RequestException(
          "--threads %d is not between 1 and %d"
              .formatted(threads, LocalWorldOptions.MOST_THREADS));
    }
    if (repeat < 1 || repeat > MAX_REPEAT) {
      throw new RequestException(
          "--repeat %d is not between 1 and %d".formatted(repeat, MAX_REPEAT));
    }
  }

  private static final int MAX_REPEAT = 1_000_000;

  private Map<String, TensorInput> readInputs() throws Exception {
    PictureNorm norm = pictures.norm();
    Map<String, TensorInput> given = new LinkedHashMap<>();
    for (NamedValue input : inputs) {
      if (given.put(
              input.name(),
              TensorInput.read(dev.strongroom.cli.io.InputFile.path(input.value()), norm))
          != null) {
        throw new RequestException("--input %s is given twice".formatted(input.name()));
      }
    }
    return given;
  }

  private Map<String, Shape> shapes(ModelSummary summary, Map<String, TensorInput> given)
      throws RequestException {
    Map<String, Shape> bound = new LinkedHashMap<>();
    for (OnnxValue declared : summary.inputs()) {
      Optional.ofNullable(given.get(declared.name()))
          .flatMap(TensorInput::shape)
          .ifPresent(
              s ->
                  bound.put(
                      declared.name(),
                      Shape.of(TensorInput.withLeadingOnes(s, declared.dims().size()))));
    }
    bound.putAll(ModelFile.shapes(shapes));
    return bound;
  }

  private int runOwn(CompiledModel compiled, OptionalLong macs, Map<String, TensorInput> given)
      throws Exception {
    try (VendorPrivateKey throwaway = VendorPrivateKey.generate()) {
      long sealedBytes = compiled.program().weightsBytes() * 2;
      try (SecureWorld secure =
          Worlds.openLocal(
              secureMemory,
              sealedBytes,
              Optional.empty(),
              List.of(throwaway.publicKey()),
              threads)) {
        ByteBuffer sealed = SealedCopy.of(compiled, "throwaway", throwaway, secure);
        try (Session session = secure.load(sealed)) {
          return run(secure, session, macs, given);
        }
      }
    }
  }

  private int runSealed(Map<String, TensorInput> given) throws Exception {
    if (!shapes.isEmpty()) {
      throw new RequestException(
          "the shapes of a sealed model are fixed: leave --shape out, or compile it for others");
    }
    SealedModelHeader header = SealedModelHeader.peek(model);
    Path directory = deviceOf(header);
    VendorTrust trust =
        vendor.isPresent() ? VendorTrust.named(vendor.get()) : VendorTrust.of(directory, header);
    try (SecureWorld secure =
            Worlds.openLocal(
                secureMemory, Files.size(model), Optional.of(directory), trust.vendors(), threads);
        Session session = secure.load(model)) {
      trust.pinIfFirst(console());
      return run(secure, session, OptionalLong.empty(), given);
    }
  }

  private Path deviceOf(SealedModelHeader header) throws Exception {
    if (device.isPresent()) {
      if (!Devices.holds(device.get(), header.deviceKeyId())) {
        throw new RequestException(
            "%s is not sealed for the device in %s".formatted(model, device.get()));
      }
      return device.get();
    }
    return Devices.ofUser()
        .find(header.deviceKeyId())
        .orElseThrow(
            () ->
                new RequestException(
                    "%s is sealed for device %s, which 'keys device' did not make here: name its directory with --device"
                        .formatted(model, header.deviceKeyId())));
  }

  private int run(
      SecureWorld secure, Session session, OptionalLong macs, Map<String, TensorInput> given)
      throws Exception {
    Map<String, ByteBuffer> tensors = tensors(session, given);
    if (output.isPresent()) {
      // Refused now rather than after the work is done.
      OutputView.files(output.get(), session.outputs().stream().map(PortInfo::name).toList());
    }
    Measurement measured = Measurement.of(session, tensors, repeat, console());
    OutputView outputs = new OutputView(session.outputs(), measured.outputs());
    if (output.isPresent()) {
      outputs.write(output.get());
    }
    if (json()) {
      print(toJson(secure, measured, outputs, macs));
    } else {
      outputs.show(this);
      quantised.ifPresent(q -> QuantisedView.show(this, q));
      say(
          "latency            first %s ms, median %s ms, p90 %s ms",
          measured.firstMillis(), measured.medianMillis(), measured.quantileMillis(0.9));
      say(
          "secure memory      %s of %s used, certified %s",
          Size.format(measured.status().highWater()),
          Size.format(measured.status().budget()),
          Size.format(measured.status().footprint()));
      say(
          "world              %s, %s memory%s",
          secure.kind(),
          secure.memory(),
          secure.simulated() ? "; a hardened process, not TrustZone" : "");
    }
    return Failures.DONE;
  }

  private Map<String, ByteBuffer> tensors(Session session, Map<String, TensorInput> given)
      throws RequestException {
    List<String> needed = session.inputs().stream().map(PortInfo::name).toList();
    if (!given.keySet().containsAll(needed) || !needed.containsAll(given.keySet())) {
      throw new RequestException(
          "the model takes %s, but given was %s: say --input NAME=FILE for each"
              .formatted(
                  session.inputs().stream()
                      .map(PortInfo::toString)
                      .collect(Collectors.joining(", ")),
                  given.isEmpty() ? "none" : String.join(", ", given.keySet())));
    }
    Map<String, ByteBuffer> tensors = new LinkedHashMap<>();
    for (PortInfo port : session.inputs()) {
      TensorInput input = given.get(port.name());
      if (input != null) {
        tensors.put(port.name(), input.elements(port.name(), port.type(), port.shape()));
      }
    }
    return tensors;
  }

  private ObjectNode toJson(
      SecureWorld secure, Measurement measured, OutputView outputs, OptionalLong macs) {
    ObjectNode answer = object();
    outputs.put(answer);
    measured.putLatency(answer);
    measured.putSecureMemory(answer);
    Measurement.putWorld(answer, secure);
    ObjectNode perInference = answer.putObject("perInference");
    perInference.put("switches", Measurement.SWITCHES);
    perInference.put("bytesOpened", measured.status().bytesOpened());
    if (macs.isPresent()) {
      perInference.put("macs", macs.getAsLong());
    } else {
      // Only the vendor and the trusted side know what is inside a sealed model.
      perInference.putNull("macs");
    }
    answer.put("threads", threads);
    weights.seed().ifPresent(seed -> answer.put("randomWeights", seed));
    QuantisedView.put(answer, quantised);
    return answer;
  }
}
