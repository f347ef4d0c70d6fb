package dev.strongroom.compiler.lower;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.ProgramLimitException;
import dev.strongroom.program.Space;
import dev.strongroom.program.View;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A view before placement: the elements of a {@link Storage} that a value or an operand consists
 * of, which have one type. Offset and strides are counted in elements; a dimension of size 1 has
 * stride 1.
 *
 * <p>Layout is nothing but strides here. A value keeps the model's logical dimension order,
 * whatever order its elements have in memory; transposing, slicing, broadcasting and most reshaping
 * make another region of the same storage and cost nothing.
 */
public final class Region {
  private final Storage storage;
  private final ElementType type;
  private final int offset;
  private final int[] shape;
  private final int[] strides;

  private Region(Storage storage, ElementType type, int offset, int[] shape, int[] strides) {
    this.storage = storage;
    this.type = type;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 1) {
        strides[i] = 1;
      }
    }
  }

  static Region of(Storage storage, ElementType type, int offset, int[] shape, int[] strides) {
    return new Region(storage, type, offset, shape.clone(), strides.clone());
  }

  /** All of {@code storage} as floats, the last dimension fastest. */
  static Region dense(Storage storage, int... shape) {
    return dense(storage, ElementType.F32, shape);
  }

  /** All of {@code storage}, the last dimension fastest. */
  static Region dense(Storage storage, ElementType type, int... shape) {
    return of(storage, type, 0, shape, View.denseStrides(shape));
  }

  public Storage storage() {
    return storage;
  }

  ElementType type() {
    return type;
  }

  int rank() {
    return shape.length;
  }

  int dim(int i) {
    return shape[i];
  }

  int stride(int i) {
    return strides[i];
  }

  int[] shape() {
    return shape.clone();
  }

  int[] strides() {
    return strides.clone();
  }

  long elements() {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  /** The same elements, this storage replaced by {@code other}. */
  public Region in(Storage other) {
    return of(other, type, offset, shape, strides);
  }

  /** The same elements, {@code bytes} farther on in {@code other}. */
  public Region moved(Storage other, long bytes) {
    int elements = Math.toIntExact(bytes / type.bytes());
    return of(other, type, offset + elements, shape, strides);
  }

  /** Where the first element begins, in bytes from the start of the storage. */
  public long firstByte() {
    return (long) offset * type.bytes();
  }

  /** One past the last byte of the last element. */
  public long endByte() {
    long last = offset;
    for (int i = 0; i < shape.length; i++) {
      last += (shape[i] - 1L) * strides[i];
    }
    return (last + 1) * type.bytes();
  }

  /** Dimension i of the result is dimension {@code perm[i]} of this. */
  Region permute(int... perm) {
    return of(storage, type, offset, pick(shape, perm), pick(strides, perm));
  }

  private static int[] pick(int[] values, int[] indices) {
    return IntStream.of(indices).map(i -> values[i]).toArray();
  }

  /** Element (i0, …) of the result is element (starts[0] + i0 * steps[0], …) of this. */
  Region slice(int[] starts, int[] steps, int[] newShape) {
    int start = offset;
    int[] newStrides = new int[newShape.length];
    for (int i = 0; i < newShape.length; i++) {
      start += starts[i] * strides[i];
      newStrides[i] = strides[i] * steps[i];
    }
    return of(storage, type, start, newShape, newStrides);
  }

  /** The part of {@code axis} from {@code start} on that is {@code size} long. */
  Region narrow(int axis, int start, int size) {
    int[] newShape = shape();
    newShape[axis] = size;
    return of(storage, type, offset + start * strides[axis], newShape, strides);
  }

  /** Repeated, without copying, to {@code newShape} by NumPy's rules. */
  Region broadcast(int... newShape) {
    int[] newStrides = new int[newShape.length];
    int shift = newShape.length - shape.length;
    for (int i = 0; i < shape.length; i++) {
      newStrides[i + shift] = shape[i] == newShape[i + shift] ? strides[i] : 0;
    }
    return of(storage, type, offset, newShape, newStrides);
  }

  /**
   * The same elements in C order under another shape, if strides can express it: runs of dimensions
   * that lie densely within one another may be cut differently.
   */
  Optional<Region> reshape(int... newShape) {
    int[] newStrides = new int[newShape.length];
    int from = 0;
    int to = 0;
    while (to < newShape.length || from < shape.length) {
      long oldSize = from < shape.length ? shape[from] : 1;
      long newSize = to < newShape.length ? newShape[to] : 1;
      int fromEnd = Math.min(from + 1, shape.length);
      int toEnd = Math.min(to + 1, newShape.length);
      while (oldSize != newSize) {
        if (oldSize < newSize) {
          oldSize *= shape[fromEnd++];
        } else {
          newSize *= newShape[toEnd++];
        }
      }
      Optional<Integer> stride = commonStride(from, fromEnd);
      if (stride.isEmpty()) {
        return Optional.empty();
      }
      int next = stride.get();
      for (int i = toEnd - 1; i >= to; i--) {
        newStrides[i] = next;
        next *= newShape[i];
      }
      from = fromEnd;
      to = toEnd;
    }
    return Optional.of(of(storage, type, offset, newShape, newStrides));
  }

  /** The stride of dimensions [from, to) seen as one, if they lie densely within one another. */
  private Optional<Integer> commonStride(int from, int to) {
    int stride = -1;
    long expected = 0;
    for (int i = to - 1; i >= from; i--) {
      if (shape[i] == 1) {
        continue;
      }
      if (stride < 0) {
        stride = strides[i];
      } else if (strides[i] != expected) {
        return Optional.empty();
      }
      expected = (long) strides[i] * shape[i];
    }
    return Optional.of(stride < 0 ? 1 : stride);
  }

  /** Whether the elements follow one another without gaps in C order. */
  boolean isDense() {
    return Arrays.equals(strides, normalised(shape, View.denseStrides(shape)));
  }

  private static int[] normalised(int[] shape, int[] strides) {
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 1) {
        strides[i] = 1;
      }
    }
    return strides;
  }

  /** Whether this is every element of its storage, each once, in whatever order. */
  public boolean isWhole() {
    return offset == 0
        && elements() * type.bytes() == storage.bytes()
        && permute(memoryOrder()).isDense();
  }

  /** The dimensions from the one that varies slowest in memory to the one that varies fastest. */
  int[] memoryOrder() {
    return IntStream.range(0, shape.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(i -> shape[i] == 1 ? 0 : 1)
                .thenComparing(Comparator.<Integer>comparingInt(i -> strides[i]).reversed()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * This region carried over to where {@code target} has what {@code source} has: every element of
   * this, found in {@code source} by its place in their common storage, taken from {@code target}.
   * Empty if strides cannot express that.
   *
   * @param source all of this region's storage
   * @param target of {@code source}'s shape
   */
  public Optional<Region> carry(Region source, Region target) {
    int[] order = source.memoryOrder();
    int[] used = new int[order.length];
    int newOffset = target.offset;
    int rest = offset;
    for (int i = 0; i < order.length; i++) {
      int axis = order[i];
      used[i] = source.shape[axis] == 1 ? 0 : rest / source.strides[axis];
      rest -= used[i] * source.strides[axis];
      newOffset += used[i] * target.strides[axis];
    }
    int[] newStrides = new int[shape.length];
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] == 1) {
        continue;
      }
      int found = -1;
      for (int i = 0; i < order.length && found < 0; i++) {
        int stride = source.strides[order[i]];
        if (source.shape[order[i]] > 1 && strides[d] >= stride && strides[d] % stride == 0) {
          found = i;
        }
      }
      if (found < 0) {
        return Optional.empty();
      }
      int axis = order[found];
      int multiple = strides[d] / source.strides[axis];
      used[found] += (shape[d] - 1) * multiple;
      if (used[found] >= source.shape[axis]) {
        return Optional.empty();
      }
      newStrides[d] = multiple * target.strides[axis];
    }
    return Optional.of(of(target.storage, type, newOffset, shape, newStrides));
  }

  /** Whether neighbours along the last dimension are as far apart in both. */
  public boolean sameLastStride(Region other) {
    return shape.length == 0 || strides[shape.length - 1] == other.strides[other.rank() - 1];
  }

  /** Whether the elements follow one another without gaps, in whatever order. */
  public boolean isRun() {
    return endByte() - firstByte() == elements() * type.bytes() && permute(memoryOrder()).isDense();
  }

  /** Whether both have their elements equally far apart. */
  public boolean sameStrides(Region other) {
    return Arrays.equals(shape, other.shape) && Arrays.equals(strides, other.strides);
  }

  /** Whether both have the same elements in the same order, storage apart. */
  public boolean sameGeometry(Region other) {
    return type == other.type
        && offset == other.offset
        && Arrays.equals(shape, other.shape)
        && Arrays.equals(strides, other.strides);
  }

  /**
   * As a view, its storage lying at byte {@code base} of {@code space}.
   *
   * @throws ProgramLimitException if it has more dimensions than views can have
   */
  public View view(Space space, long base) {
    if (shape.length > View.MAX_RANK) {
      throw new ProgramLimitException(
          "%s has %d dimensions, views at most %d".formatted(this, shape.length, View.MAX_RANK));
    }
    return View.of(space, type, base + (long) offset * type.bytes(), shape, strides);
  }

  @Override
  public String toString() {
    return "%s %s strides %s".formatted(storage, Arrays.toString(shape), Arrays.toString(strides));
  }
}
