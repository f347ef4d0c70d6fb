package dev.strongroom.graph.darknet;

import dev.strongroom.graph.Op.Unary;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Darknet's activations (activations.h) that a graph can say, each by the name it has in a .cfg.
 */
enum ActivationFunction {
  LINEAR(1),
  RELU(0.5, Unary.of(Function.RELU)),
  RELU6(0.5, new Unary(Function.CLIP, 0, 6)),
  /** 0.1 * x below 0. */
  LEAKY(0.505, new Unary(Function.LEAKY_RELU, 0.1, 0)),
  /** 0.01 * x below 0. */
  RELIE(0.5, new Unary(Function.LEAKY_RELU, 0.01, 0)),
  /** relu(x) + 0.1 * x: 1.1 * x from 0 on, below it the eleventh part of that. */
  RAMP(0.61, new Unary(Function.LEAKY_RELU, 1 / 11.0, 0), new Unary(Function.AFFINE, 1.1, 0)),
  LOGISTIC(0.29, Unary.of(Function.SIGMOID)),
  /** 2 * logistic(x) - 1. */
  LOGGY(0.17, Unary.of(Function.SIGMOID), new Unary(Function.AFFINE, 2, -1)),
  TANH(0.39, Unary.of(Function.TANH)),
  HARDTAN(0.52, new Unary(Function.CLIP, -1, 1)),
  SWISH(0.36, new Unary(Function.SWISH, 1, 0)),
  /** exp(x) - 1 below 0: the larger of x and exp(min(x, 0)) - 1, which never lies below x there. */
  ELU(
      0.64,
      new Unary(Function.CLIP, Float.NEGATIVE_INFINITY, 0),
      Unary.of(Function.EXP),
      new Unary(Function.AFFINE, 1, -1));

  private final double energy;
  private final List<Unary> functions;

  ActivationFunction(double energy, Unary... functions) {
    this.energy = energy;
    this.functions = List.of(functions);
  }

  /** What is applied one after another. */
  List<Unary> functions() {
    return functions;
  }

  /** Whether the result is the larger of the argument and what the functions make of it. */
  boolean isMaximumWithArgument() {
    return this == ELU;
  }

  /** About the mean square of the result where the argument is normally distributed, N(0, 1). */
  double energy() {
    return energy;
  }

  static ActivationFunction of(String name) throws RejectedSectionException {
    for (ActivationFunction function : values()) {
      if (function.toString().equals(name)) {
        return function;
      }
    }
    throw RejectedSectionException.of(
        "the activation \"%s\" is not supported, only %s",
        name, Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", ")));
  }

  /** The name in a .cfg. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
