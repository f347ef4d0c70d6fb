package dev.strongroom.graph.darknet;

import dev.strongroom.graph.Shape;
import dev.strongroom.graph.darknet.NetworkBuilder.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the sections of a .cfg come to.
 *
 * @param input shape of the picture, [1, C, H, W]
 * @param parameters numbers that a file of weights holds for the layers that are supported
 * @param network nothing where a section is not supported
 */
record NetworkReader(
    Shape input, List<UnsupportedSection> unsupported, long parameters, Optional<Network> network) {
  private static final int MAX_SIDE = 1 << 16;

  /**
   * Reads every section, also those behind one that is not supported.
   *
   * @throws RejectedSectionException if {@code net} itself cannot be used
   */
  static NetworkReader read(Section net, List<Section> layers) throws RejectedSectionException {
    NetworkBuilder builder = new NetworkBuilder();
    Value picture = input(builder, new Options(net));
    Translation translation = new Translation(builder, picture);
    List<UnsupportedSection> refused = new ArrayList<>();
    int answer = answer(layers);
    for (Section section : layers) {
      try {
        Layer layer = layer(section, translation);
        if (layer instanceof Layer.Cost && section.layer() < answer) {
          translation.skip();
          throw RejectedSectionException.of("a [cost] is supported at the end only");
        }
        translation.add(section, layer);
      } catch (RejectedSectionException e) {
        refused.add(
            new UnsupportedSection(section.line(), section.layer(), section.type(), e.reason()));
      }
    }
    return new NetworkReader(
        picture.shape(),
        List.copyOf(refused),
        builder.parameters(),
        refused.isEmpty() ? Optional.of(builder.build(translation.last())) : Optional.empty());
  }

  /** The layer whose result is the answer: the last one that is no [cost]. */
  private static int answer(List<Section> layers) throws RejectedSectionException {
    for (Section section : layers.reversed()) {
      if (!section.type().equals("cost")) {
        return section.layer();
      }
    }
    throw RejectedSectionException.of("which no layer but [cost] follows, nothing is computed");
  }

  private static Layer layer(Section section, Translation translation)
      throws RejectedSectionException {
    try {
      return LayerReader.read(section);
    } catch (RejectedSectionException e) {
      translation.skip();
      throw e;
    }
  }

  /** All but the size of a picture bears on training, or on how pictures are prepared. */
  private static Value input(NetworkBuilder builder, Options options)
      throws RejectedSectionException {
    for (String key : List.of("width", "height", "channels")) {
      if (options.text(key).isEmpty()) {
        throw RejectedSectionException.of(
            "it does not say its %s; only networks that take a picture of width, height and"
                + " channels are supported",
            key);
      }
    }
    int channels = options.integer("channels", 1, 1, MAX_SIDE);
    int height = options.integer("height", 1, 1, MAX_SIDE);
    int width = options.integer("width", 1, 1, MAX_SIDE);
    long elements = (long) channels * height * width;
    if (options.text("inputs").isPresent()
        && options.integer("inputs", 1, 1, 999_999_999) != elements) {
      throw RejectedSectionException.of(
          "its inputs are not its width * height * channels, %d", elements);
    }
    return builder.input(channels, height, width);
  }
}
