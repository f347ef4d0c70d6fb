package dev.strongroom.graph.darknet;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A .weights file: a header of the integers major, minor, revision and the number of pictures seen
 * in training, then every layer's floats, all little-endian (parser.c, load_weights_upto).
 *
 * <p>The number of pictures has 8 bytes from version 0.2 on, 4 before. Versions above 1000 hold the
 * weights of connected layers transposed.
 */
final class WeightsFile implements Network.Source, Closeable {
  private static final int VERSION_BYTES = 12;
  private static final int OLD_VERSION = 1000;

  private final String name;
  private final SeekableByteChannel channel;
  private final boolean transposed;

  private WeightsFile(String name, SeekableByteChannel channel, boolean transposed) {
    this.name = name;
    this.channel = channel;
    this.transposed = transposed;
  }

  /**
   * Opens {@code file}, which must hold exactly what {@code network} needs: that is proved here,
   * before anything is allocated for it.
   */
  static WeightsFile open(Path file, Network network) throws IOException, InvalidModelException {
    if (!Files.isRegularFile(file)) {
      if (Files.exists(file)) {
        throw new InvalidModelException(file + " is not a file of weights");
      }
      throw new NoSuchFileException(file.toString());
    }
    String name = String.valueOf(file.getFileName());
    SeekableByteChannel channel = Files.newByteChannel(file);
    try {
      long size = channel.size();
      ByteBuffer version = ByteBuffer.allocate(VERSION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      if (size < VERSION_BYTES + Integer.BYTES) {
        throw new InvalidModelException(
            "%s has %d bytes, too few even for the header of a Darknet .weights file"
                .formatted(name, size));
      }
      fill(name, channel, version);
      long major = version.getInt(0);
      long minor = version.getInt(Integer.BYTES);
      boolean longCount = major * 10 + minor >= 2 && major < OLD_VERSION && minor < OLD_VERSION;
      long header = VERSION_BYTES + (longCount ? Long.BYTES : Integer.BYTES);
      requireSize(name, size, header, network);
      channel.position(header);
      return new WeightsFile(name, channel, major > OLD_VERSION || minor > OLD_VERSION);
    } catch (IOException | InvalidModelException e) {
      channel.close();
      throw e;
    }
  }

  private static void requireSize(String name, long size, long header, Network network)
      throws InvalidModelException {
    long total = header + network.weights().stream().mapToLong(w -> w.bytes()).sum();
    long end = header;
    Section last = null;
    for (Network.LayerWeights layer : network.weights()) {
      end += layer.bytes();
      if (end > size) {
        throw new InvalidModelException(
            "%s ends in %s: %,d bytes are needed up to the end of that layer and %,d in all, the file has %,d; the .cfg and the .weights must be of one network"
                .formatted(name, layer.section(), end, total, size));
      }
      last = layer.section();
    }
    if (size > end) {
      throw new InvalidModelException(
          "%s goes on for %,d bytes behind %s: %,d bytes are needed, the file has %,d; the .cfg and the .weights must be of one network"
              .formatted(
                  name,
                  size - end,
                  last == null ? "its header, and no layer has weights" : last,
                  total,
                  size));
    }
  }

  @Override
  public Tensor next(Section section, Parameter parameter)
      throws IOException, InvalidModelException {
    ByteBuffer data =
        ByteBuffer.allocate(Math.toIntExact(parameter.elements() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (parameter.role() == Parameter.Role.NO_BIAS) {
      return Tensor.of(new TensorType(DataType.FLOAT32, parameter.shape()), data);
    }
    fill(name, channel, data);
    data.flip();
    FloatBuffer floats = data.asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      float value = floats.get(i);
      boolean variance = parameter.role() == Parameter.Role.VARIANCE;
      if (!Float.isFinite(value) || variance && value < 0) {
        throw new InvalidModelException(
            "%s: number %d of %s is %s, which no trained network has; in %s"
                .formatted(name, i, parameter.name(), value, section));
      }
      if (variance) {
        floats.put(i, WeightValues.variance(value));
      }
    }
    if (transposed && parameter.role() == Parameter.Role.PRODUCT) {
      data = transpose(floats, parameter.shape().dim(0));
    }
    return Tensor.of(new TensorType(DataType.FLOAT32, parameter.shape()), data);
  }

  /** [inputs, outputs] as [outputs, inputs]. */
  private static ByteBuffer transpose(FloatBuffer in, int outputs) {
    ByteBuffer data = ByteBuffer.allocate(in.limit() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer out = data.asFloatBuffer();
    int inputs = in.limit() / outputs;
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        out.put(o * inputs + i, in.get(i * outputs + o));
      }
    }
    return data;
  }

  private static void fill(String name, SeekableByteChannel channel, ByteBuffer data)
      throws IOException, InvalidModelException {
    while (data.hasRemaining()) {
      if (channel.read(data) < 0) {
        throw new InvalidModelException(name + " ended while it was read");
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
