package dev.strongroom.compiler.lower;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Program;
import dev.strongroom.program.Window2d;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/** Writes constant weights in the layouts of {@link PackedWeights}. */
final class WeightPacking {
  private WeightPacking() {}

  /** One weight of a convolution. */
  @FunctionalInterface
  interface ConvolutionWeight {
    float at(int outputChannel, int ky, int kx, int inputChannel);
  }

  /** One value for each output channel. */
  @FunctionalInterface
  interface PerChannel {
    float at(int outputChannel);
  }

  /**
   * Weights of a {@link dev.strongroom.program.Step.Conv2d} for output channels [first, first +
   * count).
   */
  static Region convolution(
      String name,
      int first,
      int count,
      int inputChannels,
      Window2d window,
      ConvolutionWeight weight,
      PerChannel bias) {
    int[] shape = PackedWeights.conv(count, inputChannels, window);
    return block(
        name,
        shape,
        target -> {
          for (int panel = 0; panel < shape[0]; panel++) {
            int from = panel * PackedWeights.PANEL;
            int lanes = Math.min(PackedWeights.PANEL, count - from);
            int row = panel * shape[1] * PackedWeights.PANEL;
            for (int lane = 0; lane < lanes; lane++) {
              int channel = first + from + lane;
              int at = row + lane;
              target.put(at, bias.at(channel));
              for (int ky = 0; ky < window.kernelH(); ky++) {
                for (int kx = 0; kx < window.kernelW(); kx++) {
                  for (int c = 0; c < inputChannels; c++) {
                    at += PackedWeights.PANEL;
                    target.put(at, weight.at(channel, ky, kx, c));
                  }
                }
              }
            }
          }
        });
  }

  /** Weights of a {@link dev.strongroom.program.Step.DepthwiseConv2d}. */
  static Region depthwise(
      String name, int channels, Window2d window, ConvolutionWeight weight, PerChannel bias) {
    int[] shape = PackedWeights.depthwise(channels, window);
    return block(
        name,
        shape,
        target -> {
          for (int channel = 0; channel < channels; channel++) {
            int panel = channel / PackedWeights.PANEL;
            int at = panel * shape[1] * PackedWeights.PANEL + channel % PackedWeights.PANEL;
            target.put(at, bias.at(channel));
            for (int ky = 0; ky < window.kernelH(); ky++) {
              for (int kx = 0; kx < window.kernelW(); kx++) {
                at += PackedWeights.PANEL;
                target.put(at, weight.at(channel, ky, kx, 0));
              }
            }
          }
        });
  }

  /** Constants of any type in C order: {@code values}, little-endian, from position to limit. */
  static Region plain(String name, ElementType type, int[] shape, ByteBuffer values) {
    return block(name, type, shape, target -> target.put(values.duplicate()));
  }

  /** Rows of a table, one after another: {@code values} from position to limit. */
  static Region table(String name, FloatBuffer values, int rows, int width) {
    return block(name, new int[] {rows, width}, target -> target.put(values.duplicate()));
  }

  /** Bytes as they are, whose layout their step knows. */
  static Region bytes(String name, int[] shape, Consumer<ByteBuffer> packer) {
    return block(name, ElementType.I8, shape, packer);
  }

  /** Rows of parameters, one after another. */
  static Region rows(String name, FloatBuffer... rows) {
    int[] shape = {rows.length, rows[0].remaining()};
    return block(
        name,
        shape,
        target -> {
          for (FloatBuffer row : rows) {
            target.put(row.duplicate());
          }
        });
  }

  @FunctionalInterface
  private interface FloatPacker {
    void pack(FloatBuffer target);
  }

  private static Region block(String name, int[] shape, FloatPacker packer) {
    return block(name, ElementType.F32, shape, target -> packer.pack(target.asFloatBuffer()));
  }

  private static Region block(
      String name, ElementType type, int[] shape, Consumer<ByteBuffer> packer) {
    long bytes = Program.align(Storage.bytesOf(name, type, shape));
    return Region.dense(new Storage.Weights(name, bytes, packer), type, shape);
  }
}
