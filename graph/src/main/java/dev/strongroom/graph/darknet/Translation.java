package dev.strongroom.graph.darknet;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.darknet.NetworkBuilder.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says layers as operators of a graph, one after another. */
final class Translation {
  private final NetworkBuilder builder;
  private final WeightedLayers weighted;

  /** What each layer so far gives; nothing where it is not supported, or its input is not. */
  private final List<Optional<Value>> outputs = new ArrayList<>();

  private Value current;

  Translation(NetworkBuilder builder, Value input) {
    this.builder = builder;
    this.weighted = new WeightedLayers(builder);
    this.current = input;
  }

  /** Passes over a layer that is not supported: what depends on it cannot be said either. */
  void skip() {
    outputs.add(Optional.empty());
  }

  /** What the last layer gives. */
  Value last() {
    return current;
  }

  /** Translates {@code layer}, if all that it reads could be translated. */
  void add(Section section, Layer layer) throws RejectedSectionException {
    Optional<Value> result = Optional.empty();
    try {
      if (outputs.isEmpty() || outputs.getLast().isPresent() || layer instanceof Layer.Route) {
        result = translate(section, layer);
      }
    } finally {
      outputs.add(result);
    }
    current = result.orElse(current);
  }

  private Optional<Value> translate(Section section, Layer layer) throws RejectedSectionException {
    String name = section.name();
    Value x = current;
    return switch (layer) {
      case Layer.Convolutional conv -> Optional.of(weighted.convolutional(section, conv, x));
      case Layer.Connected full -> Optional.of(weighted.connected(section, full, x));
      case Layer.BatchNorm _ -> Optional.of(weighted.batchNorm(section, x));
      case Layer.MaxPool pool -> Optional.of(maxPool(name, pool, x));
      case Layer.AvgPool _ -> Optional.of(avgPool(name, x));
      case Layer.Route route -> route(section, route);
      case Layer.Shortcut shortcut -> shortcut(section, shortcut, x);
      case Layer.Upsample upsample -> Optional.of(upsample(name, upsample, x));
      case Layer.Softmax softmax -> Optional.of(softmax(name, softmax, x));
      case Layer.Crop crop -> Optional.of(crop(name, crop, x));
      case Layer.Dropout _, Layer.Cost _ -> Optional.of(x);
    };
  }

  /**
   * Out is (size + padding - window) / stride + 1; half of the padding, rounded down, is before.
   */
  private Value maxPool(String name, Layer.MaxPool pool, Value x) throws RejectedSectionException {
    int before = pool.padding() / 2;
    int after = pool.padding() - before;
    for (int size : new int[] {x.height(), x.width()}) {
      int windows = (size + pool.padding() - pool.size()) / pool.stride();
      if (before >= pool.size() || windows * pool.stride() - before >= size) {
        throw RejectedSectionException.of(
            "some windows of size %d, stride %d see nothing but the padding of %d round %s",
            pool.size(), pool.stride(), pool.padding(), x.size());
      }
    }
    Op op =
        new Op.Pool(
            Op.Pool.Kind.MAX,
            List.of(pool.size(), pool.size()),
            List.of(pool.stride(), pool.stride()),
            List.of(before, before, after, after),
            List.of(1, 1),
            false);
    // The largest of several: twice the mean square is about right for windows of 2 or 3.
    return builder.emit(name, op, x).withEnergy(x.energy() * (pool.size() > 1 ? 2 : 1));
  }

  private Value avgPool(String name, Value x) throws RejectedSectionException {
    Op op = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true);
    // About a third of a rectified value's mean square is in its mean, which alone remains.
    return builder.emit(name, op, x).withEnergy(x.energy() / 3);
  }

  /** What layer {@code number} gives; a negative number counts back from {@code section}. */
  private Optional<Value> output(Section section, int number) throws RejectedSectionException {
    int index = number < 0 ? section.layer() + number : number;
    if (index < 0 || index >= section.layer()) {
      throw RejectedSectionException.of("there is no layer %d before it", number);
    }
    return outputs.get(index);
  }

  private Optional<Value> route(Section section, Layer.Route route)
      throws RejectedSectionException {
    List<Value> parts = new ArrayList<>();
    double energy = 0;
    for (int number : route.layers()) {
      Optional<Value> part = output(section, number);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      Value x = part.get();
      if (x.channels() % route.groups() != 0) {
        throw RejectedSectionException.of(
            "the %d channels of layer %d do not divide into %d groups",
            x.channels(), number, route.groups());
      }
      if (!parts.isEmpty()
          && (x.height() != parts.getFirst().height() || x.width() != parts.getFirst().width())) {
        throw RejectedSectionException.of(
            "layer %d gives %s and layer %d gives %s: their heights and widths must be equal",
            route.layers().getFirst(), parts.getFirst().size(), number, x.size());
      }
      parts.add(route.groups() == 1 ? x : group(section.name(), route, x));
      energy += x.energy() / route.layers().size();
    }
    return Optional.of(
        parts.size() == 1
            ? parts.getFirst()
            : builder.emit(section.name(), new Op.Concat(1), parts, energy));
  }

  private Value group(String name, Layer.Route route, Value x) throws RejectedSectionException {
    int channels = x.channels() / route.groups();
    return builder.emit(
        name + "/group",
        new Op.Slice(List.of(0, route.group() * channels, 0, 0), List.of(1, 1, 1, 1)),
        x,
        Shape.of(1, channels, x.height(), x.width()));
  }

  private Optional<Value> shortcut(Section section, Layer.Shortcut shortcut, Value x)
      throws RejectedSectionException {
    Optional<Value> other = output(section, shortcut.from());
    if (other.isEmpty()) {
      return Optional.empty();
    }
    Value y = other.get();
    if (!y.shape().equals(x.shape())) {
      throw RejectedSectionException.of(
          "it adds layer %d, which gives %s, to %s; only equal shapes are supported",
          shortcut.from(), y.size(), x.size());
    }
    Value a = scaled(section.name() + "/alpha", shortcut.alpha(), x);
    Value b = scaled(section.name() + "/beta", shortcut.beta(), y);
    Value sum =
        builder.emit(
            section.name(),
            new Op.Binary(Op.Binary.Kind.ADD),
            List.of(a, b),
            a.energy() + b.energy());
    return Optional.of(weighted.activated(section.name(), shortcut.activation(), sum));
  }

  private Value scaled(String name, float factor, Value x) throws RejectedSectionException {
    return factor == 1
        ? x
        : builder
            .emit(name, new Op.Unary(Function.AFFINE, factor, 0), x)
            .withEnergy(x.energy() * factor * factor);
  }

  private Value upsample(String name, Layer.Upsample upsample, Value x)
      throws RejectedSectionException {
    int stride = upsample.stride();
    Value y =
        stride == 1 ? x : builder.emit(name, new Op.Upsample(List.of(1, 1, stride, stride)), x);
    return scaled(name + "/scale", upsample.scale(), y);
  }

  private Value softmax(String name, Layer.Softmax softmax, Value x)
      throws RejectedSectionException {
    long elements = x.shape().elements();
    if (elements % softmax.groups() != 0) {
      throw RejectedSectionException.of(
          "its %d elements do not divide into %d groups", elements, softmax.groups());
    }
    Value logits = x;
    if (softmax.temperature() != 1) {
      double factor = 1.0 / softmax.temperature();
      logits = builder.emit(name + "/temperature", new Op.Unary(Function.AFFINE, factor, 0), x);
    }
    int size = (int) (elements / softmax.groups());
    Value y;
    if (softmax.groups() == 1 && x.channels() == size) {
      y = builder.emit(name, new Op.Softmax(1), logits);
    } else {
      Shape rows = Shape.of(softmax.groups(), size);
      Value flat = builder.emit(name + "/rows", new Op.Reshape(), logits, rows);
      Value result = builder.emit(name, new Op.Softmax(1), flat);
      y = builder.emit(name + "/picture", new Op.Reshape(), result, x.shape());
    }
    return y.withEnergy(1.0 / size / size);
  }

  private Value crop(String name, Layer.Crop crop, Value x) throws RejectedSectionException {
    if (crop.height() > x.height() || crop.width() > x.width()) {
      throw RejectedSectionException.of(
          "a part of %d×%d cannot be cut from %d×%d",
          crop.height(), crop.width(), x.height(), x.width());
    }
    int top = (x.height() - crop.height()) / 2;
    int left = (x.width() - crop.width()) / 2;
    Value middle =
        builder.emit(
            name,
            new Op.Slice(List.of(0, 0, top, left), List.of(1, 1, 1, 1)),
            x,
            Shape.of(1, x.channels(), crop.height(), crop.width()));
    return crop.adjusted()
        ? builder.emit(name + "/adjusted", new Op.Unary(Function.AFFINE, 2, -1), middle)
        : middle;
  }
}
