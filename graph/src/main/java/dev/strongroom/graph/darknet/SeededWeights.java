package dev.strongroom.graph.darknet;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * Random weights. A layer's product has a mean square of about 1 whatever it gets: its weights are
 * uniform with a variance of 1 over the number of its inputs times their mean square (He et al.,
 * arXiv 1502.01852, section 2.2), and statistics scatter round what would have been measured.
 */
final class SeededWeights implements Network.Source {
  /** A little below 1: guesses of the mean square that are too low must not add up. */
  private static final double GAIN = 0.98;

  /** How far biases, scales and statistics lie from where training begins. */
  private static final double SPREAD = 0.1;

  private static final int FRACTION_BITS = 23;

  private final SplittableRandom root;

  SeededWeights(long seed) {
    this.root = new SplittableRandom(seed);
  }

  @Override
  public Tensor next(Section section, Parameter parameter) {
    // One stream a parameter: what comes before it decides by its order alone, not by its size.
    SplittableRandom random = root.split();
    double deviation = Math.sqrt(parameter.energy());
    return switch (parameter.role()) {
      case NO_BIAS -> uniform(parameter, random, 0, 0);
      case BIAS -> uniform(parameter, random, 0, SPREAD);
      case SCALE -> uniform(parameter, random, 1, SPREAD);
      case MEAN -> uniform(parameter, random, 0, SPREAD * deviation);
      case VARIANCE -> uniform(parameter, random, parameter.energy(), SPREAD * parameter.energy());
      case FILTERS, PRODUCT -> {
        double fanIn = (double) parameter.elements() / parameter.shape().dim(0);
        // A uniform distribution from -a to a has a variance of a * a / 3.
        double limit = Math.sqrt(3 * GAIN / fanIn / parameter.energy());
        yield uniform(parameter, random, 0, limit);
      }
    };
  }

  /** Evenly spread over middle - spread to middle + spread; two numbers of each random long. */
  private static Tensor uniform(
      Parameter parameter, SplittableRandom random, double middle, double spread) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.toIntExact(parameter.elements() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = data.asFloatBuffer();
    double unit = spread / (1 << FRACTION_BITS);
    long bits = 0;
    for (int i = 0; i < floats.limit(); i++) {
      bits = i % 2 == 0 ? random.nextLong() : bits << Integer.SIZE;
      floats.put(i, (float) (middle + unit * (bits >> Long.SIZE - 1 - FRACTION_BITS)));
    }
    return Tensor.of(new TensorType(DataType.FLOAT32, parameter.shape()), data);
  }
}
