package dev.strongroom.cli;

import dev.strongroom.cli.io.InputFile;
import dev.strongroom.cli.io.Npy;
import dev.strongroom.cli.picture.PictureFile;
import dev.strongroom.cli.picture.PictureTensor;
import dev.strongroom.cli.picture.PictureTensor.ChannelOrder;
import dev.strongroom.program.ElementType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A file that is to be an input: an array, or a picture that becomes one. */
sealed interface TensorInput {
  /** What of a file's elements is accepted. */
  int MAX_BYTES = 1 << 30;

  /** The shape that the file itself has, if it has one. */
  Optional<int[]> shape();

  /**
   * The elements for an input of this type and shape, in C order, little-endian.
   *
   * @param name of the input, for messages
   */
  ByteBuffer elements(String name, ElementType type, int[] shape) throws RequestException;

  /** Reads {@code file}: a picture by its name, else an array. */
  static TensorInput read(Path file, PictureNorm norm) throws RequestException, IOException {
    if (PictureFile.hasPictureName(file)) {
      return new Picture(file, PictureFile.read(file), norm);
    }
    InputFile.require(file, "input", Long.MAX_VALUE);
    return new Array(file, Npy.read(file, MAX_BYTES));
  }

  /** How a picture's brightness becomes numbers: {@code (x / 255 - mean) / std}. */
  record PictureNorm(float mean, float std, ChannelOrder order) {}

  /**
   * An array from a .npy file. Leading dimensions of 1 may be left out; integers may be of either
   * width, if they fit.
   */
  record Array(Path file, Npy npy) implements TensorInput {
    @Override
    public Optional<int[]> shape() {
      return Optional.of(npy.shape());
    }

    @Override
    public ByteBuffer elements(String name, ElementType type, int[] shape) throws RequestException {
      Npy.Type needed = npyType(type);
      boolean integers =
          (needed == Npy.Type.INT64 || needed == Npy.Type.INT32)
              && (npy.type() == Npy.Type.INT64 || npy.type() == Npy.Type.INT32);
      if ((npy.type() != needed && !integers)
          || !Arrays.equals(withLeadingOnes(npy.shape(), shape.length), shape)) {
        throw new RequestException(
            "input %s takes %s %s, but %s holds %s %s"
                .formatted(
                    name,
                    needed,
                    Arrays.toString(shape),
                    file,
                    npy.type(),
                    Arrays.toString(npy.shape())));
      }
      return npy.type() == needed ? npy.data() : asIntegers(name, needed);
    }

    /** The same numbers, wider or narrower. */
    private ByteBuffer asIntegers(String name, Npy.Type needed) throws RequestException {
      int count = Math.toIntExact(npy.elements());
      ByteBuffer from = npy.data();
      ByteBuffer to =
          ByteBuffer.allocate(Math.multiplyExact(count, needed.bytes()))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        if (needed == Npy.Type.INT64) {
          to.putLong(from.getInt());
          continue;
        }
        long value = from.getLong();
        if (value != (int) value) {
          throw new RequestException(
              "input %s takes %s, but element %d of %s is %d"
                  .formatted(name, needed, i, file, value));
        }
        to.putInt((int) value);
      }
      return to.flip();
    }
  }

  /** A picture, stretched to the input's height and width. */
  record Picture(Path file, BufferedImage picture, PictureNorm norm) implements TensorInput {
    @Override
    public Optional<int[]> shape() {
      return Optional.empty();
    }

    @Override
    public ByteBuffer elements(String name, ElementType type, int[] shape) throws RequestException {
      boolean takesPictures =
          type == ElementType.F32
              && shape.length == 4
              && shape[0] == 1
              && (shape[1] == 1 || shape[1] == 3);
      if (!takesPictures) {
        throw new RequestException(
            "input %s takes %s %s, which the picture %s cannot become: that needs float32 [1, 3, H, W] or [1, 1, H, W]"
                .formatted(name, npyType(type), Arrays.toString(shape), file));
      }
      return new PictureTensor(shape[1], shape[2], shape[3], norm.order(), norm.mean(), norm.std())
          .of(picture);
    }
  }

  /** {@code shape} with ones in front until it has {@code rank} dimensions, if it has fewer. */
  static int[] withLeadingOnes(int[] shape, int rank) {
    int[] full = new int[Math.max(rank, shape.length)];
    Arrays.fill(full, 1);
    System.arraycopy(shape, 0, full, full.length - shape.length, shape.length);
    return full;
  }

  /** NumPy's name for an element type. */
  static Npy.Type npyType(ElementType type) {
    return switch (type) {
      case F32 -> Npy.Type.FLOAT32;
      case I32 -> Npy.Type.INT32;
      case I64 -> Npy.Type.INT64;
      case I8 -> Npy.Type.INT8;
      case U8 -> Npy.Type.UINT8;
    };
  }
}
