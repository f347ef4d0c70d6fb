package dev.strongroom.graph.darknet;

import java.util.List;

/** Reads what a section asks for, with Darknet's defaults (parser.c, parse_…). */
final class LayerReader {
  private static final int MAX_CHANNELS = 1 << 24;
  private static final int MAX_WINDOW = 1 << 12;
  private static final int MAX_LAYER = 999_999;

  private LayerReader() {}

  /**
   * The layer of {@code section}.
   *
   * @throws RejectedSectionException if its type, or what an option asks for, is not supported
   */
  static Layer read(Section section) throws RejectedSectionException {
    Options options = new Options(section);
    Layer layer =
        switch (section.type()) {
          case "convolutional", "conv" -> convolutional(options);
          case "connected", "conn" -> connected(options);
          case "maxpool", "max" -> maxPool(options);
          case "avgpool", "avg" -> new Layer.AvgPool();
          case "route" -> route(options);
          case "shortcut" -> shortcut(options);
          case "upsample" -> upsample(options);
          case "dropout" -> dropout(options);
          case "softmax", "soft" -> softmax(options);
          case "batchnorm" -> batchNorm(options);
          case "crop" -> crop(options);
          case "cost" -> cost(options);
          default -> throw RejectedSectionException.of("no such layer here");
        };
    options.finish();
    return layer;
  }

  private static Layer convolutional(Options options) throws RejectedSectionException {
    int filters = options.integer("filters", 1, 1, MAX_CHANNELS);
    int size = options.integer("size", 1, 1, MAX_WINDOW);
    int stride = options.integer("stride", 1, 1, MAX_WINDOW);
    int padding = options.integer("padding", 0, 0, MAX_WINDOW);
    if (options.flag("pad")) {
      padding = size / 2;
    }
    int dilation = options.integer("dilation", 1, 1, MAX_WINDOW);
    // Darknet takes the size of the result from the padding, and the place of the taps from padding
    // times dilation: only where both agree is it clear what is meant.
    if (dilation > 1 && 2 * padding != size - 1) {
      throw RejectedSectionException.of(
          "a dilation of %d needs a padding of half the size, not size %d and padding %d",
          dilation, size, padding);
    }
    options.refuse("binary", "xnor");
    refuseOtherWeights(options);
    return new Layer.Convolutional(
        filters,
        size,
        stride,
        padding * dilation,
        dilation,
        options.integer("groups", 1, 1, MAX_CHANNELS),
        options.flag("batch_normalize"),
        options.activation(ActivationFunction.LOGISTIC));
  }

  private static Layer connected(Options options) throws RejectedSectionException {
    refuseOtherWeights(options);
    return new Layer.Connected(
        options.integer("output", 1, 1, MAX_CHANNELS),
        options.flag("batch_normalize"),
        options.activation(ActivationFunction.LOGISTIC));
  }

  /** What makes a layer read other weights than its shape says. */
  private static void refuseOtherWeights(Options options) throws RejectedSectionException {
    options.refuse("flipped", "dontload", "dontloadscales", "numload");
  }

  private static Layer maxPool(Options options) throws RejectedSectionException {
    int stride = options.integer("stride", 1, 1, MAX_WINDOW);
    int size = options.integer("size", stride, 1, MAX_WINDOW);
    return new Layer.MaxPool(size, stride, options.integer("padding", size - 1, 0, 2 * MAX_WINDOW));
  }

  private static Layer route(Options options) throws RejectedSectionException {
    List<Integer> layers = options.integers("layers", -MAX_LAYER, MAX_LAYER);
    if (layers.isEmpty()) {
      throw RejectedSectionException.of("it does not say which layers it takes");
    }
    int groups = options.integer("groups", 1, 1, MAX_CHANNELS);
    return new Layer.Route(layers, groups, options.integer("group_id", 0, 0, groups - 1));
  }

  private static Layer shortcut(Options options) throws RejectedSectionException {
    if (options.text("from").isEmpty()) {
      throw RejectedSectionException.of("it does not say which layer it adds (from=…)");
    }
    return new Layer.Shortcut(
        options.integer("from", 0, -MAX_LAYER, MAX_LAYER),
        options.number("alpha", 1),
        options.number("beta", 1),
        options.activation(ActivationFunction.LINEAR));
  }

  private static Layer upsample(Options options) throws RejectedSectionException {
    return new Layer.Upsample(
        options.integer("stride", 2, 1, MAX_WINDOW), options.number("scale", 1));
  }

  private static Layer dropout(Options options) {
    options.ignore("probability");
    return new Layer.Dropout();
  }

  private static Layer softmax(Options options) throws RejectedSectionException {
    options.ignore("noloss");
    if (options.text("tree").isPresent()) {
      throw RejectedSectionException.of("a softmax over a tree of classes is not supported");
    }
    // Darknet heeds it on graphics processors and not elsewhere.
    options.refuse("spatial");
    float temperature = options.number("temperature", 1);
    if (!(temperature > 0)) {
      throw RejectedSectionException.of("a temperature of %s is not above 0", temperature);
    }
    return new Layer.Softmax(options.integer("groups", 1, 1, MAX_CHANNELS), temperature);
  }

  private static Layer batchNorm(Options options) throws RejectedSectionException {
    options.refuse("dontload");
    return new Layer.BatchNorm();
  }

  private static Layer crop(Options options) throws RejectedSectionException {
    options.ignore("flip", "angle", "saturation", "exposure", "shift");
    return new Layer.Crop(
        options.integer("crop_height", 1, 1, MAX_CHANNELS),
        options.integer("crop_width", 1, 1, MAX_CHANNELS),
        !options.flag("noadjust"));
  }

  private static Layer cost(Options options) {
    options.ignore("type", "scale", "ratio", "noobj", "thresh");
    return new Layer.Cost();
  }
}
