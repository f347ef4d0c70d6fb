package dev.strongroom.cli;

import dev.strongroom.cli.TensorInput.PictureNorm;
import dev.strongroom.cli.picture.PictureTensor.ChannelOrder;
import picocli.CommandLine.Option;

/** How pictures become numbers, of every command that reads some. */
final class PictureOptions {
  @Option(
      names = "--normalize",
      paramLabel = "MEAN,STD",
      defaultValue = "0.5,0.5",
      description =
          "What becomes of a picture's brightness x: (x / 255 - MEAN) / STD (default:"
              + " ${DEFAULT-VALUE}).")
  private String normalize = "";

  @Option(
      names = "--channels",
      paramLabel = "ORDER",
      defaultValue = "RGB",
      description = "Order of a picture's channels: RGB or BGR (default: ${DEFAULT-VALUE}).")
  private ChannelOrder channels = ChannelOrder.RGB;

  /** What the options say together. */
  PictureNorm norm() throws RequestException {
    String[] words = normalize.split(",", -1);
    try {
      if (words.length == 2) {
        float mean = Float.parseFloat(words[0].strip());
        float std = Float.parseFloat(words[1].strip());
        if (Float.isFinite(mean) && Float.isFinite(std) && std != 0) {
          return new PictureNorm(mean, std, channels);
        }
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new RequestException(
        "--normalize %s is not MEAN,STD with STD other than 0, for example 0.5,0.5"
            .formatted(normalize));
  }
}
