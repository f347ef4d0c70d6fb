package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Sampling;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.math.BigInteger;

/**
 * Resizing with mode linear, of height and width alone. Scales are read as fractions, so that
 * positions are what the model's author meant by 0.6, and not by the float next to it.
 */
final class LinearResize {
  /** Fractions up to this denominator are tried for a scale. */
  private static final int MAX_DENOMINATOR = 4096;

  private final OnnxNode node;
  private final Value x;
  private final String coordinates;

  LinearResize(OnnxNode node, String coordinates) throws RejectedException {
    this.node = node;
    this.x = node.input(0);
    this.coordinates = coordinates;
    if (node.integer("antialias", 0) != 0) {
      throw RejectedException.of("antialias is not supported");
    }
  }

  /**
   * @param axes that the scales are for
   */
  void byScales(float[] scales, int[] axes) throws RejectedException {
    Sampling[] samplings = identities();
    for (int i = 0; i < axes.length; i++) {
      int size = x.shape().dim(axes[i]);
      Fraction scale = Fraction.of(scales[i]);
      double resized = Math.floor((double) size * scale.numerator / scale.denominator);
      samplings[axes[i]] = sampling(size, resized, scale);
    }
    emit(samplings);
  }

  /**
   * @param axes that the sizes are for
   */
  void bySizes(long[] sizes, int[] axes) throws RejectedException {
    Sampling[] samplings = identities();
    for (int i = 0; i < axes.length; i++) {
      int size = x.shape().dim(axes[i]);
      samplings[axes[i]] = sampling(size, sizes[i], new Fraction(sizes[i], size));
    }
    emit(samplings);
  }

  private Sampling[] identities() throws RejectedException {
    Shape shape = x.shape();
    if (shape.rank() != 4) {
      throw RejectedException.of("mode \"linear\" is supported for 4 dimensions, not %s", shape);
    }
    Sampling[] samplings = new Sampling[4];
    for (int i = 0; i < 4; i++) {
      if (shape.dim(i) == 0) {
        throw RejectedException.of("%s has nothing to resize", shape);
      }
      samplings[i] = Sampling.identity(shape.dim(i));
    }
    return samplings;
  }

  private void emit(Sampling[] samplings) throws RejectedException {
    boolean same = true;
    for (int i = 0; i < 4; i++) {
      boolean kept = samplings[i].equals(Sampling.identity(x.shape().dim(i)));
      if (i < 2 && !kept) {
        throw RejectedException.of("mode \"linear\" is supported for the last two dimensions only");
      }
      same &= kept;
    }
    node.output(same ? x : node.emit(new Op.Resize(samplings[2], samplings[3]), x));
  }

  /** Positions of ONNX's coordinate_transformation_mode, as fractions. */
  private Sampling sampling(int size, double resized, Fraction scale) throws RejectedException {
    if (resized < 1 || resized > Integer.MAX_VALUE) {
      throw RejectedException.of("a dimension of %d would become %.0f", size, resized);
    }
    int to = (int) resized;
    long p = scale.numerator;
    long q = scale.denominator;
    if (p == q) {
      return Sampling.identity(to);
    }
    boolean exact = size * p == to * q;
    return switch (coordinates) {
      case "asymmetric" -> reduced(to, 0, q, p);
      case "half_pixel" -> reduced(to, q - p, 2 * q, 2 * p);
      case "pytorch_half_pixel" ->
          to == 1 ? new Sampling(1, 0, 0, 1) : reduced(to, q - p, 2 * q, 2 * p);
      case "half_pixel_symmetric" -> {
        if (!exact) {
          throw RejectedException.of(
              "coordinate_transformation_mode \"%s\" with a scale that does not fit is not"
                  + " supported",
              coordinates);
        }
        yield reduced(to, q - p, 2 * q, 2 * p);
      }
      case "align_corners" ->
          to == 1 ? new Sampling(1, 0, 0, 1) : reduced(to, 0, size - 1L, to - 1L);
      default ->
          throw RejectedException.of(
              "coordinate_transformation_mode \"%s\" is not supported", coordinates);
    };
  }

  private static Sampling reduced(int size, long start, long step, long denominator)
      throws RejectedException {
    long common =
        BigInteger.valueOf(start)
            .gcd(BigInteger.valueOf(step))
            .gcd(BigInteger.valueOf(denominator))
            .longValueExact();
    long unit = denominator / common;
    if (unit > Sampling.MAX_DENOMINATOR || (step + Math.abs(start)) / common > 1 << 30) {
      throw RejectedException.of("positions in steps of %d / %d are too fine", step, denominator);
    }
    return new Sampling(size, (int) (start / common), (int) (step / common), (int) unit);
  }

  private record Fraction(long numerator, long denominator) {
    /** The fraction with the least denominator that is this float. */
    static Fraction of(float scale) throws RejectedException {
      if (!(scale > 0 && scale <= MAX_DENOMINATOR)) {
        throw RejectedException.of("a scale of %s is not supported", scale);
      }
      for (long q = 1; q <= MAX_DENOMINATOR; q++) {
        long p = Math.round((double) scale * q);
        if (p > 0 && (float) ((double) p / q) == scale) {
          return new Fraction(p, q);
        }
      }
      throw RejectedException.of("a scale of %s is no fraction of small numbers", scale);
    }
  }
}
