package dev.strongroom.cli;

import dev.strongroom.compiler.Compiler;
import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Macs;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.darknet.DarknetModel;
import dev.strongroom.graph.darknet.DarknetWeights;
import dev.strongroom.graph.onnx.Dimension;
import dev.strongroom.graph.onnx.ModelSummary;
import dev.strongroom.graph.onnx.OnnxModel;
import dev.strongroom.graph.onnx.OnnxValue;
import dev.strongroom.graph.onnx.UnsupportedNode;
import dev.strongroom.graph.onnx.UnsupportedNodesException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A model as its makers saved it, in whatever format. */
sealed interface PlainModel {

  /** What the file says about itself. */
  ModelSummary summary();

  /**
   * Multiply-accumulates of one inference on inputs of these shapes.
   *
   * @throws InvalidModelException what {@link #bind} throws, if it does
   * @throws UnsupportedModelException what compiling throws whatever the budget, if it does
   */
  long macs(Map<String, Shape> shapes)
      throws RequestException, IOException, InvalidModelException, UnsupportedModelException;

  /** The graph for inputs of these shapes. */
  Graph bind(Map<String, Shape> shapes) throws RequestException, IOException, InvalidModelException;

  /** A model in the ONNX format. */
  record Onnx(OnnxModel model) implements PlainModel {
    @Override
    public ModelSummary summary() {
      return model.summary();
    }

    @Override
    public long macs(Map<String, Shape> shapes)
        throws InvalidModelException, UnsupportedModelException {
      Graph graph = bind(shapes);
      Compiler.requireSupported(graph);
      return Macs.of(graph);
    }

    @Override
    public Graph bind(Map<String, Shape> shapes) throws InvalidModelException {
      return model.bind(shapes);
    }
  }

  /** A Darknet network, and its weights, if there are any. */
  record Darknet(DarknetModel model, Optional<DarknetWeights> weights) implements PlainModel {
    @Override
    public ModelSummary summary() {
      List<UnsupportedNode> unsupported =
          model.unsupported().stream()
              .map(
                  s ->
                      new UnsupportedNode(
                          "layer %d, line %d".formatted(s.layer(), s.line()), s.type(), s.reason()))
              .toList();
      return new ModelSummary(
          "Darknet",
          0,
          "",
          model.layers().values().stream().mapToInt(Integer::intValue).sum(),
          model.layers(),
          model.parameters(),
          List.of(value(model.inputName(), model.input())),
          model.output().stream().map(t -> value(model.outputName(), t)).toList(),
          unsupported);
    }

    private static OnnxValue value(String name, TensorType type) {
      Stream<Dimension> dims =
          Arrays.stream(type.shape().dims()).mapToObj(d -> new Dimension.Fixed(d));
      return new OnnxValue(name, type.dataType(), true, dims.toList());
    }

    /** Needs no weights; but where there are some, they must fit. */
    @Override
    public long macs(Map<String, Shape> shapes)
        throws RequestException, IOException, InvalidModelException {
      requireDeclared(shapes);
      if (model.macs().isEmpty()) {
        throw new UnsupportedNodesException(summary().unsupported());
      }
      if (weights.isPresent() && weights.get() instanceof DarknetWeights.File(var file)) {
        model.requireFitting(file);
      }
      return model.macs().get();
    }

    @Override
    public Graph bind(Map<String, Shape> shapes)
        throws RequestException, IOException, InvalidModelException {
      requireDeclared(shapes);
      if (weights.isEmpty() && model.unsupported().isEmpty()) {
        throw new RequestException(
            "the Darknet network %s has no .weights beside it: name them with --weights FILE, or try it without with --random-weights SEED"
                .formatted(model.name()));
      }
      return model.bind(weights.orElse(new DarknetWeights.Seeded(0)));
    }

    private void requireDeclared(Map<String, Shape> shapes) throws RequestException {
      for (Map.Entry<String, Shape> shape : shapes.entrySet()) {
        if (!shape.getKey().equals(model.inputName())) {
          throw new RequestException(
              "there is no input \"%s\"; the input of a Darknet network is called %s"
                  .formatted(shape.getKey(), model.inputName()));
        }
        if (!shape.getValue().equals(model.input().shape())) {
          throw new RequestException(
              "input %s is %s and not %s: the .cfg says so in its [net]"
                  .formatted(shape.getKey(), model.input().shape(), shape.getValue()));
        }
      }
    }
  }
}
