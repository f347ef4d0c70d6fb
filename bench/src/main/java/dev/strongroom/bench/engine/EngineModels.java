package dev.strongroom.bench.engine;

import dev.strongroom.bench.memory.Networks;
import dev.strongroom.graph.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models that are measured, and where their files lie.
 *
 * @param networks the directory with Darknet's {@code .cfg} files
 * @param models the directory with PP-OCR's models
 * @param packages what npm fetched, if it did
 * @param miniLm the file all-minilm-l6-v2.onnx, if it is at hand
 */
public record EngineModels(
    Path networks, Path models, Optional<NpmPackages> packages, Optional<Path> miniLm) {
  /** The one that needs {@link #miniLm}. */
  public static final String MINI_LM = "MiniLM";

  /** Those that need {@link #packages}. */
  public static final List<String> FROM_NPM = List.of("BlazeFace", "M-LSD tiny");

  private static final List<String> READERS = List.of("PP-OCR cls", "PP-OCR det", "PP-OCR rec");
  private static final List<String> RANDOM = List.of("MobileNetV1", "ResNet-18");

  private static final int TOKENS = 64;

  /** The names of all that there can be, in the order in which they are shown. */
  public static List<String> names() {
    return Stream.of(READERS, List.of(MINI_LM), FROM_NPM, RANDOM).flatMap(List::stream).toList();
  }

  /** Those whose files are there, in the order in which they are shown. Nothing is read yet. */
  public List<EngineModel> all() {
    List<EngineModel> all = new ArrayList<>();
    all.add(reader(READERS.get(0), "ch_ppocr_mobile_v2.0_cls_infer.onnx", 48, 192));
    all.add(reader(READERS.get(1), "ch_PP-OCRv4_det_infer.onnx", 320, 320));
    all.add(reader(READERS.get(2), "ch_PP-OCRv4_rec_infer.onnx", 48, 320));
    miniLm.ifPresent(
        file ->
            all.add(
                onnx(MINI_LM, TOKENS + " tokens", file, Map.of("input_ids", Shape.of(1, TOKENS)))));
    packages.ifPresent(
        npm -> {
          all.add(onnx(FROM_NPM.get(0), "128x128", npm.blazeFace(), Map.of()));
          all.add(onnx(FROM_NPM.get(1), "320x320", npm.mlsdTiny(), Map.of()));
        });
    all.add(random(RANDOM.get(0), "mobilenet_v1.cfg"));
    all.add(random(RANDOM.get(1), "resnet18.cfg"));
    return List.copyOf(all);
  }

  private EngineModel reader(String name, String file, int height, int width) {
    return onnx(
        name,
        height + "x" + width,
        models.resolve(file),
        Map.of("x", Shape.of(1, 3, height, width)));
  }

  private static EngineModel onnx(String name, String input, Path file, Map<String, Shape> shapes) {
    return new EngineModel(name, input, new ModelOrigin.OnnxFile(file, shapes));
  }

  private EngineModel random(String name, String file) {
    return new EngineModel(
        name, "256x256", new ModelOrigin.RandomDarknet(networks.resolve(file), Networks.SEED));
  }
}
