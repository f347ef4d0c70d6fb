package dev.strongroom.cli;

import dev.strongroom.cli.io.InputFile;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.darknet.DarknetModel;
import dev.strongroom.graph.onnx.OnnxModel;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.CompiledModelDescriptor;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.seal.SealedModelDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file that holds a model at one of its three stages. */
record ModelFile(Path path, Stage stage) {
  /** What a model has become. */
  enum Stage {
    /** As its makers saved it. */
    PLAIN("a model file"),
    /** What {@code compile} wrote. */
    COMPILED("a compiled model"),
    /** What {@code seal} wrote. */
    SEALED("a sealed model");

    private final String words;

    Stage(String words) {
      this.words = words;
    }
  }

  /** More does not fit the formats that lie behind. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

  private static final int MAX_RANK = 8;

  /** Looks at the first bytes: what is neither compiled nor sealed is taken for a model file. */
  static ModelFile of(Path named) throws RequestException, IOException {
    Path path = Distribution.networkOr(named);
    InputFile.require(path, "model", MAX_BYTES);
    if (InputFile.beginsWith(path, SealedModelDescriptor.magic())) {
      return new ModelFile(path, Stage.SEALED);
    }
    byte[] compiled =
        ByteBuffer.allocate(4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(CompiledModelDescriptor.MAGIC)
            .array();
    return new ModelFile(path, InputFile.beginsWith(path, compiled) ? Stage.COMPILED : Stage.PLAIN);
  }

  /** Reads a model as its makers saved it: Darknet networks are known by their name's end. */
  static PlainModel readPlain(Path path, WeightOptions weights)
      throws RequestException, IOException, InvalidModelException {
    ModelFile file = of(path);
    if (file.stage != Stage.PLAIN) {
      throw new RequestException(
          "%s is %s; needed is a model file in the ONNX format or a Darknet .cfg"
              .formatted(path, file.stage.words));
    }
    if (WeightOptions.isDarknet(file.path)) {
      return new PlainModel.Darknet(DarknetModel.read(file.path), weights.of(file.path));
    }
    if (path.toString().endsWith(".weights")) {
      throw new RequestException(
          "%s holds weights alone: name the .cfg of the Darknet network they belong to"
              .formatted(path));
    }
    weights.requireUnused(path);
    return new PlainModel.Onnx(OnnxModel.read(file.path));
  }

  /** Reads what {@code compile} wrote. */
  static CompiledModel readCompiled(Path path)
      throws RequestException, IOException, InvalidProgramException {
    InputFile.require(path, "compiled model", MAX_BYTES);
    return CompiledModel.read(path);
  }

  static CompiledModel compiled(Compilation compilation) {
    return new CompiledModel(compilation.program(), compilation.weights());
  }

  /** Shapes from {@code --shape NAME=1,3,48,320}. */
  static Map<String, Shape> shapes(List<NamedValue> options) throws RequestException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (NamedValue option : options) {
      if (shapes.put(option.name(), shape(option)) != null) {
        throw new RequestException("--shape %s is given twice".formatted(option.name()));
      }
    }
    return shapes;
  }

  private static Shape shape(NamedValue option) throws RequestException {
    String[] words = option.value().split("[,x×]", -1);
    int[] dims = new int[words.length];
    try {
      for (int i = 0; i < words.length; i++) {
        dims[i] = Integer.parseInt(words[i].strip());
      }
    } catch (NumberFormatException e) {
      dims = new int[0];
    }
    if (dims.length == 0
        || dims.length > MAX_RANK
        || java.util.Arrays.stream(dims).anyMatch(d -> d < 1)) {
      throw new RequestException(
          "--shape %s=%s is no shape: write 1 to %d whole numbers of at least 1, for example 1,3,48,320"
              .formatted(option.name(), option.value(), MAX_RANK));
    }
    return Shape.of(dims);
  }
}
