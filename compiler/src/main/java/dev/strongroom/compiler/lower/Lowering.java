package dev.strongroom.compiler.lower;

import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Turns nodes into steps, in the graph's order, each value a {@link Region}. What needs no
 * computation (transposing, slicing, reshaping, broadcasting) becomes another region of the same
 * storage; element-wise functions of one input become part of the step before them.
 */
public final class Lowering {
  private final Graph graph;
  private final long maxWeightsBlock;
  private final Map<String, Region> values = new HashMap<>();
  private final Map<String, List<Node>> consumers = new HashMap<>();
  private final Map<String, Node> producers = new HashMap<>();

  /** Float values that have a quantised form, whether or not {@link #values} has them too. */
  private final Map<String, Quantized> quantized = new HashMap<>();

  private final List<Draft> drafts = new ArrayList<>();

  /** The node that each draft comes from. */
  private final List<Node> origins = new ArrayList<>();

  /** Packed weights by what they are made of: pieces of one layer use the same. */
  private final Map<String, Region> packed = new HashMap<>();

  /** Nodes that became part of the step before them. */
  private final Set<Node> absorbed = new HashSet<>();

  /** Enlarged values that no step has written out yet. */
  private final Map<String, Enlarged> enlarged = new HashMap<>();

  private final List<String> faults = new ArrayList<>();

  private Lowering(Graph graph, long maxWeightsBlock) {
    this.graph = graph;
    this.maxWeightsBlock = maxWeightsBlock;
    for (Node node : graph.nodes()) {
      for (String input : node.inputs()) {
        consumers.computeIfAbsent(input, k -> new ArrayList<>()).add(node);
      }
      producers.put(node.output(), node);
    }
  }

  /**
   * Lowers {@code graph}.
   *
   * @param maxWeightsBlock layers with more packed weights, in bytes, are cut along their output
   *     channels where they can be
   */
  public static Lowered lower(Graph graph, long maxWeightsBlock) throws UnsupportedModelException {
    return new Lowering(graph, maxWeightsBlock).run();
  }

  /**
   * A graph and where its steps come from.
   *
   * @param origins the node that each draft comes from, in the drafts' order; the copies to outputs
   *     at the end come from none and are left out
   */
  public record Traced(Lowered lowered, List<Node> origins) {
    public Traced {
      origins = List.copyOf(origins);
    }
  }

  /** Lowers {@code graph}, its layers in one piece, and keeps track of the nodes. */
  public static Traced trace(Graph graph) throws UnsupportedModelException {
    Lowering lowering = new Lowering(graph, Long.MAX_VALUE);
    Lowered lowered = lowering.run();
    return new Traced(lowered, lowering.origins);
  }

  private Lowered run() throws UnsupportedModelException {
    List<Lowered.NamedRegion> inputs = new ArrayList<>();
    for (String input : graph.inputs()) {
      Optional<ElementType> type = elementType(input);
      if (type.isEmpty() || type.get() == ElementType.I8) {
        faults.add(
            "input %s is %s, not float32, int32 or int64".formatted(input, graph.type(input)));
      }
      int[] order = wireOrder(shape(input));
      Region region = newTensor(input, type.orElse(ElementType.F32), shape(input), order);
      values.put(input, region);
      inputs.add(new Lowered.NamedRegion(input, region));
    }
    for (String output : graph.outputs()) {
      if (elementType(output).isEmpty() || elementType(output).get() == ElementType.I8) {
        faults.add(
            "output %s is %s, not float32, int32 or int64".formatted(output, graph.type(output)));
      }
    }
    for (Node node : graph.nodes()) {
      if (absorbed.contains(node)) {
        continue;
      }
      try {
        lower(node);
      } catch (UnsupportedNodeException e) {
        faults.add("%s (%s): %s".formatted(node.name(), name(node.op()), e.getMessage()));
        values.put(node.output(), newTensor(node.output(), shape(node.output())));
      }
      origins.addAll(Collections.nCopies(drafts.size() - origins.size(), node));
    }
    if (!faults.isEmpty()) {
      throw new UnsupportedModelException(graph.name(), faults);
    }
    List<Lowered.NamedRegion> outputs = new ArrayList<>();
    Set<Storage> taken = new HashSet<>();
    inputs.forEach(input -> taken.add(input.region().storage()));
    for (String output : graph.outputs()) {
      Region region = operand(output);
      if (!region.isDense() || !region.isWhole() || !taken.add(region.storage())) {
        region = copy(output, region);
        taken.add(region.storage());
      }
      outputs.add(new Lowered.NamedRegion(output, region));
    }
    return new Lowered(inputs, outputs, drafts);
  }

  /** Images cross with their channels innermost, as kernels read them; others in C order. */
  private static int[] wireOrder(int[] shape) {
    return shape.length == 4
        ? ConvolutionLowering.CHANNELS_LAST
        : IntStream.range(0, shape.length).toArray();
  }

  private static String name(Op op) {
    return op.getClass().getSimpleName();
  }

  private void lower(Node node) throws UnsupportedNodeException {
    requireKnownType(node);
    switch (node.op()) {
      case Op.Conv conv -> ConvolutionLowering.conv(this, node, conv);
      case Op.ConvTranspose conv -> ConvolutionLowering.transposed(this, node, conv);
      case Op.Pool pool -> ConvolutionLowering.pool(this, node, pool);
      case Op.MatMul matMul -> ProductLowering.matMul(this, node);
      case Op.Gemm gemm -> ProductLowering.gemm(this, node, gemm);
      case Op.Unary unary -> ElementwiseLowering.unary(this, node, unary);
      case Op.Binary binary -> ElementwiseLowering.binary(this, node, binary);
      case Op.Reduce reduce -> ElementwiseLowering.reduce(this, node, reduce);
      case Op.Softmax softmax -> ElementwiseLowering.softmax(this, node, softmax);
      case Op.LayerNorm norm -> ElementwiseLowering.layerNorm(this, node, norm);
      case Op.Concat concat -> ShapeLowering.concat(this, node, concat);
      case Op.Slice slice -> ShapeLowering.slice(this, node, slice);
      case Op.Transpose transpose -> ShapeLowering.transpose(this, node, transpose);
      case Op.Reshape reshape -> ShapeLowering.reshape(this, node);
      case Op.Upsample upsample -> ShapeLowering.upsample(this, node, upsample);
      case Op.Resize resize -> ResizeLowering.resize(this, node, resize);
      case Op.Expand expand -> ShapeLowering.expand(this, node);
      case Op.Quantize _ -> QuantizedLowering.quantize(this, node);
      case Op.Dequantize _ -> QuantizedLowering.dequantize(this, node);
      case Op.Gather gather -> LookupLowering.gather(this, node);
      case Op.Cast cast -> LookupLowering.cast(this, node);
      case Op.BatchNorm batchNorm ->
          throw new UnsupportedNodeException("its parameters are not all constant");
    }
  }

  /** Integers are moved, cast and looked up by; steps that compute know floats only. */
  private void requireKnownType(Node node) throws UnsupportedNodeException {
    TensorType type = graph.type(node.output());
    boolean anyType =
        switch (node.op()) {
          case Op.Concat _, Op.Slice _, Op.Transpose _, Op.Reshape _, Op.Upsample _, Op.Expand _ ->
              true;
          case Op.Cast _, Op.Quantize _ -> true;
          default -> false;
        };
    if (type.dataType() != DataType.FLOAT32 && !(anyType && elementType(type).isPresent())) {
      throw new UnsupportedNodeException("its result is %s, not float32".formatted(type));
    }
  }

  /** What a Program calls the type of {@code value}'s elements; empty if it has none for it. */
  private Optional<ElementType> elementType(String value) {
    return elementType(graph.type(value));
  }

  ElementType requireElementType(String value) throws UnsupportedNodeException {
    return elementType(value)
        .orElseThrow(
            () -> new UnsupportedNodeException("%s is %s".formatted(value, graph.type(value))));
  }

  private static Optional<ElementType> elementType(TensorType type) {
    return switch (type.dataType()) {
      case FLOAT32 -> Optional.of(ElementType.F32);
      case INT8 -> Optional.of(ElementType.I8);
      case INT32 -> Optional.of(ElementType.I32);
      case INT64 -> Optional.of(ElementType.I64);
      case FLOAT16, FLOAT64, UINT8, BOOL -> Optional.empty();
    };
  }

  long maxWeightsBlock() {
    return maxWeightsBlock;
  }

  int[] shape(String value) {
    return graph.type(value).shape().dims();
  }

  /** Whether {@code value} is a constant, or one that is dequantised. */
  boolean isConstant(String value) {
    return graph.constants().containsKey(value) || dequantizedConstant(value) != null;
  }

  /** The node that dequantises a constant to {@code value}, if that is how it comes about. */
  @org.jspecify.annotations.Nullable
  Node dequantizedConstant(String value) {
    Node node = producers.get(value);
    return node != null
            && node.op() instanceof Op.Dequantize
            && graph.constants().keySet().containsAll(node.inputs())
        ? node
        : null;
  }

  /** The constant called {@code value}, of whatever type. */
  Tensor anyConstant(String value) throws UnsupportedNodeException {
    Tensor tensor = graph.constants().get(value);
    if (tensor == null) {
      throw new UnsupportedNodeException("operand %s must be a constant".formatted(value));
    }
    return tensor;
  }

  /** The float constant called {@code value}, dequantised where need be. */
  Tensor constant(String value) throws UnsupportedNodeException {
    Tensor tensor = floats(value);
    if (tensor == null) {
      throw new UnsupportedNodeException("operand %s must be a constant".formatted(value));
    }
    if (tensor.dataType() != DataType.FLOAT32) {
      throw new UnsupportedNodeException(
          "constant %s is %s, not float32".formatted(value, tensor.type()));
    }
    return tensor;
  }

  private @org.jspecify.annotations.Nullable Tensor floats(String value) {
    Node node = dequantizedConstant(value);
    return node == null
        ? graph.constants().get(value)
        : Interpreter.evaluate(
            node.op(), node.inputs().stream().map(this::known).toList(), graph.type(node.output()));
  }

  private Tensor known(String constant) {
    return java.util.Objects.requireNonNull(graph.constants().get(constant));
  }

  /**
   * Packed weights, made once for each {@code key}, which must tell apart all that differ: the
   * constants they come from and how they are cut.
   */
  Region packed(String key, Supplier<Region> packing) {
    return packed.computeIfAbsent(key, k -> packing.get());
  }

  /** Where {@code value} lies; a constant lies in weights of its own. */
  Region operand(String value) {
    Enlarged unwritten = enlarged.remove(value);
    if (unwritten != null) {
      define(value, unwritten.write(this));
    }
    Region region = values.get(value);
    if (region != null) {
      return region;
    }
    if (quantized.get(value) instanceof Quantized q) {
      Region floats = QuantizedLowering.toFloats(this, value, q);
      values.put(value, floats);
      return floats;
    }
    Tensor tensor = floats(value);
    Optional<ElementType> type = elementType(value);
    if (tensor == null || type.isEmpty()) {
      throw new IllegalStateException("no region for %s, %s".formatted(value, graph.type(value)));
    }
    return packed(
        "plain " + value,
        () -> WeightPacking.plain(value, type.get(), shape(value), tensor.data()));
  }

  /** Says that {@code value} is {@code source}, enlarged; a step writes it out if it must exist. */
  void defineEnlarged(String value, Enlarged source) {
    enlarged.put(value, source);
  }

  /** The enlarged value called {@code value} if it has not been written out. */
  Optional<Enlarged> unwritten(String value) {
    return Optional.ofNullable(enlarged.get(value));
  }

  void define(String value, Region region) {
    values.put(value, region);
  }

  /** The quantised form of the float {@code value}, if it has one. */
  @org.jspecify.annotations.Nullable
  Quantized quantized(String value) {
    return quantized.get(value);
  }

  void define(String value, Quantized form) {
    quantized.put(value, form);
  }

  /** Where {@code value} lies, or its quantised form: enough for those that only move elements. */
  Region raw(String value) {
    Quantized form = quantized.get(value);
    return form == null ? operand(value) : form.region();
  }

  /** {@code value} is {@code region}, elements of {@code source} elsewhere: what both stand for. */
  void defineMoved(String value, Region region, String source) {
    Quantized form = quantized.get(source);
    if (form == null) {
      define(value, region);
    } else {
      define(value, new Quantized(region, form.scale(), form.zeroPoint()));
    }
  }

  void emit(Draft draft) {
    drafts.add(draft);
  }

  /** A new tensor of floats, dense in logical order. */
  Region newTensor(String name, int... shape) {
    return newTensor(name, ElementType.F32, shape);
  }

  /** A new tensor, dense in logical order. */
  Region newTensor(String name, ElementType type, int... shape) {
    return Region.dense(new Storage.Buffer(name, Storage.bytesOf(name, type, shape)), type, shape);
  }

  /** A new tensor of floats whose dimensions lie in memory in {@code order}, slowest first. */
  Region newTensor(String name, int[] shape, int[] order) {
    return newTensor(name, ElementType.F32, shape, order);
  }

  /** A new tensor whose dimensions lie in memory in {@code order}, slowest first. */
  Region newTensor(String name, ElementType type, int[] shape, int[] order) {
    int[] inMemory = IntStream.of(order).map(i -> shape[i]).toArray();
    return newTensor(name, type, inMemory).permute(inverse(order));
  }

  static int[] inverse(int[] perm) {
    int[] inverse = new int[perm.length];
    for (int i = 0; i < perm.length; i++) {
      inverse[perm[i]] = i;
    }
    return inverse;
  }

  /** A dense copy in logical order. */
  Region copy(String name, Region source) {
    Region target = newTensor(name, source.type(), source.shape());
    emitCopy(name, source, target);
    return target;
  }

  /** Copies between regions of one shape; dimensions go in the target's memory order. */
  void emitCopy(String name, Region source, Region target) {
    int[] order = target.memoryOrder();
    emit(
        new Draft(
            name,
            List.of(source.permute(order)),
            target.permute(order),
            0,
            Draft.Aliasing.COPY,
            (reads, write) -> new Step.Copy(reads.get(0), write)));
  }

  /** {@code region}, or a dense copy if its last dimension is not contiguous. */
  Region lastContiguous(String name, Region region) {
    boolean contiguous = region.rank() > 0 && region.stride(region.rank() - 1) == 1;
    return contiguous ? region : copy(name + "/contiguous", region);
  }

  /**
   * What the steps after {@code value} let its producer do at once, and the value that results.
   *
   * @param nodes that it stands for
   */
  record Epilogue(Activation activation, String output, List<Node> nodes) {
    /** Where the producer of {@code value} only makes that. */
    static Epilogue none(String value) {
      return new Epilogue(Activation.NONE, value, List.of());
    }
  }

  /** Takes {@code value}'s {@link #following} functions over into its producer. */
  Epilogue epilogue(String value) throws UnsupportedNodeException {
    Epilogue epilogue = following(value);
    epilogue.nodes().forEach(this::absorb);
    return epilogue;
  }

  /** Follows {@code value} through element-wise functions that nothing else needs the inputs of. */
  Epilogue following(String value) throws UnsupportedNodeException {
    List<Node> nodes = new ArrayList<>();
    Op.Unary function = new Op.Unary(Op.Unary.Function.AFFINE, 1, 0);
    boolean untouched = true;
    double scale = 1;
    double shift = 0;
    String output = value;
    while (soleConsumer(output) instanceof Node next && next.op() instanceof Op.Unary unary) {
      if (unary.function() == Op.Unary.Function.AFFINE) {
        scale *= unary.alpha();
        shift = shift * unary.alpha() + unary.beta();
      } else if (untouched) {
        function = unary;
      } else {
        break;
      }
      untouched = false;
      output = next.output();
      nodes.add(next);
    }
    return new Epilogue(scaled(function, scale, shift), output, nodes);
  }

  private static Activation scaled(Op.Unary function, double scale, double shift)
      throws UnsupportedNodeException {
    Activation a = ElementwiseLowering.activation(function);
    float s = (float) (a.scale() * scale);
    float t = (float) shift;
    return ElementwiseLowering.finite(new Activation(a.function(), a.alpha(), a.beta(), s, t));
  }

  /** Says that a step emitted already does what {@code node} does. */
  void absorb(Node node) {
    absorbed.add(node);
  }

  /** All nodes that read {@code value}. */
  List<Node> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  boolean isOutput(String value) {
    return graph.outputs().contains(value);
  }

  /** The one node that reads {@code value}, if it has one reader and is no output. */
  @org.jspecify.annotations.Nullable
  Node soleConsumer(String value) {
    List<Node> readers = consumers(value);
    return readers.size() == 1 && !isOutput(value) ? readers.getFirst() : null;
  }
}
