package dev.strongroom.graph.darknet;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A network of the Darknet framework (github.com/pjreddie/darknet): a .cfg, and weights that are
 * read when it is bound. Its one input is {@code input}, [1, C, H, W] as {@code [net]} says, and
 * its one output {@code output}: what the last layer gives, [1, C] where height and width are 1.
 *
 * <p>Layers mean what they mean in that implementation; where its descendants differ (grouped
 * routes, dilation, relu6 and swish are theirs), what it has itself goes first. A convolution of
 * size 1 whose stride is not 1 is computed as it is defined, which that implementation does not.
 *
 * <p>The files are not trusted: whatever is wrong with them becomes an {@link
 * InvalidModelException} that names it.
 */
public final class DarknetModel {
  /** Those of the largest networks known have 50 KB. */
  private static final int MAX_CFG_BYTES = 1 << 19;

  private static final int MOST_NAMED = 40;

  private final String fileName;
  private final SortedMap<String, Integer> layers;
  private final TensorType input;
  private final List<UnsupportedSection> unsupported;
  private final long parameters;
  private final Optional<Network> network;

  private DarknetModel(String fileName, List<Section> sections) throws RejectedSectionException {
    this.fileName = fileName;
    List<Section> behind = sections.subList(1, sections.size());
    TreeMap<String, Integer> counted = new TreeMap<>();
    behind.forEach(s -> counted.merge(s.type(), 1, Integer::sum));
    this.layers = Collections.unmodifiableSortedMap(counted);
    NetworkReader reader = NetworkReader.read(sections.getFirst(), behind);
    this.input = new TensorType(DataType.FLOAT32, reader.input());
    this.unsupported = reader.unsupported();
    this.parameters = reader.parameters();
    this.network = reader.network();
  }

  /**
   * Reads a .cfg.
   *
   * @throws InvalidModelException if it is not a Darknet network, or too large for one
   * @throws IOException if it cannot be read
   */
  public static DarknetModel read(Path cfg) throws IOException, InvalidModelException {
    String name = String.valueOf(cfg.getFileName());
    if (!Files.isRegularFile(cfg)) {
      if (Files.exists(cfg)) {
        throw new InvalidModelException(name + " is not a file");
      }
      throw new NoSuchFileException(cfg.toString());
    }
    try (var in = Files.newInputStream(cfg)) {
      byte[] content = in.readNBytes(MAX_CFG_BYTES + 1);
      if (content.length > MAX_CFG_BYTES) {
        throw new InvalidModelException(
            "%s has more than %,d bytes, too many for a Darknet .cfg"
                .formatted(name, MAX_CFG_BYTES));
      }
      return of(name, new String(content, StandardCharsets.UTF_8));
    }
  }

  /**
   * The network that {@code cfg}, the text of a .cfg, describes.
   *
   * @param name for messages
   * @throws InvalidModelException if it describes none
   */
  public static DarknetModel of(String name, String cfg) throws InvalidModelException {
    try {
      return new DarknetModel(name, CfgText.parse(cfg));
    } catch (InvalidModelException e) {
      throw new InvalidModelException("%s: %s".formatted(name, e.getMessage()), e);
    } catch (RejectedSectionException e) {
      throw new InvalidModelException("%s: in [net], %s".formatted(name, e.reason()), e);
    }
  }

  /** The name of the file, for messages. */
  public String name() {
    return fileName;
  }

  /** How often each type of section occurs, {@code [net]} left out. */
  public SortedMap<String, Integer> layers() {
    return layers;
  }

  /** The name of the one input. */
  public String inputName() {
    return NetworkBuilder.INPUT;
  }

  /** Type of the input, [1, C, H, W]. */
  public TensorType input() {
    return input;
  }

  /** The name of the one output. */
  public String outputName() {
    return NetworkBuilder.OUTPUT;
  }

  /** Type of the output, unless something is not supported. */
  public Optional<TensorType> output() {
    return network.map(n -> n.type(n.output()));
  }

  /** How many numbers a file of its weights holds, as far as its layers are supported. */
  public long parameters() {
    return parameters;
  }

  /** Multiply-accumulates of one inference, unless something is not supported. */
  public Optional<Long> macs() {
    return network.map(Network::macs);
  }

  /** Every section that cannot be used, in the file's order. */
  public List<UnsupportedSection> unsupported() {
    return unsupported;
  }

  /**
   * Checks that a .weights file has the size that this network needs; its numbers are not read.
   *
   * @throws InvalidModelException if it has not, or if something is not supported
   * @throws IOException if it cannot be read
   */
  public void requireFitting(Path weights) throws IOException, InvalidModelException {
    WeightsFile.open(weights, network.orElseThrow(this::refusal)).close();
  }

  /**
   * The graph with these weights.
   *
   * @throws InvalidModelException if the network holds what is not supported: then the message
   *     lists every such section; or if the weights are not this network's, or too many for the
   *     Java heap
   * @throws IOException if the weights cannot be read
   */
  public Graph bind(DarknetWeights weights) throws IOException, InvalidModelException {
    Network ready = network.orElseThrow(this::refusal);
    long heap = Runtime.getRuntime().maxMemory();
    switch (weights) {
      case DarknetWeights.File(Path path) -> {
        try (WeightsFile file = WeightsFile.open(path, ready)) {
          requireHeap(ready, heap);
          return ready.graph(fileName, file);
        }
      }
      case DarknetWeights.Seeded(long seed) -> {
        requireHeap(ready, heap);
        return ready.graph(fileName, new SeededWeights(seed));
      }
    }
  }

  private void requireHeap(Network ready, long heap) throws InvalidModelException {
    if (ready.constantBytes() > heap / 2) {
      throw new InvalidModelException(
          "%s needs %,d MiB of weights, too many for a Java heap of %,d MiB; give it more with -Xmx"
              .formatted(fileName, ready.constantBytes() >> 20, heap >> 20));
    }
  }

  private InvalidModelException refusal() {
    String named =
        unsupported.stream()
            .limit(MOST_NAMED)
            .map(UnsupportedSection::toString)
            .collect(Collectors.joining("; "));
    int more = unsupported.size() - MOST_NAMED;
    return new InvalidModelException(
        "%s: %d of its layers %s not supported: %s%s"
            .formatted(
                fileName,
                unsupported.size(),
                unsupported.size() == 1 ? "is" : "are",
                named,
                more > 0 ? "; and %d more".formatted(more) : ""));
  }
}
