package dev.strongroom.world;

import dev.strongroom.program.ElementType;
import java.util.Arrays;
import java.util.stream.IntStream;

/** An input or output of a loaded model: its name, and the tensor that it takes or gives. */
public final class PortInfo {
  private final String name;
  private final ElementType type;
  private final int[] shape;
  private final int[] wireOrder;
  private final int[] pieces;

  private PortInfo(String name, ElementType type, int[] shape, int[] wireOrder, int[] pieces) {
    this.pieces = pieces.clone();
    this.name = name;
    this.type = type;
    this.shape = shape.clone();
    this.wireOrder = wireOrder.clone();
  }

  /** A port whose elements cross in C order. */
  public PortInfo(String name, ElementType type, int... shape) {
    this(name, type, shape, IntStream.range(0, shape.length).toArray(), new int[0]);
  }

  /**
   * A port whose elements cross with the dimensions in another order.
   *
   * @param wireOrder the dimensions from the one that varies slowest to the one that varies fastest
   * @throws IllegalArgumentException if that is no order of the dimensions
   */
  public static PortInfo of(String name, ElementType type, int[] shape, int[] wireOrder) {
    int[] sorted = wireOrder.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, IntStream.range(0, shape.length).toArray())) {
      throw new IllegalArgumentException(
          "%s is no order of %d dimensions".formatted(Arrays.toString(wireOrder), shape.length));
    }
    return new PortInfo(name, type, shape, wireOrder, new int[0]);
  }

  /**
   * This port, its elements crossing in several messages, one after another.
   *
   * @param lengths in bytes, which sum up to {@link #bytes}
   * @throws IllegalArgumentException if they do not, or one of them is not positive
   */
  public PortInfo inPieces(int... lengths) {
    if (Arrays.stream(lengths).anyMatch(length -> length < 1)
        || Arrays.stream(lengths).asLongStream().sum() != bytes()) {
      throw new IllegalArgumentException(
          "%d pieces do not make %s of %d bytes".formatted(lengths.length, this, bytes()));
    }
    return new PortInfo(name, type, shape, wireOrder, lengths);
  }

  public String name() {
    return name;
  }

  public ElementType type() {
    return type;
  }

  /** A copy of the dimensions, outermost first. */
  public int[] shape() {
    return shape.clone();
  }

  /** A copy of the order of dimensions in which the elements cross, slowest first. */
  public int[] wireOrder() {
    return wireOrder.clone();
  }

  /** A copy of the lengths of the messages in which the elements cross; empty for just one. */
  public int[] pieces() {
    return pieces.clone();
  }

  /** Size of the tensor in bytes: elements in C order, little-endian, without gaps. */
  public long bytes() {
    return Arrays.stream(shape).asLongStream().reduce(type.bytes(), Math::multiplyExact);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PortInfo p
        && name.equals(p.name)
        && type == p.type
        && Arrays.equals(shape, p.shape)
        && Arrays.equals(wireOrder, p.wireOrder)
        && Arrays.equals(pieces, p.pieces);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(shape);
  }
}
