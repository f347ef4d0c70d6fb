package dev.strongroom.world;

import dev.strongroom.program.ElementType;
import java.util.Arrays;

/** An input or output of a loaded model: its name, and the tensor that it takes or gives. */
public final class PortInfo {
  private final String name;
  private final ElementType type;
  private final int[] shape;

  public PortInfo(String name, ElementType type, int... shape) {
    this.name = name;
    this.type = type;
    this.shape = shape.clone();
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

  /** Size of the tensor in bytes: elements in C order, little-endian, without gaps. */
  public long bytes() {
    return Arrays.stream(shape).asLongStream().reduce(type.bytes(), Math::multiplyExact);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PortInfo p
        && name.equals(p.name)
        && type == p.type
        && Arrays.equals(shape, p.shape);
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
