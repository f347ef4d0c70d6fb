package dev.strongroom.program;

import java.util.Arrays;
import java.util.function.ToIntFunction;

/** Encodes and decodes what steps and ports are made of: views, windows, activations, codes. */
final class OperandCodec {
  private OperandCodec() {}

  static void writeView(LittleEndianWriter out, View view) {
    boolean dense = Arrays.equals(view.strides(), denseStrides(view.shape()));
    out.u8("space", view.space().code());
    out.u8("element type", view.type().code());
    out.u8("rank", view.rank() | (dense ? ViewDescriptor.DENSE_FLAG : 0));
    out.u32("view offset", view.offset());
    for (int i = 0; i < view.rank(); i++) {
      out.u32("dimension", view.dim(i));
    }
    for (int i = 0; i < view.rank() && !dense; i++) {
      out.u32("stride", view.stride(i));
    }
  }

  static View readView(LittleEndianReader in) throws InvalidProgramException {
    Space space = readCode(in, "space", Space.values(), Space::code);
    ElementType type = readCode(in, "element type", ElementType.values(), ElementType::code);
    int rankByte = in.u8("rank");
    boolean dense = (rankByte & ViewDescriptor.DENSE_FLAG) != 0;
    int rank = rankByte & ~ViewDescriptor.DENSE_FLAG;
    if (rank > ViewDescriptor.MAX_RANK) {
      throw in.refusal("rank %d exceeds %d".formatted(rank, ViewDescriptor.MAX_RANK));
    }
    int offset = in.u32("view offset");
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = in.u32("dimension");
    }
    int[] strides = denseStrides(shape);
    if (dense && strides.length != rank) {
      throw in.refusal("a dense view reaches 2 GiB: shape=" + Arrays.toString(shape));
    }
    if (!dense) {
      int[] given = new int[rank];
      for (int i = 0; i < rank; i++) {
        given[i] = in.u32("stride");
      }
      if (Arrays.equals(given, strides)) {
        throw in.refusal(
            "a dense view is encoded without strides: shape=%s, strides=%s"
                .formatted(Arrays.toString(shape), Arrays.toString(given)));
      }
      strides = given;
    }
    try {
      return View.of(space, type, offset, shape, strides);
    } catch (IllegalArgumentException e) {
      throw in.refusal(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The strides of a dense view as {@link View#denseStrides}, or, where one of them or the number
   * of elements would reach 2<sup>31</sup>, an array longer than any view's, equal to no strides.
   */
  private static int[] denseStrides(int[] shape) {
    int[] strides = new int[shape.length];
    long next = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = (int) next;
      next *= shape[i];
      if (next > Integer.MAX_VALUE) {
        return new int[View.MAX_RANK + 1];
      }
    }
    return strides;
  }

  static void writeWindow(LittleEndianWriter out, Window2d window) {
    out.u16("kernel height", window.kernelH());
    out.u16("kernel width", window.kernelW());
    out.u16("vertical stride", window.strideH());
    out.u16("horizontal stride", window.strideW());
    out.u16("padding above", window.padTop());
    out.u16("padding on the left", window.padLeft());
    out.u16("vertical dilation", window.dilationH());
    out.u16("horizontal dilation", window.dilationW());
  }

  static Window2d readWindow(LittleEndianReader in) throws InvalidProgramException {
    return new Window2d(
        in.u16("kernel height"),
        in.u16("kernel width"),
        in.u16("vertical stride"),
        in.u16("horizontal stride"),
        in.u16("padding above"),
        in.u16("padding on the left"),
        in.u16("vertical dilation"),
        in.u16("horizontal dilation"));
  }

  static void writeSampling(LittleEndianWriter out, Sampling sampling) {
    out.i32(sampling.start());
    out.u32("step of a sampling", sampling.step());
    out.u32("denominator of a sampling", sampling.denominator());
  }

  static Sampling readSampling(LittleEndianReader in) throws InvalidProgramException {
    return new Sampling(
        in.bits32("start of a sampling"),
        in.u32("step of a sampling"),
        in.u32("denominator of a sampling"));
  }

  static void writeSaturation(LittleEndianWriter out, Saturation saturation) {
    out.i8("zero point", saturation.zeroPoint());
    out.i8("smallest result", saturation.lowest());
    out.i8("largest result", saturation.highest());
  }

  static Saturation readSaturation(LittleEndianReader in) throws InvalidProgramException {
    return new Saturation(in.i8("zero point"), in.i8("smallest result"), in.i8("largest result"));
  }

  static void writeActivation(LittleEndianWriter out, Activation activation) {
    int parameters = ActivationDescriptor.parameters(activation.function());
    boolean scaled = isScaled(activation.scale(), activation.shift());
    if ((parameters < 1 && !isPositiveZero(activation.alpha()))
        || (parameters < 2 && !isPositiveZero(activation.beta()))) {
      throw new IllegalArgumentException(
          "%s has %d parameters, the others must be 0: %s"
              .formatted(activation.function(), parameters, activation));
    }
    out.u8(
        "function", activation.function().code() | (scaled ? ActivationDescriptor.SCALED_FLAG : 0));
    if (parameters > 0) {
      out.f32("alpha", activation.alpha());
    }
    if (parameters > 1) {
      out.f32("beta", activation.beta());
    }
    if (scaled) {
      out.f32("scale", activation.scale());
      out.f32("shift", activation.shift());
    }
  }

  static Activation readActivation(LittleEndianReader in) throws InvalidProgramException {
    int functionByte = in.u8("function");
    boolean scaled = (functionByte & ActivationDescriptor.SCALED_FLAG) != 0;
    Activation.Function function =
        byCode(
            in,
            "function",
            functionByte & ~ActivationDescriptor.SCALED_FLAG,
            Activation.Function.values(),
            Activation.Function::code);
    int parameters = ActivationDescriptor.parameters(function);
    float alpha = parameters > 0 ? in.f32("alpha") : 0;
    float beta = parameters > 1 ? in.f32("beta") : 0;
    float scale = scaled ? in.f32("scale") : 1;
    float shift = scaled ? in.f32("shift") : 0;
    if (scaled && !isScaled(scale, shift)) {
      throw in.refusal("a scale of 1 with a shift of 0 is encoded by leaving them out");
    }
    return new Activation(function, alpha, beta, scale, shift);
  }

  private static boolean isScaled(float scale, float shift) {
    return scale != 1 || !isPositiveZero(shift);
  }

  private static boolean isPositiveZero(float value) {
    return Float.floatToRawIntBits(value) == 0;
  }

  /** Reads a u8 that must be the code of one of {@code values}. */
  static <E extends Enum<E>> E readCode(
      LittleEndianReader in, String field, E[] values, ToIntFunction<E> code)
      throws InvalidProgramException {
    return byCode(in, field, in.u8(field), values, code);
  }

  /** The one of {@code values} that has the code wanted. */
  static <E extends Enum<E>> E byCode(
      LittleEndianReader in, String field, int wanted, E[] values, ToIntFunction<E> code)
      throws InvalidProgramException {
    for (E value : values) {
      if (code.applyAsInt(value) == wanted) {
        return value;
      }
    }
    throw in.refusal("unknown %s %d".formatted(field, wanted));
  }
}
