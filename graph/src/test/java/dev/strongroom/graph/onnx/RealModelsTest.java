package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Macs;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealModelsTest {
  @TempDir Path directory;

  @Test
  void theTextDirectionClassifierBecomesStatic() throws Exception {
    Graph graph = PaddleOcr.CLS.bind(directory, 1, 3, 48, 192);
    assertThat(graph.outputs()).containsExactly("save_infer_model/scale_0.tmp_1");
    assertThat(graph.type(graph.outputs().getFirst())).isEqualTo(TensorType.float32(1, 2));
    // The shape arithmetic ahead of its Reshape is gone, and so are its casts and identities.
    assertThat(operators(graph))
        .containsEntry("Conv", 53)
        .containsEntry("BatchNorm", 35)
        .containsEntry("Pool", 1)
        .containsEntry("Reduce", 10)
        .containsEntry("Reshape", 1)
        .doesNotContainKeys("Slice", "Concat", "Transpose");
    assertThat(Macs.of(graph)).isEqualTo(16_315_376);
  }

  @Test
  void theTextDetectorBecomesStatic() throws Exception {
    Graph graph = PaddleOcr.DET.bind(directory, 1, 3, 320, 320);
    assertThat(graph.type(graph.outputs().getFirst()))
        .isEqualTo(TensorType.float32(1, 1, 320, 320));
    assertThat(operators(graph))
        .containsEntry("Conv", 62)
        .containsEntry("ConvTranspose", 2)
        .containsEntry("Upsample", 6)
        .containsEntry("Concat", 1)
        .doesNotContainKeys("Reshape");
    assertThat(Macs.of(graph)).isEqualTo(575_567_744);
  }

  @Test
  void theTextRecogniserBecomesStatic() throws Exception {
    Graph graph = PaddleOcr.REC.bind(directory, 1, 3, 48, 320);
    assertThat(graph.type(graph.outputs().getFirst())).isEqualTo(TensorType.float32(1, 40, 6625));
    assertThat(operators(graph))
        .containsEntry("Conv", 38)
        .containsEntry("MatMul", 13)
        .containsEntry("Softmax", 3)
        .containsEntry("Pool", 1)
        .containsEntry("Transpose", 9);
    assertThat(Macs.of(graph)).isEqualTo(702_469_440);
  }

  @Test
  void otherWidthsAndBatchesBindToo() throws Exception {
    OnnxModel rec = PaddleOcr.REC.read(directory);
    Graph wide = rec.bind(Map.of("x", Shape.of(2, 3, 48, 640)));
    assertThat(wide.type(wide.outputs().getFirst())).isEqualTo(TensorType.float32(2, 80, 6625));
    Graph det = PaddleOcr.DET_V3.bind(directory, 1, 3, 64, 96);
    assertThat(det.type(det.outputs().getFirst())).isEqualTo(TensorType.float32(1, 1, 64, 96));
    Graph recV3 = PaddleOcr.REC_V3.bind(directory, 1, 3, 48, 64);
    assertThat(recV3.type(recV3.outputs().getFirst())).isEqualTo(TensorType.float32(1, 8, 6625));
  }

  @Test
  void theSummarySaysWhatTheFileHolds() throws Exception {
    OnnxModel rec = PaddleOcr.REC.read(directory);
    ModelSummary summary = rec.summary();
    assertThat(summary.format()).isEqualTo("ONNX (IR version 8)");
    assertThat(summary.opset()).isEqualTo(12);
    assertThat(summary.operators())
        .containsEntry("Conv", 38)
        .containsEntry("Mul", 107)
        .containsEntry("Shape", 4);
    assertThat(List.copyOf(summary.operators().keySet())).isSorted();
    assertThat(summary.nodes())
        .isEqualTo(summary.operators().values().stream().mapToInt(Integer::intValue).sum());
    assertThat(summary.parameters()).isEqualTo(2_690_352);
    assertThat(summary.unsupported()).isEmpty();
    assertThat(summary.inputs())
        .hasToString("[x [p2o.DynamicDimension.0, 3, ?, p2o.DynamicDimension.1]]");
    assertThat(summary.outputs())
        .hasToString("[softmax_11.tmp_0 [p2o.DynamicDimension.2, p2o.DynamicDimension.3, 6625]]");
  }

  @Test
  void theRecogniserBringsItsAlphabet() throws Exception {
    Map<String, String> metadata = PaddleOcr.REC.read(directory).metadata();
    assertThat(metadata).containsOnlyKeys("character");
    // With the blank ahead and the space behind these are the 6625 classes.
    assertThat(metadata.get("character").lines()).hasSize(6623).contains("0", "A", "z", "电");
  }

  private static Map<String, Integer> operators(Graph graph) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Node node : graph.nodes()) {
      Op op = node.op();
      counts.merge(op.getClass().getSimpleName(), 1, Integer::sum);
    }
    return counts;
  }
}
