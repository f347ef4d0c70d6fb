package dev.strongroom.cli.io;

import dev.strongroom.cli.RequestException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An array in NumPy's format 1.0 (numpy.lib.format, NEP 1): little-endian elements in C order. */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int PREFIX = MAGIC.length + 2;

  /** NumPy pads the header so that the elements start at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final int MAX_RANK = 32;

  /** What NumPy itself writes, spaces and the last comma optional; the order of keys is NumPy's. */
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{ *'descr' *: *'([^']{1,8})' *, *'fortran_order' *: *(True|False) *, *"
              + "'shape' *: *\\(([0-9, ]*)\\) *,? *\\} *\n?");

  private static final Pattern SHAPE = Pattern.compile(" *|( *\\d{1,10} *,)+( *\\d{1,10})? *");

  /** The element types that are read and written. */
  public enum Type {
    FLOAT32("<f4", 4),
    FLOAT64("<f8", 8),
    INT64("<i8", 8),
    INT32("<i4", 4),
    INT8("|i1", 1),
    UINT8("|u1", 1),
    BOOL("|b1", 1);

    private final String code;
    private final int bytes;

    Type(String code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
      return bytes;
    }

    /** NumPy's name, for example {@code float32}. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Type type;
  private final int[] shape;
  private final ByteBuffer data;

  /**
   * An array.
   *
   * @param type of the elements
   * @param shape the dimensions, none for a scalar
   * @param data the elements, the last dimension fastest, little-endian; not copied
   * @throws IllegalArgumentException if the data's length is not that of the type and shape
   */
  public Npy(Type type, int[] shape, ByteBuffer data) {
    this.type = type;
    this.shape = shape.clone();
    this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    long expected = bytes(type, shape);
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "%s%s takes %d bytes, not %d"
              .formatted(type, Arrays.toString(shape), expected, data.remaining()));
    }
  }

  public Type type() {
    return type;
  }

  /** A copy of the dimensions, outermost first. */
  public int[] shape() {
    return shape.clone();
  }

  /** A fresh little-endian view, positioned at the first element. */
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Number of elements. */
  public long elements() {
    return data.capacity() / type.bytes;
  }

  /**
   * Reads a file.
   *
   * @param maxBytes the most that its elements may take
   * @throws RequestException if it is not such an array, with what is wrong
   */
  public static Npy read(Path file, int maxBytes) throws RequestException, IOException {
    int most = Math.addExact(maxBytes, PREFIX + 0xFFFF);
    byte[] content = InputFile.read(file, "array", most);
    try {
      return parse(content, maxBytes);
    } catch (IllegalArgumentException e) {
      throw new RequestException(
          "%s is no usable .npy file: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Reads what a file holds.
   *
   * @throws IllegalArgumentException if it is not such an array, with what is wrong
   */
  static Npy parse(byte[] content, int maxBytes) {
    check(
        content.length >= PREFIX && Arrays.equals(content, 0, 6, MAGIC, 0, 6),
        "it does not begin with \\x93NUMPY");
    check(
        content[6] == 1 && content[7] == 0,
        "it has format %d.%d, read is 1.0",
        content[6] & 0xFF,
        content[7] & 0xFF);
    int headerBytes = (content[8] & 0xFF) | (content[9] & 0xFF) << 8;
    check(
        content.length - PREFIX >= headerBytes,
        "its header should have %d bytes, but only %d follow",
        headerBytes,
        content.length - PREFIX);
    String header = new String(content, PREFIX, headerBytes, StandardCharsets.ISO_8859_1);
    Matcher form = HEADER.matcher(header);
    check(form.matches(), "its header is not as NumPy writes it");
    Type type = type(form.group(1));
    check(form.group(2).equals("False"), "it is in Fortran order, read is C order");
    int[] shape = shape(form.group(3));
    long bytes = bytes(type, shape);
    check(bytes <= maxBytes, "its elements take %d bytes, more than %d", bytes, maxBytes);
    int start = PREFIX + headerBytes;
    check(
        content.length - start == bytes,
        "its shape %s takes %d bytes, but %d follow the header",
        Arrays.toString(shape),
        bytes,
        content.length - start);
    return new Npy(type, shape, ByteBuffer.wrap(content, start, (int) bytes));
  }

  private static Type type(String code) {
    return Arrays.stream(Type.values())
        .filter(t -> t.code.equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its elements are '%s', read are %s"
                        .formatted(
                            code,
                            Arrays.stream(Type.values())
                                .map(t -> t.code)
                                .collect(Collectors.joining(", ")))));
  }

  private static int[] shape(String text) {
    check(SHAPE.matcher(text).matches(), "its shape (%s) is malformed", text);
    String[] words = text.replace(" ", "").replaceFirst(",$", "").split(",", -1);
    int rank = text.isBlank() ? 0 : words.length;
    check(rank <= MAX_RANK, "it has %d dimensions, more than %d", rank, MAX_RANK);
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      long dim = Long.parseLong(words[i]);
      check(dim <= Integer.MAX_VALUE, "dimension %d is too large: %d", i, dim);
      shape[i] = (int) dim;
    }
    return shape;
  }

  private static long bytes(Type type, int[] shape) {
    long bytes = type.bytes;
    for (int dim : shape) {
      try {
        bytes = Math.multiplyExact(bytes, (long) dim);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "its shape %s is too large".formatted(Arrays.toString(shape)), e);
      }
    }
    return bytes;
  }

  private static void check(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  /** Writes a file as NumPy would, over one that is already there. */
  public void write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header());
      WritableByteChannel channel = Channels.newChannel(out);
      ByteBuffer rest = data();
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }

  /** Magic, header and padding: all that precedes the elements. */
  byte[] header() {
    String dims =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type.code, shape.length == 1 ? dims + "," : dims);
    int unpadded = PREFIX + header.length() + 1;
    int length = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putShort((short) (length - PREFIX));
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.remaining() > 1) {
      bytes.put((byte) ' ');
    }
    bytes.put((byte) '\n');
    return bytes.array();
  }
}
