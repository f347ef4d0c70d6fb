package dev.strongroom.engine.kernel;

import dev.strongroom.program.Step;

/** What an output element of a step must be, in double precision, by the step's definition. */
final class StepReference {
  private StepReference() {}

  static double at(Step step, int[] index) {
    return switch (step) {
      case Step.Open s -> throw new IllegalArgumentException("no arithmetic: " + s);
      case Step.Conv2d s -> Conv2dReference.at(s, index);
      case Step.DepthwiseConv2d s -> DepthwiseConv2dReference.at(s, index);
      case Step.MatMul s -> MatMulReference.at(s, index);
      case Step.Pool2d s -> Pool2dReference.at(s, index);
      case Step.Resize2d s -> Resize2dReference.at(s, index);
      case Step.Reduce s -> ReduceReference.at(s, index);
      case Step.Unary s -> ElementwiseReference.at(s, index);
      case Step.Binary s -> ElementwiseReference.at(s, index);
      case Step.Copy s -> ElementwiseReference.at(s, index);
      case Step.Softmax s -> RowReference.at(s, index);
      case Step.LayerNorm s -> RowReference.at(s, index);
      case Step.QuantizedConv2d s -> QuantizedReference.at(s, index);
      case Step.QuantizedDepthwiseConv2d s -> QuantizedReference.at(s, index);
      case Step.Quantize s -> QuantizedReference.at(s, index);
      case Step.Dequantize s -> QuantizedReference.at(s, index);
      case Step.Table s -> QuantizedReference.at(s, index);
      case Step.QuantizedBinary s -> QuantizedReference.at(s, index);
      case Step.QuantizedPool2d s -> QuantizedReference.at(s, index);
      case Step.Lookup s -> IntegerReference.at(s, index);
      case Step.Cast s -> IntegerReference.at(s, index);
      case Step.Receive s -> throw new IllegalArgumentException("no arithmetic: " + s);
    };
  }

  /** All of them, the last dimension fastest. */
  static double[] all(Step step) {
    double[] all = new double[Math.toIntExact(step.writes().elements())];
    int[] next = {0};
    Elements.forEach(step.writes().shape(), index -> all[next[0]++] = at(step, index));
    return all;
  }
}
