package dev.strongroom.graph.onnx.importer;

/**
 * Translates the nodes of one ONNX operator, or of a family of like ones.
 *
 * <p>To add an operator:
 *
 * <ol>
 *   <li>Read its page in ONNX's operator reference, every version from opset 7 to 22.
 *   <li>Find or write the class of its family in {@code dev.strongroom.graph.onnx.operators}; in
 *       it, read inputs and attributes through {@link OnnxNode}, reject by {@link
 *       RejectedException} what cannot be expressed, with the values in the message.
 *   <li>Express it by {@link dev.strongroom.graph.Op}s, each made with {@link OnnxNode#emit}, which
 *       infers shapes and folds constants; give the result to {@link OnnxNode#output}.
 *   <li>Register it in {@code Operators}.
 *   <li>Test it: a small model with the answer by hand, and the operator's names in the list of
 *       conformance tests that must pass.
 * </ol>
 */
@FunctionalInterface
public interface OperatorTranslator {

  /**
   * Defines the outputs of {@code node}.
   *
   * @throws RejectedException if the node cannot be expressed, or is not valid
   */
  void translate(OnnxNode node) throws RejectedException;
}
