package dev.strongroom.bench.engine;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.darknet.DarknetModel;
import dev.strongroom.graph.darknet.DarknetWeights;

/** A network of all kinds of layers that {@link OnnxWriter} knows, in little time. */
final class SmallNetwork {
  static final String CFG =
      """
      [net]
      width=32
      height=24
      channels=3

      [convolutional]
      batch_normalize=1
      filters=16
      size=3
      stride=2
      pad=1
      activation=leaky

      [convolutional]
      batch_normalize=1
      filters=16
      groups=16
      size=3
      stride=1
      pad=1
      activation=relu

      [convolutional]
      filters=16
      size=1
      stride=1
      activation=linear

      [shortcut]
      from=-3
      activation=relu

      [maxpool]
      size=2
      stride=2

      [route]
      layers=-1

      [convolutional]
      filters=8
      size=3
      stride=1
      pad=1
      activation=leaky

      [route]
      layers=-1,-3

      [avgpool]

      [connected]
      output=10
      activation=linear

      [softmax]
      groups=2
      """;

  private SmallNetwork() {}

  static Graph graph() throws Exception {
    return DarknetModel.of("small.cfg", CFG).bind(new DarknetWeights.Seeded(7));
  }
}
