package dev.strongroom.graph.darknet;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.darknet.NetworkBuilder.Value;
import dev.strongroom.graph.darknet.Parameter.Role;
import java.util.ArrayList;
import java.util.List;

/** Layers with weights. The order of their parameters is that of the file (parser.c, load_…). */
final class WeightedLayers {
  private static final List<Integer> ONE = List.of(1, 1);

  private final NetworkBuilder builder;

  WeightedLayers(NetworkBuilder builder) {
    this.builder = builder;
  }

  Value convolutional(Section section, Layer.Convolutional conv, Value x)
      throws RejectedSectionException {
    if (x.channels() % conv.groups() != 0 || conv.filters() % conv.groups() != 0) {
      throw RejectedSectionException.of(
          "%d channels and %d filters do not divide into %d groups",
          x.channels(), conv.filters(), conv.groups());
    }
    Parameter filters =
        NetworkBuilder.parameter(
            section.name(),
            "weights",
            Role.FILTERS,
            x.energy(),
            conv.filters(),
            x.channels() / conv.groups(),
            conv.size(),
            conv.size());
    int padding = conv.padding();
    Op.Conv op =
        new Op.Conv(
            List.of(conv.stride(), conv.stride()),
            List.of(padding, padding, padding, padding),
            List.of(conv.dilation(), conv.dilation()),
            conv.groups());
    Parameter bias = bias(section.name(), conv.filters());
    List<Parameter> inFile = new ArrayList<>(List.of(bias));
    List<Parameter> norm = List.of();
    if (conv.batchNormalize()) {
      norm = statistics(section.name(), conv.filters(), 1);
      inFile.addAll(norm);
    }
    inFile.add(filters);
    builder.weights(section, inFile);
    return product(section.name(), op, x, filters, bias, norm, conv.activation());
  }

  /** A convolution whose window is the whole picture: nothing has to be laid out anew for it. */
  Value connected(Section section, Layer.Connected full, Value x) throws RejectedSectionException {
    Parameter weights =
        NetworkBuilder.parameter(
            section.name(),
            "weights",
            Role.PRODUCT,
            x.energy(),
            full.outputs(),
            x.channels(),
            x.height(),
            x.width());
    Parameter bias = bias(section.name(), full.outputs());
    List<Parameter> inFile = new ArrayList<>(List.of(bias, weights));
    List<Parameter> norm = List.of();
    if (full.batchNormalize()) {
      norm = statistics(section.name(), full.outputs(), 1);
      inFile.addAll(norm);
    }
    builder.weights(section, inFile);
    Op.Conv op = new Op.Conv(ONE, List.of(0, 0, 0, 0), ONE, 1);
    return product(section.name(), op, x, weights, bias, norm, full.activation());
  }

  /** Without a bias: Darknet has one, but neither saves nor loads it. */
  Value batchNorm(Section section, Value x) throws RejectedSectionException {
    List<Parameter> norm = statistics(section.name(), x.channels(), x.energy());
    Parameter bias =
        NetworkBuilder.parameter(section.name(), "bias", Role.NO_BIAS, 1, x.channels());
    List<Parameter> needed = new ArrayList<>(norm);
    needed.add(bias);
    builder.weights(section, needed);
    return normalized(section.name(), x, bias, norm);
  }

  private Value product(
      String name,
      Op.Conv op,
      Value x,
      Parameter weights,
      Parameter bias,
      List<Parameter> norm,
      ActivationFunction activation)
      throws RejectedSectionException {
    Value y =
        norm.isEmpty()
            ? builder.emit(name, op, x, weights, bias)
            : normalized(name + "/norm", builder.emit(name, op, x, weights), bias, norm);
    return activated(name, activation, y.withEnergy(1));
  }

  /** The variance has Darknet's epsilon in it already: see {@link WeightValues#variance}. */
  private Value normalized(String name, Value x, Parameter bias, List<Parameter> norm)
      throws RejectedSectionException {
    return builder
        .emit(name, new Op.BatchNorm(0), x, norm.get(0), bias, norm.get(1), norm.get(2))
        .withEnergy(1);
  }

  private static Parameter bias(String name, int channels) throws RejectedSectionException {
    return NetworkBuilder.parameter(name, "bias", Role.BIAS, 1, channels);
  }

  /** Scales, rolling means and rolling variances. */
  private static List<Parameter> statistics(String name, int channels, double energy)
      throws RejectedSectionException {
    return List.of(
        NetworkBuilder.parameter(name, "scale", Role.SCALE, energy, channels),
        NetworkBuilder.parameter(name, "mean", Role.MEAN, energy, channels),
        NetworkBuilder.parameter(name, "variance", Role.VARIANCE, energy, channels));
  }

  /** {@code x} after the activation. */
  Value activated(String name, ActivationFunction activation, Value x)
      throws RejectedSectionException {
    Value y = x;
    for (Op.Unary function : activation.functions()) {
      y = builder.emit(name + "/" + activation, function, y);
    }
    if (activation.isMaximumWithArgument()) {
      y =
          builder.emit(
              name + "/" + activation,
              new Op.Binary(Op.Binary.Kind.MAX),
              List.of(x, y),
              x.energy());
    }
    return y.withEnergy(x.energy() * activation.energy());
  }
}
