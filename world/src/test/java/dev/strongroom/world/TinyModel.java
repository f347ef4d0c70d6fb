package dev.strongroom.world;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Allocation;
import dev.strongroom.program.Digest;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import dev.strongroom.seal.DevicePublicKey;
import dev.strongroom.seal.ModelContent;
import dev.strongroom.seal.ModelIdentity;
import dev.strongroom.seal.Sealer;
import dev.strongroom.seal.VendorPrivateKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A model small enough to be written by hand: a 3x3 convolution with streamed weights and ReLU, a
 * pointwise one with resident weights, a softmax over 16 channels. Weights come from a seed.
 */
public final class TinyModel {
  static final String INPUT = "x";
  static final String OUTPUT = "y";
  static final int INPUT_BYTES = 8 * 8 * 4 * 4;
  static final int OUTPUT_BYTES = 8 * 8 * 16 * 4;
  static final int RESIDENT_BYTES = 17 * 16 * 4;
  public static final int STREAMED_BYTES = 37 * 16 * 4;

  private static final Window2d WINDOW = new Window2d(3, 3, 1, 1, 1, 1, 1, 1);

  private final Program program;
  private final ByteBuffer weights;

  private TinyModel(Program program, ByteBuffer weights) {
    this.program = program;
    this.weights = weights;
  }

  public static TinyModel of(long seed) {
    Random random = new Random(seed);
    ByteBuffer weights =
        ByteBuffer.allocate(RESIDENT_BYTES + STREAMED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (weights.hasRemaining()) {
      weights.putFloat((float) random.nextGaussian() / 4);
    }
    weights.flip();
    View x = View.dense(Space.ARENA, ElementType.F32, 0, 1, 8, 8, 4);
    View t = View.dense(Space.ARENA, ElementType.F32, 1024, 1, 8, 8, 16);
    View u = View.dense(Space.ARENA, ElementType.F32, 5120, 1, 8, 8, 16);
    View streamed = View.dense(Space.WINDOW, ElementType.F32, 0, PackedWeights.conv(16, 4, WINDOW));
    View resident =
        View.dense(
            Space.RESIDENT, ElementType.F32, 0, PackedWeights.conv(16, 16, Window2d.POINTWISE));
    View opened = View.dense(Space.WINDOW, ElementType.U8, 0, STREAMED_BYTES);
    Activation relu = Activation.of(Activation.Function.RELU);
    Program program =
        new Program(
            List.of(new Port(INPUT, x)),
            List.of(new Port(OUTPUT, u)),
            9216,
            Program.align(STREAMED_BYTES),
            RESIDENT_BYTES + Program.TAG_BYTES,
            List.of(RESIDENT_BYTES, 1024, 1024, 320),
            1,
            Digest.over(weights.array()),
            List.of(
                new Allocation(Space.WINDOW, 0, STREAMED_BYTES, 0, 1),
                new Allocation(Space.ARENA, 0, 1024, 0, 1),
                new Allocation(Space.ARENA, 1024, 4096, 1, 2),
                new Allocation(Space.ARENA, 5120, 4096, 2, 3)),
            List.of(
                new Step.Open(1, 3, opened),
                new Step.Conv2d(x, streamed, t, WINDOW, relu),
                new Step.Conv2d(t, resident, u, Window2d.POINTWISE, Activation.NONE),
                new Step.Softmax(u, u)));
    return new TinyModel(program, weights);
  }

  Program program() {
    return program;
  }

  /** All packed weights, resident ones first. */
  public byte[] weights() {
    return weights.array().clone();
  }

  SecureLayout layout() {
    return SecureLayout.of(program, ProgramCodec.encode(program).length);
  }

  public byte[] sealFor(VendorPrivateKey vendor, DevicePublicKey device) {
    return sealed(program, weights, vendor, device);
  }

  ByteBuffer seal(VendorPrivateKey vendor, DevicePublicKey device) {
    return ByteBuffer.wrap(sealFor(vendor, device));
  }

  /** Seals any Program with these weights' bytes. */
  static byte[] sealed(
      Program program, ByteBuffer weights, VendorPrivateKey vendor, DevicePublicKey device) {
    ModelContent content =
        new ModelContent(
            ProgramCodec.encode(program), weights, program.chunks(), program.weightsDigest());
    return Sealer.of(vendor, device).seal(content, new ModelIdentity("tiny", 1));
  }

  static Map<String, ByteBuffer> input(long seed) {
    Random random = new Random(seed);
    ByteBuffer x = ByteBuffer.allocate(INPUT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (x.hasRemaining()) {
      x.putFloat((float) random.nextGaussian());
    }
    return Map.of(INPUT, x.flip());
  }

  /** What the model must answer, computed the plain way. */
  float[] expected(Map<String, ByteBuffer> input) {
    ByteBuffer x = input.get(INPUT).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] result = new float[8 * 8 * 16];
    for (int pixel = 0; pixel < 64; pixel++) {
      double[] t = new double[16];
      for (int oc = 0; oc < 16; oc++) {
        double sum = streamed(0, oc);
        for (int tap = 0; tap < 9; tap++) {
          int iy = pixel / 8 + tap / 3 - 1;
          int ix = pixel % 8 + tap % 3 - 1;
          for (int c = 0; c < 4 && iy >= 0 && iy < 8 && ix >= 0 && ix < 8; c++) {
            sum += x.getFloat(((iy * 8 + ix) * 4 + c) * 4) * streamed(1 + tap * 4 + c, oc);
          }
        }
        t[oc] = Math.max(sum, 0);
      }
      double[] u = new double[16];
      double total = 0;
      for (int oc = 0; oc < 16; oc++) {
        u[oc] = resident(0, oc);
        for (int c = 0; c < 16; c++) {
          u[oc] += t[c] * resident(1 + c, oc);
        }
        total += Math.exp(u[oc]);
      }
      for (int oc = 0; oc < 16; oc++) {
        result[pixel * 16 + oc] = (float) (Math.exp(u[oc]) / total);
      }
    }
    return result;
  }

  private float resident(int row, int oc) {
    return weights.getFloat((row * 16 + oc) * 4);
  }

  private float streamed(int row, int oc) {
    return weights.getFloat(RESIDENT_BYTES + (row * 16 + oc) * 4);
  }
}
