package dev.strongroom.graph.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.ElementTypes;
import dev.strongroom.graph.onnx.importer.ExternalData;
import dev.strongroom.graph.onnx.importer.Importer;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.TensorReader;
import dev.strongroom.graph.onnx.operators.Operators;
import dev.strongroom.graph.onnx.proto.GraphProto;
import dev.strongroom.graph.onnx.proto.ModelProto;
import dev.strongroom.graph.onnx.proto.NodeProto;
import dev.strongroom.graph.onnx.proto.OperatorSetIdProto;
import dev.strongroom.graph.onnx.proto.StringStringEntryProto;
import dev.strongroom.graph.onnx.proto.TensorProto;
import dev.strongroom.graph.onnx.proto.TensorShapeProto;
import dev.strongroom.graph.onnx.proto.TypeProto;
import dev.strongroom.graph.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A model in ONNX's format (github.com/onnx/onnx, docs/IR.md), operator sets 7 to 22. The file is
 * not trusted: whatever is wrong with it becomes an {@link InvalidModelException} that names it.
 *
 * <p>Everything in floating point is computed in FLOAT32, whatever its width in the file. Quantised
 * models become graphs with Quantize and Dequantize in them, see {@link
 * dev.strongroom.graph.Op.Dequantize}.
 */
public final class OnnxModel {
  private static final int MIN_OPSET = 7;
  private static final int MAX_OPSET = 22;

  private final String fileName;
  private final ModelProto model;
  private final int opset;
  private final ExternalData external;
  private final List<OnnxValue> inputs;
  private final List<OnnxValue> outputs;

  private OnnxModel(String fileName, ModelProto model, int opset, ExternalData external)
      throws InvalidModelException {
    this.fileName = fileName;
    this.model = model;
    this.opset = opset;
    this.external = external;
    GraphProto graph = model.getGraph();
    Set<String> initializers = new HashSet<>();
    graph.getInitializerList().forEach(t -> initializers.add(t.getName()));
    // Before IR version 4 every initializer is listed among the inputs.
    this.inputs =
        values(
            graph.getInputList().stream().filter(v -> !initializers.contains(v.getName())).toList(),
            true);
    this.outputs = values(graph.getOutputList(), false);
  }

  /**
   * Reads a model file, and no more of it than its size; external data is read by {@link #bind}.
   *
   * @throws InvalidModelException if it is not an ONNX model, larger than 2 GiB or the memory there
   *     is, of an operator set that is not supported, or has no outputs
   * @throws IOException if it cannot be read
   */
  public static OnnxModel read(Path file) throws IOException, InvalidModelException {
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      if (Files.exists(file)) {
        throw new InvalidModelException(name + " is not a file");
      }
      throw new NoSuchFileException(file.toString());
    }
    long size = Files.size(file);
    if (size > Integer.MAX_VALUE - 8) {
      throw new InvalidModelException(
          "%s has %d bytes; models beyond 2 GiB must keep their weights in external data"
              .formatted(name, size));
    }
    if (size > Runtime.getRuntime().maxMemory() / 2) {
      throw new InvalidModelException(
          "%s has %d MiB, too many for a Java heap of %d MiB; give it more with -Xmx"
              .formatted(name, size >> 20, Runtime.getRuntime().maxMemory() >> 20));
    }
    Path directory = file.toAbsolutePath().getParent();
    return of(
        name, Files.readAllBytes(file), ExternalData.in(directory == null ? file : directory));
  }

  /**
   * The model that {@code bytes} hold, which the caller promises not to change. It cannot have
   * external data.
   *
   * @param name for messages
   * @throws InvalidModelException as {@link #read} does
   */
  public static OnnxModel of(String name, byte[] bytes) throws InvalidModelException {
    return of(name, bytes, ExternalData.none());
  }

  private static OnnxModel of(String name, byte[] bytes, ExternalData external)
      throws InvalidModelException {
    try {
      ModelProto model = parse(bytes);
      return new OnnxModel(name, model, opset(model), external);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidModelException(
          "%s is not an ONNX model, or is cut off: %s".formatted(name, e.getMessage()), e);
    } catch (InvalidModelException e) {
      throw prefixed(name, e);
    }
  }

  private static ModelProto parse(byte[] bytes)
      throws InvalidProtocolBufferException, InvalidModelException {
    CodedInputStream stream = CodedInputStream.newInstance(bytes);
    // Weights then stay where they are in the array instead of being copied.
    stream.enableAliasing(true);
    ModelProto model;
    try {
      model = ModelProto.parseFrom(stream);
      stream.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
    if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
      throw new InvalidModelException("this is not an ONNX model: it holds no graph of operators");
    }
    if (model.getGraph().getOutputCount() == 0) {
      throw new InvalidModelException("the model has no outputs");
    }
    return model;
  }

  private static int opset(ModelProto model) throws InvalidModelException {
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        if (set.getVersion() < MIN_OPSET || set.getVersion() > MAX_OPSET) {
          throw new InvalidModelException(
              "operator set %d is not supported, only %d to %d; convert the model to one of them"
                  .formatted(set.getVersion(), MIN_OPSET, MAX_OPSET));
        }
        return (int) set.getVersion();
      }
    }
    throw new InvalidModelException("the model does not say which operator set it uses");
  }

  private static List<OnnxValue> values(List<ValueInfoProto> protos, boolean input)
      throws InvalidModelException {
    List<OnnxValue> values = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ValueInfoProto proto : protos) {
      String what = "%s \"%s\"".formatted(input ? "input" : "output", proto.getName());
      if (proto.getName().isEmpty() || !names.add(proto.getName())) {
        throw new InvalidModelException(what + " needs a name of its own");
      }
      TypeProto type = proto.getType();
      // The types of outputs follow from the graph; files may leave them out.
      if (!type.hasTensorType() && (input || proto.hasType())) {
        throw new InvalidModelException(what + " is not a tensor");
      }
      int element = type.getTensorType().getElemType();
      DataType dataType =
          !input && element == TensorProto.DataType.UNDEFINED_VALUE
              ? DataType.FLOAT32
              : ElementTypes.of(element)
                  .orElseThrow(
                      () ->
                          new InvalidModelException(
                              "%s is of type %s, which is not supported"
                                  .formatted(what, ElementTypes.name(element))));
      boolean ranked = type.getTensorType().hasShape();
      List<Dimension> dims = new ArrayList<>();
      for (TensorShapeProto.Dimension d : type.getTensorType().getShape().getDimList()) {
        if (d.getDimValue() > Integer.MAX_VALUE) {
          throw new InvalidModelException(
              "%s declares a dimension of %d".formatted(what, d.getDimValue()));
        }
        dims.add(dimension(d));
      }
      values.add(new OnnxValue(proto.getName(), dataType, ranked, dims));
    }
    return List.copyOf(values);
  }

  /** Exporters write -1, 0, "?" or nothing where they know nothing. */
  private static Dimension dimension(TensorShapeProto.Dimension proto) {
    if (proto.getDimValue() > 0) {
      return new Dimension.Fixed((int) proto.getDimValue());
    }
    String name = proto.getDimParam();
    return name.isBlank() || name.equals("?")
        ? new Dimension.Unknown()
        : new Dimension.Symbolic(name);
  }

  /**
   * What a caller must give, in the file's order; constants with default values are not among it.
   */
  public List<OnnxValue> inputs() {
    return inputs;
  }

  /** What a caller gets, as declared. */
  public List<OnnxValue> outputs() {
    return outputs;
  }

  /** The notes that the producer left in the file (metadata_props), in the file's order. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    return Collections.unmodifiableMap(metadata);
  }

  /** What the file says about itself. */
  public ModelSummary summary() {
    GraphProto graph = model.getGraph();
    TreeMap<String, Integer> operators = new TreeMap<>();
    List<UnsupportedNode> unsupported = new ArrayList<>();
    long parameters = 0;
    for (NodeProto node : graph.getNodeList()) {
      operators.merge(node.getOpType(), 1, Integer::sum);
      Importer.unsupported(node, Operators.standard()).ifPresent(unsupported::add);
      if (node.getOpType().equals("Constant")) {
        for (var attribute : node.getAttributeList()) {
          parameters += parameters(attribute.getT());
        }
      }
    }
    for (TensorProto t : graph.getInitializerList()) {
      parameters += parameters(t);
    }
    String producer = (model.getProducerName() + " " + model.getProducerVersion()).strip();
    return new ModelSummary(
        "ONNX (IR version %d)".formatted(model.getIrVersion()),
        opset,
        producer,
        graph.getNodeCount(),
        operators,
        parameters,
        inputs,
        outputs,
        unsupported);
  }

  /** Elements of a tensor of weights; 0 for wider integers, which describe shapes. */
  private static long parameters(TensorProto tensor) {
    boolean weights =
        ElementTypes.of(tensor.getDataType())
            .filter(t -> t == DataType.FLOAT32 || t == DataType.INT8 || t == DataType.UINT8)
            .isPresent();
    try {
      return weights ? TensorReader.shape(tensor.getDimsList()).elements() : 0;
    } catch (RejectedException e) {
      return 0; // Binding says what is wrong with it.
    }
  }

  /**
   * The static graph of this model for inputs of these shapes. What depends on constants and shapes
   * alone has been computed, and what no output needs is gone.
   *
   * <p>An input that {@code shapes} does not mention has its declared shape; an open first
   * dimension (the batch) then is 1.
   *
   * @param shapes by input name
   * @throws UnsupportedNodesException if the model holds what is not supported; lists every such
   *     node with the reason
   * @throws InvalidModelException if a dimension stays open or is contradicted
   */
  public Graph bind(Map<String, Shape> shapes) throws InvalidModelException {
    try {
      Importer importer =
          new Importer(Operators.standard(), model.getGraph(), opset, new TensorReader(external));
      return importer.run(InputShapes.resolve(inputs, shapes));
    } catch (InvalidModelException e) {
      throw prefixed(fileName, e);
    }
  }

  /** Names in the message come from the file: none may break the line or steer a terminal. */
  private static InvalidModelException prefixed(String name, InvalidModelException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "\ufffd");
    return e instanceof UnsupportedNodesException nodes
        ? new UnsupportedNodesException(name + ": " + message, nodes)
        : new InvalidModelException(name + ": " + message, e);
  }
}
