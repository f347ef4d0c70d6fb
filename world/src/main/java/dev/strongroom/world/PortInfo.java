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

  private PortInfo(String name, ElementType type, int[] shape, int[] wireOrder) {
    this.name = name;
    this.type = type;
    this.shape = shape.clone();
    this.wireOrder = wireOrder.clone();
  }

  /** A port whose elements cross in C order. */
  public PortInfo(String name, ElementType type, int... shape) {
    this(name, type, shape, IntStream.range(0, shape.length).toArray());
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
    return new PortInfo(name, type, shape, wireOrder);
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
        && Arrays.equals(wireOrder, p.wireOrder);
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
