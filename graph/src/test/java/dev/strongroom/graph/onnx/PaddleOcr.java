package dev.strongroom.graph.onnx;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** PaddleOCR's models, as the test class path has them. */
enum PaddleOcr {
  /** Which way up a line of text is: [N, 3, 48, 192] to [N, 2]. */
  CLS("ch_ppocr_mobile_v2.0_cls_infer"),
  /** Where text is: [N, 3, H, W] to [N, 1, H, W]. */
  DET("ch_PP-OCRv4_det_infer"),
  /** What a line of text says: [N, 3, 48, W] to [N, W / 8, 6625]. */
  REC("ch_PP-OCRv4_rec_infer"),
  DET_V3("ch_PP-OCRv3_det_infer"),
  REC_V3("ch_PP-OCRv3_rec_infer");

  private final String file;

  PaddleOcr(String file) {
    this.file = file;
  }

  byte[] bytes() throws IOException {
    String resource = "models/" + file + ".onnx";
    try (InputStream in = ClassLoader.getSystemResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is not on the test class path");
      }
      return in.readAllBytes();
    }
  }

  OnnxModel read(Path directory) throws IOException, InvalidModelException {
    return OnnxModel.read(Files.write(directory.resolve(file + ".onnx"), bytes()));
  }

  Graph bind(Path directory, int... dims) throws IOException, InvalidModelException {
    return read(directory).bind(Map.of("x", Shape.of(dims)));
  }
}
