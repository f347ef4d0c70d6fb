package dev.strongroom.compiler;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.OnnxModel;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** A model that somebody trained, for tests. */
final class RealModel {
  private RealModel() {}

  /** Tells upright text from text on its head; its input is {@code x}, [1, 3, 48, 192]. */
  static Graph textDirection(Path directory) throws Exception {
    String file = "ch_ppocr_mobile_v2.0_cls_infer.onnx";
    Path model = directory.resolve(file);
    try (InputStream in = ClassLoader.getSystemResourceAsStream("models/" + file)) {
      Files.write(model, Objects.requireNonNull(in, file).readAllBytes());
    }
    return OnnxModel.read(model).bind(Map.of("x", Shape.of(1, 3, 48, 192)));
  }
}
