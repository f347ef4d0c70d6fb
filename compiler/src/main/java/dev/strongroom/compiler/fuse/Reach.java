package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Sampling;

/**
 * Which indices of an operand a result's indices depend on, along one spatial dimension.
 *
 * @see Reaches
 */
sealed interface Reach {
  /**
   * What of the operand is needed.
   *
   * @param out indices of the result, not empty
   * @param size of the operand's dimension
   */
  Span needed(Span out, int size);

  /** All of the operand, whatever is wanted: a constant, or what is broadcast. */
  record Whole() implements Reach {
    @Override
    public Span needed(Span out, int size) {
      return new Span(0, size);
    }
  }

  /**
   * A window: index {@code o} of the result needs {@code o * stride - before + k * dilation} for
   * all taps k that lie inside. Element-wise operators have one tap.
   *
   * @param before padding; negative where the first indices are skipped
   */
  record Sliding(int kernel, int stride, int before, int dilation) implements Reach {
    static final Sliding SAME = new Sliding(1, 1, 0, 1);

    @Override
    public Span needed(Span out, int size) {
      int from = Math.clamp((long) out.from() * stride - before, 0, size);
      long last = (long) (out.to() - 1) * stride - before + (long) (kernel - 1) * dilation;
      return new Span(from, Math.clamp(last + 1, from, size));
    }
  }

  /** A transposed window: index i of the operand adds to {@code i * stride - before + k}. */
  record Transposed(int kernel, int stride, int before) implements Reach {
    @Override
    public Span needed(Span out, int size) {
      int from = Math.ceilDiv(out.from() + before - (kernel - 1), stride);
      int last = Math.floorDiv(out.to() - 1 + before, stride);
      int begin = Math.clamp(from, 0, size);
      return new Span(begin, Math.clamp(last + 1, begin, size));
    }
  }

  /** The indices on either side of the positions that a resized dimension samples. */
  record Sampled(Sampling sampling) implements Reach {
    @Override
    public Span needed(Span out, int size) {
      int denominator = sampling.denominator();
      long first = sampling.scaledPosition(out.from(), size);
      long last = sampling.scaledPosition(out.to() - 1, size);
      return new Span(
          (int) (first / denominator), (int) Math.ceilDiv(last, (long) denominator) + 1);
    }
  }

  /** Each index of the operand is repeated {@code factor} times. */
  record Repeated(int factor) implements Reach {
    @Override
    public Span needed(Span out, int size) {
      return new Span(out.from() / factor, Math.ceilDiv(out.to(), factor));
    }
  }
}
