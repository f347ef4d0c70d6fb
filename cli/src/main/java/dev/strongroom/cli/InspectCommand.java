package dev.strongroom.cli;

import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.Dimension;
import dev.strongroom.graph.onnx.ModelSummary;
import dev.strongroom.graph.onnx.OnnxValue;
import dev.strongroom.graph.onnx.UnsupportedNode;
import dev.strongroom.graph.onnx.UnsupportedNodesException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code inspect MODEL}: what is in a model file, and what of it is not supported. */
@Command(
    name = "inspect",
    description = "Says what is in a model file, and everything in it that is not supported.",
    footer = "  strongroom inspect model.onnx --shape x=1,3,48,320")
final class InspectCommand extends CliCommand {
  @Parameters(
      paramLabel = "MODEL",
      description = "A model in the ONNX format, or a Darknet network (.cfg).")
  private Path model = Path.of("");

  @Option(
      names = "--shape",
      paramLabel = "NAME=DIMS",
      description =
          "Shape of an input whose dimensions the model leaves open; needed for the MACs, and to see"
              + " everything that is not supported.")
  private List<NamedValue> shapes = new ArrayList<>();

  @Mixin private WeightOptions weights = new WeightOptions();

  InspectCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    PlainModel plain = ModelFile.readPlain(model, weights);
    ModelSummary summary = plain.summary();
    Map<String, Shape> bound = ModelFile.shapes(shapes);
    Findings findings = findings(plain, summary, bound);
    if (json()) {
      print(toJson(summary, findings));
    } else {
      show(summary, findings);
    }
    return Failures.DONE;
  }

  /**
   * What becomes of a model when it is compiled.
   *
   * @param unsupported nodes that cannot be translated
   * @param notCompiled what can be translated but not compiled, in words
   * @param obstacle why not all of that can be told
   */
  private record Findings(
      Optional<Long> macs,
      List<UnsupportedNode> unsupported,
      List<String> notCompiled,
      Optional<String> obstacle) {}

  /** Takes the way that compiling takes, so that what it refuses is found. */
  private static Findings findings(PlainModel plain, ModelSummary summary, Map<String, Shape> bound)
      throws Exception {
    try {
      return new Findings(Optional.of(plain.macs(bound)), List.of(), List.of(), Optional.empty());
    } catch (UnsupportedNodesException e) {
      return new Findings(Optional.empty(), e.nodes(), List.of(), Optional.empty());
    } catch (UnsupportedModelException e) {
      return new Findings(Optional.empty(), List.of(), e.reasons(), Optional.empty());
    } catch (InvalidModelException e) {
      return new Findings(
          Optional.empty(), summary.unsupported(), List.of(), Optional.of(Failures.messageOf(e)));
    }
  }

  private static ObjectNode toJson(ModelSummary summary, Findings findings) {
    ObjectNode answer = object();
    answer.put("format", summary.format());
    if (summary.opset() > 0) {
      answer.put("opset", summary.opset());
    } else {
      answer.putNull("opset");
    }
    answer.put("producer", summary.producer());
    answer.put("nodes", summary.nodes());
    ObjectNode operators = answer.putObject("operators");
    summary.operators().forEach(operators::put);
    answer.put("parameters", summary.parameters());
    findings.macs.ifPresentOrElse(m -> answer.put("macs", m), () -> answer.putNull("macs"));
    putValues(answer.putArray("inputs"), summary.inputs());
    putValues(answer.putArray("outputs"), summary.outputs());
    ArrayNode unsupported = answer.putArray("unsupported");
    for (UnsupportedNode node : findings.unsupported) {
      unsupported
          .addObject()
          .put("node", node.name())
          .put("operator", node.opType())
          .put("reason", node.reason());
    }
    for (String reason : findings.notCompiled) {
      unsupported.addObject().putNull("node").putNull("operator").put("reason", reason);
    }
    findings.obstacle.ifPresent(o -> answer.put("obstacle", o));
    return answer;
  }

  private static void putValues(ArrayNode array, List<OnnxValue> values) {
    for (OnnxValue value : values) {
      ObjectNode node = array.addObject();
      node.put("name", value.name());
      node.put("type", value.dataType().name().toLowerCase(java.util.Locale.ROOT));
      if (!value.ranked()) {
        node.putNull("shape");
        continue;
      }
      ArrayNode shape = node.putArray("shape");
      for (Dimension dim : value.dims()) {
        switch (dim) {
          case Dimension.Fixed fixed -> shape.add(fixed.size());
          case Dimension.Symbolic symbolic -> shape.add(symbolic.name());
          case Dimension.Unknown _ -> shape.addNull();
        }
      }
    }
  }

  private void show(ModelSummary summary, Findings findings) {
    say(
        "format       %s%s",
        summary.format(), summary.opset() > 0 ? ", operator set " + summary.opset() : "");
    if (!summary.producer().isEmpty()) {
      say("producer     %s", summary.producer());
    }
    summary.inputs().forEach(v -> say("input        %s %s", v, v.dataType()));
    summary.outputs().forEach(v -> say("output       %s %s", v, v.dataType()));
    say("parameters   %,d", summary.parameters());
    say(
        "MACs         %s",
        findings
            .macs
            .map("%,d"::formatted)
            .or(() -> findings.obstacle)
            .orElse("unknown: see unsupported"));
    say("nodes        %,d", summary.nodes());
    summary.operators().forEach((name, count) -> say("  %6d  %s", count, name));
    List<String> unsupported = new ArrayList<>();
    findings.unsupported.forEach(node -> unsupported.add(node.toString()));
    unsupported.addAll(findings.notCompiled);
    if (!unsupported.isEmpty()) {
      say("unsupported  %d %s", unsupported.size(), unsupported.size() == 1 ? "node" : "nodes");
      unsupported.forEach(what -> say("  %s", what));
    } else if (findings.obstacle.isPresent()) {
      say("unsupported  no operator; the rest shows once the MACs do");
    } else {
      say("unsupported  nothing");
    }
  }
}
