package dev.strongroom.graph.darknet;

import java.util.ArrayList;
import java.util.List;

/**
 * A network small enough for plain loops.
 *
 * @param known whether the original Darknet has what is in it, and computes it as it is defined
 */
record SmallNetwork(String name, String cfg, boolean known) {
  static final String NET = "[net]\nwidth=9\nheight=7\nchannels=4\n";

  /** One for each kind of section and what its options do. */
  static List<SmallNetwork> all() {
    List<SmallNetwork> all = new ArrayList<>();
    known(
        all, "a convolution", "[convolutional] filters=5 size=3 stride=1 pad=1 activation=linear");
    known(all, "an even window", "[convolutional] filters=3 size=2 stride=2 activation=linear");
    known(
        all,
        "padding by number",
        "[convolutional] filters=3 size=3 stride=2 padding=2 activation=relu");
    known(
        all,
        "pad over padding",
        "[convolutional] filters=3 size=5 stride=3 pad=1 padding=9 activation=relu");
    known(
        all,
        "batch normalisation",
        "[convolutional] batch_normalize=1 filters=7 size=3 pad=1 activation=leaky");
    known(
        all,
        "channels by themselves",
        "[convolutional] filters=4 groups=4 size=3 pad=1 activation=relu batch_normalize=1");
    known(all, "two groups", "[convolutional] filters=6 groups=2 size=3 pad=1 activation=linear");
    known(all, "defaults", "[convolutional]");
    own(all, "a stride of points", "[convolutional] filters=3 size=1 stride=2 activation=linear");
    own(
        all,
        "dilation",
        "[convolutional] filters=3 size=3 pad=1 dilation=2 activation=linear"
            + " [convolutional] filters=2 size=3 pad=1 dilation=3 stride=2 activation=leaky");
    for (String activation :
        List.of(
            "linear relu leaky relie ramp logistic loggy tanh hardtan elu relu6 swish"
                .split(" "))) {
      all.add(
          new SmallNetwork(
              "activation " + activation,
              cfg("[convolutional] filters=4 size=3 pad=1 activation=" + activation),
              !List.of("relu6", "swish").contains(activation)));
    }
    for (String pool :
        List.of(
            "size=2 stride=2",
            "size=2 stride=1",
            "size=3 stride=2",
            "size=3 stride=2 padding=0",
            "size=3 stride=2 padding=1",
            "size=5 stride=1",
            "size=4 stride=3",
            "size=3 stride=3 padding=4",
            "stride=2")) {
      known(all, "maxpool " + pool, "[maxpool] " + pool);
    }
    known(all, "avgpool", "[avgpool]");
    known(
        all,
        "connected",
        "[connected] output=6 activation=leaky [connected] output=3 activation=linear");
    known(
        all,
        "connected with normalisation",
        "[connected] output=6 batch_normalize=1 activation=leaky");
    known(
        all,
        "routes",
        "[convolutional] filters=3 size=3 pad=1 activation=relu"
            + " [convolutional] filters=2 size=3 pad=1 activation=relu [route] layers=-1,0"
            + " [route] layers=-2 [route] layers=1,2,-1,-1");
    own(
        all,
        "routes of groups",
        "[convolutional] filters=6 size=3 pad=1 activation=relu"
            + " [route] layers=-1 groups=2 group_id=1 [route] layers=0,-1 groups=3 group_id=2");
    known(
        all,
        "shortcuts",
        "[convolutional] filters=4 size=3 pad=1 activation=relu"
            + " [convolutional] filters=4 size=3 pad=1 activation=linear"
            + " [shortcut] from=-2 activation=leaky [shortcut] from=0");
    known(
        all,
        "shortcuts with factors",
        "[convolutional] filters=4 size=3 pad=1 activation=relu"
            + " [convolutional] filters=4 size=3 pad=1 activation=linear"
            + " [shortcut] from=-2 alpha=.25 beta=-2");
    known(all, "upsample", "[upsample] stride=3 [upsample] scale=.5");
    known(
        all,
        "dropout",
        "[convolutional] filters=4 size=3 pad=1 activation=relu [dropout] probability=.7"
            + " [convolutional] filters=2 size=1 activation=linear");
    known(all, "softmax", "[softmax] groups=1");
    known(
        all,
        "softmax of points",
        "[avgpool] [softmax] temperature=3 [connected] output=2 activation=linear");
    known(all, "softmax of groups", "[softmax] groups=6");
    own(all, "batchnorm", "[maxpool] size=2 stride=2 [batchnorm]");
    known(all, "crop", "[crop] crop_height=4 crop_width=6 flip=1 angle=3");
    known(all, "crop as it is", "[crop] crop_height=7 crop_width=2 noadjust=1");
    known(all, "cost", "[avgpool] [softmax] [cost] type=sse");
    return all;
  }

  private static void known(List<SmallNetwork> all, String name, String layers) {
    all.add(new SmallNetwork(name, cfg(layers), true));
  }

  private static void own(List<SmallNetwork> all, String name, String layers) {
    all.add(new SmallNetwork(name, cfg(layers), false));
  }

  /** A .cfg of layers that are written in one line. */
  static String cfg(String layers) {
    return NET + layers.replace(" ", "\n") + "\n";
  }

  @Override
  public String toString() {
    return name;
  }
}
