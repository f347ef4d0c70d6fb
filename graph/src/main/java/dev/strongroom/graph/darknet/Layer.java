package dev.strongroom.graph.darknet;

import java.util.List;

/** What a section asks for, by itself: nothing here knows the shape of the layer's input. */
sealed interface Layer {

  /**
   * @param padding on each side
   * @param dilation distance of neighbouring taps
   */
  record Convolutional(
      int filters,
      int size,
      int stride,
      int padding,
      int dilation,
      int groups,
      boolean batchNormalize,
      ActivationFunction activation)
      implements Layer {}

  /** Every output depends on every input. */
  record Connected(int outputs, boolean batchNormalize, ActivationFunction activation)
      implements Layer {}

  /**
   * @param padding of both sides together; the smaller half comes first
   */
  record MaxPool(int size, int stride, int padding) implements Layer {}

  /** The mean of each channel. */
  record AvgPool() implements Layer {}

  /**
   * The channels of other layers, one after another.
   *
   * @param layers negative ones count back from this layer
   * @param groups of each layer only this part of the channels counts
   * @param group which part
   */
  record Route(List<Integer> layers, int groups, int group) implements Layer {}

  /**
   * alpha * input + beta * other.
   *
   * @param from the other layer; a negative number counts back from this one
   */
  record Shortcut(int from, float alpha, float beta, ActivationFunction activation)
      implements Layer {}

  /** Each element stride by stride times, multiplied. */
  record Upsample(int stride, float scale) implements Layer {}

  /** Nothing but training knows it. */
  record Dropout() implements Layer {}

  /** Over each of {@code groups} equal parts of all elements. */
  record Softmax(int groups, float temperature) implements Layer {}

  /** With statistics of its own, a channel each. */
  record BatchNorm() implements Layer {}

  /**
   * The middle of a picture.
   *
   * @param adjusted whether x becomes 2 * x - 1
   */
  record Crop(int height, int width, boolean adjusted) implements Layer {}

  /** What training minimises; no part of the network's answer. */
  record Cost() implements Layer {}
}
