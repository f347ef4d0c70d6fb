package dev.strongroom.graph;

import java.util.List;

/** The element type that an operator gives its result. */
public final class TypeInference {
  private TypeInference() {}

  /**
   * The element type of {@code op}'s result.
   *
   * @throws IllegalArgumentException if the operator does not work on inputs of these types
   */
  public static DataType infer(Op op, List<DataType> in) {
    DataType first = in.getFirst();
    switch (op) {
      case Op.Quantize _ -> {
        require(
            in.equals(List.of(DataType.FLOAT32, DataType.FLOAT32, DataType.INT8)),
            "quantising takes float32, a float32 scale and an int8 zero point, not %s",
            in);
        return DataType.INT8;
      }
      case Op.Dequantize _ -> {
        require(
            (first == DataType.INT8 || first == DataType.INT32)
                && in.equals(List.of(first, DataType.FLOAT32, first)),
            "dequantising takes int8 or int32, a float32 scale and a zero point of the first's"
                + " type, not %s",
            in);
        return DataType.FLOAT32;
      }
      case Op.Cast(DataType to) -> {
        return to;
      }
      case Op.Gather _ -> {
        DataType ids = in.get(1);
        require(
            ids == DataType.INT32 || ids == DataType.INT64,
            "its indices are %s where int32 or int64 is needed",
            ids);
        return first;
      }
      default -> {
        require(
            in.stream().allMatch(t -> t == first), "it mixes element types %s", List.copyOf(in));
        require(
            first == DataType.FLOAT32 || movesOnly(op),
            "it computes on %s, which is not supported",
            first);
        return first;
      }
    }
  }

  /** Whether {@code op} only puts elements elsewhere, whatever their type. */
  public static boolean movesOnly(Op op) {
    return switch (op) {
      case Op.Concat _, Op.Slice _, Op.Transpose _, Op.Reshape _, Op.Upsample _, Op.Expand _ ->
          true;
      default -> false;
    };
  }

  private static void require(boolean condition, String format, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(format.formatted(values));
    }
  }
}
