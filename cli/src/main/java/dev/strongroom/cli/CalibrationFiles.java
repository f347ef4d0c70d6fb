package dev.strongroom.cli;

import dev.strongroom.cli.TensorInput.PictureNorm;
import dev.strongroom.cli.picture.PictureFile;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.program.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A directory of samples to calibrate with: .npy files and pictures, of the only input, or in one
 * directory for each input, named as the input, the files paired by the order of their names.
 */
final class CalibrationFiles {
  private final Path directory;
  private final Graph graph;
  private final PictureNorm norm;

  private CalibrationFiles(Path directory, Graph graph, PictureNorm norm) {
    this.directory = directory;
    this.graph = graph;
    this.norm = norm;
  }

  /** The samples in {@code directory}, each a tensor for every input of {@code graph}. */
  static List<Map<String, Tensor>> read(Path directory, Graph graph, PictureNorm norm)
      throws RequestException, IOException {
    return new CalibrationFiles(directory, graph, norm).read();
  }

  private List<Map<String, Tensor>> read() throws RequestException, IOException {
    if (!Files.isDirectory(directory)) {
      throw new RequestException(
          Files.exists(directory)
              ? "--calibrate %s is not a directory; name one with .npy files or pictures"
                  .formatted(directory)
              : "the directory --calibrate %s does not exist".formatted(directory));
    }
    Map<String, List<Path>> files = new LinkedHashMap<>();
    for (String input : graph.inputs()) {
      files.put(input, filesOf(input));
    }
    int count = files.values().iterator().next().size();
    long bytes = 0;
    for (Map.Entry<String, List<Path>> each : files.entrySet()) {
      if (each.getValue().size() != count) {
        throw new RequestException(
            "%s has %d files for input %s but %d for input %s: every sample needs one for each"
                .formatted(
                    directory,
                    count,
                    files.keySet().iterator().next(),
                    each.getValue().size(),
                    each.getKey()));
      }
      bytes += 4 * graph.type(each.getKey()).shape().elements() * count;
    }
    if (bytes > Runtime.getRuntime().maxMemory() / 4) {
      throw new RequestException(
          "the %d samples in %s take %s, more than a quarter of Java's memory: calibrate with fewer"
              .formatted(count, directory, Size.format(bytes)));
    }
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Tensor> sample = new HashMap<>();
      for (Map.Entry<String, List<Path>> each : files.entrySet()) {
        sample.put(each.getKey(), tensor(each.getKey(), each.getValue().get(i)));
      }
      samples.add(sample);
    }
    return samples;
  }

  private List<Path> filesOf(String input) throws RequestException, IOException {
    // As outputs are written: no name leads out of the directory.
    String name = input.replaceAll("[^A-Za-z0-9_.-]", "_").replaceFirst("^\\.+$", "_");
    Path own = directory.resolve(name);
    boolean only = graph.inputs().size() == 1;
    if (!only && !Files.isDirectory(own)) {
      throw new RequestException(
          "the model has %d inputs: %s needs a directory for each, but %s is none"
              .formatted(graph.inputs().size(), directory, own));
    }
    Path place = Files.isDirectory(own) ? own : directory;
    List<Path> files;
    try (Stream<Path> all = Files.list(place)) {
      files = all.filter(CalibrationFiles::isSample).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new RequestException(
          "%s holds no .npy, .png or .jpg file to calibrate with".formatted(place));
    }
    return files;
  }

  private static boolean isSample(Path file) {
    return Files.isRegularFile(file)
        && (PictureFile.hasPictureName(file)
            || file.toString().toLowerCase(Locale.ROOT).endsWith(".npy"));
  }

  private Tensor tensor(String input, Path file) throws RequestException, IOException {
    TensorType type = graph.type(input);
    if (type.dataType() != DataType.FLOAT32) {
      throw new RequestException(
          "input %s is %s; only models with float32 inputs can be quantised"
              .formatted(input, type));
    }
    return Tensor.of(
        type, TensorInput.read(file, norm).elements(input, ElementType.F32, type.shape().dims()));
  }
}
