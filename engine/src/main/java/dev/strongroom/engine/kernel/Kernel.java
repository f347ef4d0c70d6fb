package dev.strongroom.engine.kernel;

import dev.strongroom.program.Step;

/** A step bound to absolute addresses: everything is decided, only the arithmetic is left. */
public interface Kernel {

  /** Computes once, without allocating. Not for two threads at the same time. */
  void run();

  /**
   * Floats of workspace from which on more of them make a step no faster; 0 for steps without one.
   * No bit depends on how many there are.
   */
  static int ampleWorkspace(Step step) {
    return switch (step) {
      case Step.QuantizedConv2d s ->
          QuantizedConv2d.ampleWorkspace(s.window().taps() * s.in().dim(3));
      case Step.QuantizedDepthwiseConv2d s -> QuantizedDepthwiseConv2d.WORKSPACE;
      default -> 0;
    };
  }

  /** Floats of workspace with which a part of a step is still worth a thread. */
  static int leastWorkspace(Step step) {
    return step instanceof Step.QuantizedDepthwiseConv2d
        ? QuantizedDepthwiseConv2d.LEAST_WORKSPACE
        : ampleWorkspace(step);
  }

  /**
   * The kernel for a step whose spaces lie at {@code addresses}. The step must be part of a
   * verified program.
   *
   * @throws IllegalArgumentException for a {@link Step.Open} or {@link Step.Receive}, which are no
   *     arithmetic
   */
  static Kernel bind(Step step, Addresses addresses) {
    return switch (step) {
      case Step.Open open ->
          throw new IllegalArgumentException("opening chunks is no kernel's work: " + open);
      case Step.Receive receive ->
          throw new IllegalArgumentException("receiving is no kernel's work: " + receive);
      case Step.Conv2d conv -> Conv2d.bind(conv, addresses);
      case Step.DepthwiseConv2d conv -> DepthwiseConv2d.bind(conv, addresses);
      case Step.MatMul product -> MatMul.bind(product, addresses);
      case Step.Pool2d pool -> Pool2d.bind(pool, addresses);
      case Step.Resize2d resize -> Resize2d.bind(resize, addresses);
      case Step.Reduce reduce -> Reduce.bind(reduce, addresses);
      case Step.Unary unary -> Unary.bind(unary, addresses);
      case Step.Binary binary -> Binary.bind(binary, addresses);
      case Step.Softmax softmax -> Softmax.bind(softmax, addresses);
      case Step.LayerNorm norm -> LayerNorm.bind(norm, addresses);
      case Step.Copy copy -> Copy.bind(copy, addresses);
      case Step.QuantizedConv2d conv -> QuantizedConv2d.bind(conv, addresses);
      case Step.QuantizedDepthwiseConv2d conv -> QuantizedDepthwiseConv2d.bind(conv, addresses);
      case Step.Quantize quantize -> Quantize.bind(quantize, addresses);
      case Step.Dequantize dequantize -> Dequantize.bind(dequantize, addresses);
      case Step.Table table -> Table.bind(table, addresses);
      case Step.QuantizedBinary binary -> QuantizedBinary.bind(binary, addresses);
      case Step.QuantizedPool2d pool -> QuantizedPool2d.bind(pool, addresses);
      case Step.Lookup lookup -> Lookup.bind(lookup, addresses);
      case Step.Cast cast -> Cast.bind(cast, addresses);
    };
  }
}
