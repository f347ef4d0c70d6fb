package dev.strongroom.bench.engine;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.darknet.DarknetModel;
import dev.strongroom.graph.darknet.DarknetWeights;
import dev.strongroom.graph.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where a model comes from: a graph for our compiler, the bytes of an ONNX file for the other. */
public sealed interface ModelOrigin {
  /**
   * @throws InvalidModelException if it holds what is not supported
   */
  Graph graph() throws IOException, InvalidModelException;

  /** An ONNX file of the same model. */
  byte[] onnx() throws IOException, InvalidModelException;

  /**
   * Whether nobody trained its weights. Then it is also measured quantised, with ranges found on
   * noise.
   */
  boolean meansNothing();

  /** As arguments of a process, for {@link #of}. */
  List<String> words();

  /** A file in the ONNX format, with shapes for the inputs that it leaves open. */
  record OnnxFile(Path file, Map<String, Shape> shapes) implements ModelOrigin {
    private static final String KIND = "onnx";

    public OnnxFile {
      shapes = Map.copyOf(shapes);
    }

    @Override
    public Graph graph() throws IOException, InvalidModelException {
      return OnnxModel.read(file).bind(shapes);
    }

    @Override
    public boolean meansNothing() {
      return false;
    }

    @Override
    public byte[] onnx() throws IOException {
      return Files.readAllBytes(file);
    }

    @Override
    public List<String> words() {
      List<String> words = new ArrayList<>(List.of(KIND, file.toAbsolutePath().toString()));
      shapes.forEach(
          (name, shape) ->
              words.add(
                  Arrays.stream(shape.dims())
                      .mapToObj(Integer::toString)
                      .collect(Collectors.joining(",", name + "=", ""))));
      return words;
    }
  }

  /** A Darknet network whose weights nobody trained: time does not depend on their values. */
  record RandomDarknet(Path cfg, long seed) implements ModelOrigin {
    private static final String KIND = "darknet";

    @Override
    public Graph graph() throws IOException, InvalidModelException {
      return DarknetModel.read(cfg).bind(new DarknetWeights.Seeded(seed));
    }

    @Override
    public boolean meansNothing() {
      return true;
    }

    @Override
    public byte[] onnx() throws IOException, InvalidModelException {
      return OnnxWriter.write(graph());
    }

    @Override
    public List<String> words() {
      return List.of(KIND, cfg.toAbsolutePath().toString(), Long.toString(seed));
    }
  }

  /**
   * What {@link #words} said.
   *
   * @throws IllegalArgumentException if they are not such words
   */
  static ModelOrigin of(List<String> words) {
    Path file = Path.of(words.get(1));
    List<String> more = words.subList(2, words.size());
    return switch (words.getFirst()) {
      case OnnxFile.KIND -> new OnnxFile(file, shapes(more));
      case RandomDarknet.KIND -> new RandomDarknet(file, Long.parseLong(more.getFirst()));
      default -> throw new IllegalArgumentException("no model: " + words);
    };
  }

  private static Map<String, Shape> shapes(List<String> words) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.lastIndexOf('=');
      int[] dims =
          Arrays.stream(word.substring(equals + 1).split(","))
              .mapToInt(Integer::parseInt)
              .toArray();
      shapes.put(word.substring(0, equals), Shape.of(dims));
    }
    return shapes;
  }
}
