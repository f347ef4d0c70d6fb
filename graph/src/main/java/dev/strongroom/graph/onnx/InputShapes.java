package dev.strongroom.graph.onnx;

import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** Gives every dimension of a model's inputs its size. */
final class InputShapes {
  private final List<OnnxValue> inputs;
  private final Map<String, Shape> given;
  private final Map<String, Integer> symbols = new HashMap<>();
  private final Map<String, String> symbolOrigins = new HashMap<>();

  private InputShapes(List<OnnxValue> inputs, Map<String, Shape> given) {
    this.inputs = inputs;
    this.given = given;
  }

  /**
   * The type of each input: as given, else as declared; a first dimension that neither states is 1.
   *
   * @throws InvalidModelException if a shape is given for no input, contradicts what is declared or
   *     gives one symbolic name two sizes, or if a dimension stays open
   */
  static SequencedMap<String, TensorType> resolve(List<OnnxValue> inputs, Map<String, Shape> given)
      throws InvalidModelException {
    return new InputShapes(inputs, given).resolve();
  }

  private SequencedMap<String, TensorType> resolve() throws InvalidModelException {
    for (String name : given.keySet()) {
      if (inputs.stream().noneMatch(i -> i.name().equals(name))) {
        throw new InvalidModelException(
            "there is no input \"%s\"; the inputs are %s".formatted(name, declarations()));
      }
    }
    for (OnnxValue input : inputs) {
      Shape shape = given.get(input.name());
      if (shape != null) {
        match(input, shape);
      }
    }
    for (OnnxValue input : inputs) {
      if (!given.containsKey(input.name())
          && !input.dims().isEmpty()
          && input.dims().getFirst() instanceof Dimension.Symbolic first) {
        symbols.putIfAbsent(first.name(), 1);
      }
    }
    SequencedMap<String, TensorType> types = new LinkedHashMap<>();
    for (OnnxValue input : inputs) {
      types.put(input.name(), new TensorType(input.dataType(), shape(input)));
    }
    return types;
  }

  private void match(OnnxValue input, Shape shape) throws InvalidModelException {
    if (Arrays.stream(shape.dims()).anyMatch(d -> d < 1)) {
      throw new InvalidModelException(
          "shape %s of input \"%s\" has no elements".formatted(shape, input.name()));
    }
    if (!input.ranked()) {
      return;
    }
    boolean fits = shape.rank() == input.dims().size();
    for (int i = 0; fits && i < shape.rank(); i++) {
      fits = !(input.dims().get(i) instanceof Dimension.Fixed f) || f.size() == shape.dim(i);
    }
    if (!fits) {
      throw new InvalidModelException("shape %s does not fit input %s".formatted(shape, input));
    }
    for (int i = 0; i < shape.rank(); i++) {
      if (input.dims().get(i) instanceof Dimension.Symbolic s) {
        Integer before = symbols.putIfAbsent(s.name(), shape.dim(i));
        if (before != null && before != shape.dim(i)) {
          throw new InvalidModelException(
              "dimension %s is %d in input \"%s\" and %d in input \"%s\""
                  .formatted(
                      s.name(), before, symbolOrigins.get(s.name()), shape.dim(i), input.name()));
        }
        symbolOrigins.putIfAbsent(s.name(), input.name());
      }
    }
  }

  private Shape shape(OnnxValue input) throws InvalidModelException {
    Shape shape = given.get(input.name());
    if (shape != null) {
      return shape;
    }
    if (!input.ranked()) {
      throw open();
    }
    int[] dims = new int[input.dims().size()];
    for (int i = 0; i < dims.length; i++) {
      OptionalInt size = size(input.dims().get(i), i);
      dims[i] = size.orElseThrow(this::open);
    }
    return Shape.of(dims);
  }

  private OptionalInt size(Dimension dimension, int position) {
    return switch (dimension) {
      case Dimension.Fixed fixed -> OptionalInt.of(fixed.size());
      case Dimension.Symbolic symbolic -> {
        Integer size = symbols.get(symbolic.name());
        yield size == null ? OptionalInt.empty() : OptionalInt.of(size);
      }
      case Dimension.Unknown _ -> position == 0 ? OptionalInt.of(1) : OptionalInt.empty();
    };
  }

  private InvalidModelException open() {
    return new InvalidModelException(
        "it leaves dimensions of its inputs open: %s; state them, for example %s"
            .formatted(
                declarations(),
                inputs.stream().map(InputShapes::example).collect(Collectors.joining(" "))));
  }

  private String declarations() {
    return inputs.stream().map(OnnxValue::toString).collect(Collectors.joining(", "));
  }

  /** Sizes that often do: one picture of 320 by 320, a sequence of 64. */
  private static String example(OnnxValue input) {
    if (!input.ranked()) {
      return "--shape %s=1,3,320,320".formatted(input.name());
    }
    List<String> dims = new ArrayList<>();
    for (int i = 0; i < input.dims().size(); i++) {
      String open = i == 0 ? "1" : input.dims().size() == 4 ? "320" : "64";
      dims.add(input.dims().get(i) instanceof Dimension.Fixed f ? Objects.toString(f) : open);
    }
    return "--shape %s=%s".formatted(input.name(), String.join(",", dims));
  }
}
