package dev.strongroom.graph.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every network of Debian's darknet package is read, or refused in one sentence that says why. */
class DebianNetworksTest {
  private static final Path DIRECTORY = Path.of("/usr/share/darknet/cfg");

  /** More are checked by their shapes only: the weights would fill the heap of the tests. */
  private static final long MOST_PARAMETERS = 30_000_000;

  /** What is refused, by what the sentence must name. */
  private static final TreeMap<String, String> REFUSED = new TreeMap<>();

  static {
    refused("[region]", "yolo9000 yolov2 yolov2-voc yolov2-tiny yolov2-tiny-voc");
    refused("[yolo]", "yolov3 yolov3-openimages yolov3-spp yolov3-tiny yolov3-voc");
    refused("[detection]", "yolov1 yolov1-tiny t1.test");
    refused("[reorg]", "go go.test");
    refused("picture", "rnn rnn.train gru");
    refused("tree", "darknet9000");
    refused("equal shapes", "resnet18 resnet34 resnet50 resnet101 resnet152");
    refused("equal shapes", "resnext50 resnext101-32x4d resnext152-32x4d");
  }

  private static void refused(String word, String names) {
    for (String name : names.split(" ")) {
      REFUSED.put(name + ".cfg", word);
    }
  }

  @Test
  void everyNetworkIsReadOrRefusedInOneSentence() throws Exception {
    assumeTrue(Files.isDirectory(DIRECTORY), "the Debian package darknet is not installed");
    List<Path> files;
    try (Stream<Path> all = Files.list(DIRECTORY)) {
      files = all.filter(f -> f.toString().endsWith(".cfg")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(30);
    Set<String> read = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      try {
        DarknetModel model = DarknetModel.read(file);
        if (model.unsupported().isEmpty() && model.parameters() > MOST_PARAMETERS) {
          assertThat(model.macs().orElseThrow()).as(name).isPositive();
        } else {
          Graph graph = model.bind(new DarknetWeights.Seeded(1));
          assertThat(graph.parameters()).as(name).isEqualTo(model.parameters());
        }
        read.add(name);
      } catch (InvalidModelException e) {
        String message = String.valueOf(e.getMessage());
        String reason = REFUSED.get(name);
        if (reason == null || !message.contains(reason) || message.contains("\n")) {
          wrong.add(message);
        }
      }
    }
    assertThat(wrong).as("refusals nobody expected").isEmpty();
    assertThat(read).doesNotContainAnyElementsOf(REFUSED.keySet());
    assertThat(read).contains("alexnet.cfg", "darknet19.cfg", "darknet53.cfg", "densenet201.cfg");
  }
}
