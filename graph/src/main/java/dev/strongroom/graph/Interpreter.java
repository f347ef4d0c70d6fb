package dev.strongroom.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes what a graph means, one node after another, plainly: scalar loops, sums in double
 * precision, results rounded to float once. It is what faster ways of computing are measured by,
 * and what folds constants.
 */
public final class Interpreter {
  private Interpreter() {}

  /**
   * The graph's outputs for these inputs.
   *
   * @param inputs a tensor of exactly the declared type for each of the graph's inputs
   * @throws IllegalArgumentException if an input is missing or of another type
   */
  public static Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    Map<String, Tensor> values = new HashMap<>(graph.constants());
    for (String name : graph.inputs()) {
      Tensor value = inputs.get(name);
      if (value == null || !value.type().equals(graph.type(name))) {
        throw new IllegalArgumentException(
            "input %s must be %s, got %s"
                .formatted(name, graph.type(name), value == null ? "none" : value.type()));
      }
      values.put(name, value);
    }
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (String input : graph.nodes().get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      List<Tensor> operands = node.inputs().stream().map(n -> get(values, n)).toList();
      values.put(node.output(), evaluate(node.op(), operands, graph.type(node.output())));
      for (String input : node.inputs()) {
        if (lastUse.getOrDefault(input, -1) == i && !graph.outputs().contains(input)) {
          values.remove(input);
        }
      }
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : graph.outputs()) {
      outputs.put(name, get(values, name));
    }
    return outputs;
  }

  private static Tensor get(Map<String, Tensor> values, String name) {
    Tensor value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("value " + name + " was not computed");
    }
    return value;
  }

  /**
   * The result of one operator. Those that only move elements (Concat, Slice, Transpose, Reshape,
   * Upsample, Expand), Gather's table and Cast take any element type, Dequantize integers, all
   * others FLOAT32.
   *
   * @param out the type of the result, which fits {@code op} and {@code in}
   */
  public static Tensor evaluate(Op op, List<Tensor> in, TensorType out) {
    return switch (op) {
      case Op.Conv conv -> ReferenceConv.conv(conv, in, out.shape());
      case Op.ConvTranspose conv -> ReferenceConv.convTranspose(conv, in, out.shape());
      case Op.BatchNorm norm -> ReferenceNorm.batchNorm(norm, in);
      case Op.LayerNorm norm -> ReferenceNorm.layerNorm(norm, in);
      case Op.Softmax softmax -> ReferenceNorm.softmax(softmax, in.getFirst());
      case Op.Unary unary -> ReferenceElementwise.unary(unary, in.getFirst());
      case Op.Binary binary ->
          ReferenceElementwise.binary(binary, in.get(0), in.get(1), out.shape());
      case Op.MatMul unused -> ReferenceMatMul.matMul(in.get(0), in.get(1), out.shape());
      case Op.Gemm gemm -> ReferenceMatMul.gemm(gemm, in, out.shape());
      case Op.Reduce reduce -> ReferenceReduce.reduce(reduce, in.getFirst(), out.shape());
      case Op.Pool pool -> ReferenceReduce.pool(pool, in.getFirst(), out.shape());
      case Op.Concat concat -> ReferenceMovement.concat(concat, in, out);
      case Op.Slice slice -> ReferenceMovement.slice(slice, in.getFirst(), out);
      case Op.Transpose transpose -> ReferenceMovement.transpose(transpose, in.getFirst(), out);
      case Op.Reshape unused -> Tensor.of(out, in.getFirst().data());
      case Op.Upsample upsample -> ReferenceMovement.upsample(upsample, in.getFirst(), out);
      case Op.Resize resize -> ReferenceResize.resize(resize, in.getFirst(), out.shape());
      case Op.Expand unused -> ReferenceMovement.expand(in.getFirst(), out);
      case Op.Gather unused -> ReferenceMovement.gatherRows(in.get(0), in.get(1), out);
      case Op.Cast unused -> ReferenceCast.cast(in.getFirst(), out);
      case Op.Quantize quantize -> ReferenceQuantize.quantize(quantize, in, out);
      case Op.Dequantize dequantize -> ReferenceQuantize.dequantize(dequantize, in);
    };
  }
}
