package dev.strongroom.cli;

import dev.strongroom.cli.io.Npy;
import dev.strongroom.world.PortInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The outputs of a run: as files, as JSON, and as a few words. */
final class OutputView {
  /** The most elements that are printed. */
  private static final int MAX_PRINTED = 1000;

  private static final int MAX_SHOWN = 8;

  private final Map<String, Npy> arrays = new LinkedHashMap<>();
  private final Map<String, Path> files = new HashMap<>();

  OutputView(List<PortInfo> ports, Map<String, ByteBuffer> outputs) {
    for (PortInfo port : ports) {
      ByteBuffer elements = outputs.get(port.name());
      if (elements == null) {
        throw new IllegalStateException("the world gave no output " + port);
      }
      arrays.put(port.name(), new Npy(TensorInput.npyType(port.type()), port.shape(), elements));
    }
  }

  /**
   * The file of each output: DIR/NAME.npy, where any character of NAME but letters, digits, {@code
   * _}, {@code .} and {@code -} is replaced by {@code _}.
   */
  static Map<String, Path> files(Path directory, List<String> names) throws RequestException {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String name : names) {
      Path file = directory.resolve(name.replaceAll("[^A-Za-z0-9_.-]", "_") + ".npy");
      if (files.containsValue(file)) {
        throw new RequestException(
            "two outputs would both be written to %s: leave --output out".formatted(file));
      }
      files.put(name, file);
    }
    return files;
  }

  /** Writes each output to its file. */
  void write(Path directory) throws RequestException, IOException {
    Files.createDirectories(directory);
    files.putAll(files(directory, List.copyOf(arrays.keySet())));
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Npy array = arrays.get(file.getKey());
      if (array != null) {
        array.write(file.getValue());
      }
    }
  }

  /** The field {@code outputs}. */
  void put(ObjectNode answer) {
    ObjectNode outputs = answer.putObject("outputs");
    arrays.forEach(
        (name, array) -> {
          ObjectNode output = outputs.putObject(name);
          ArrayNode shape = output.putArray("shape");
          Arrays.stream(array.shape()).forEach(shape::add);
          output.put("type", array.type().toString());
          Optional.ofNullable(files.get(name))
              .ifPresent(file -> output.put("file", file.toString()));
          if (array.elements() <= MAX_PRINTED && !files.containsKey(name)) {
            ArrayNode values = output.putArray("values");
            LongStream.range(0, array.elements())
                .forEach(i -> add(values, array, Math.toIntExact(i)));
          }
        });
  }

  private static void add(ArrayNode values, Npy array, int i) {
    ByteBuffer data = array.data();
    switch (array.type()) {
      case FLOAT32 -> values.add(data.getFloat(4 * i));
      case FLOAT64 -> values.add(data.getDouble(8 * i));
      case INT64 -> values.add(data.getLong(8 * i));
      case INT32 -> values.add(data.getInt(4 * i));
      case INT8 -> values.add(data.get(i));
      case UINT8, BOOL -> values.add(data.get(i) & 0xFF);
    }
  }

  /** A line for each output. */
  void show(CliCommand command) {
    arrays.forEach(
        (name, array) -> {
          ArrayNode first = tools.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
          long shown = Math.min(MAX_SHOWN, array.elements());
          LongStream.range(0, shown).forEach(i -> add(first, array, Math.toIntExact(i)));
          String values =
              first.valueStream().map(Object::toString).collect(Collectors.joining(", "));
          String more = shown < array.elements() ? ", …" : "";
          Path file = files.get(name);
          command.say(
              "output             %s %s %s%s",
              name,
              array.type(),
              Arrays.toString(array.shape()),
              file == null ? ": " + values + more : " written to " + file);
        });
  }
}
