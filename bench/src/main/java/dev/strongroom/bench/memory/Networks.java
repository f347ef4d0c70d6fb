package dev.strongroom.bench.memory;

import dev.strongroom.bench.memory.Network.Weights;
import dev.strongroom.compiler.quantise.Calibration;
import dev.strongroom.compiler.quantise.QuantiseOptions;
import dev.strongroom.compiler.quantise.QuantiseProgress;
import dev.strongroom.compiler.quantise.Quantiser;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.darknet.DarknetModel;
import dev.strongroom.graph.darknet.DarknetWeights;
import dev.strongroom.graph.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** The networks that are measured. */
public final class Networks {
  /** Of random weights, and of the samples that activations' ranges are found with. */
  public static final long SEED = 1;

  /** Enough to find ranges with: no accuracy is claimed for random weights. */
  private static final int SAMPLES = 2;

  private static final int TOKENS = 64;

  private Networks() {}

  /**
   * All networks, in the order in which they are shown. Nothing is read yet.
   *
   * @param networks the directory with Darknet's {@code .cfg} files
   * @param models the directory with PP-OCR's models
   * @param miniLm the file all-minilm-l6-v2.onnx, if it is at hand
   */
  public static List<Network> all(Path networks, Path models, Optional<Path> miniLm) {
    List<Network> all = new ArrayList<>();
    all.add(darknet(networks, "MobileNetV1", "mobilenet_v1.cfg", "256x256", OptionalInt.of(151)));
    all.add(darknet(networks, "ResNet-18", "resnet18.cfg", "256x256", OptionalInt.of(154)));
    all.add(darknet(networks, "Darknet tiny", "darknet_tiny.cfg", "224x224", OptionalInt.of(64)));
    all.add(reader(models, "PP-OCR det", "ch_PP-OCRv4_det_infer.onnx", 320, 320));
    all.add(reader(models, "PP-OCR rec", "ch_PP-OCRv4_rec_infer.onnx", 48, 320));
    all.add(reader(models, "PP-OCR cls", "ch_ppocr_mobile_v2.0_cls_infer.onnx", 48, 192));
    miniLm.ifPresent(
        file ->
            all.add(
                new Network(
                    "MiniLM",
                    TOKENS + " tokens",
                    "fp32",
                    Weights.TRAINED,
                    OptionalInt.empty(),
                    () -> OnnxModel.read(file).bind(Map.of("input_ids", Shape.of(1, TOKENS))))));
    all.add(
        new Network(
            "MobileNetV2-1.0",
            "224x224",
            "int8",
            Weights.SEEDED,
            OptionalInt.empty(),
            () -> quantised(random(networks.resolve("mobilenet_v2.cfg")))));
    return List.copyOf(all);
  }

  private static Network darknet(
      Path networks, String name, String file, String input, OptionalInt releasedHeapMiB) {
    return new Network(
        name, input, "fp32", Weights.SEEDED, releasedHeapMiB, () -> random(networks.resolve(file)));
  }

  private static Graph random(Path cfg) throws Exception {
    return DarknetModel.read(cfg).bind(new DarknetWeights.Seeded(SEED));
  }

  private static Network reader(Path models, String name, String file, int height, int width) {
    return new Network(
        name,
        height + "x" + width,
        "fp32",
        Weights.TRAINED,
        OptionalInt.empty(),
        () ->
            OnnxModel.read(models.resolve(file)).bind(Map.of("x", Shape.of(1, 3, height, width))));
  }

  /** Weights and activations become INT8, with ranges as seeded noise between 0 and 1 has them. */
  public static Graph quantised(Graph graph) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    String input = graph.inputs().getFirst();
    Shape shape = graph.type(input).shape();
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int sample = 0; sample < SAMPLES; sample++) {
      float[] values = new float[Math.toIntExact(shape.elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble();
      }
      samples.add(Map.of(input, Tensor.ofFloats(values, shape.dims())));
    }
    Calibration calibration = Calibration.run(graph, samples, QuantiseProgress.NONE);
    return Quantiser.quantise(calibration, QuantiseOptions.defaults(), QuantiseProgress.NONE)
        .graph();
  }
}
