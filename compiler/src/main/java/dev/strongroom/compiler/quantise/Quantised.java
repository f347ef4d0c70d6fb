package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Graph;
import java.util.List;
import java.util.Optional;

/**
 * A quantised graph, and what became of its answers.
 *
 * @param graph with Quantize and Dequantize in it
 * @param layers how many there are to be quantised, values with a scale of their own included
 * @param floatLayers names of those that stayed FLOAT32, the most sensitive first
 * @param weightBytes what the weights took in FLOAT32
 * @param int8Weights number of weights that are INT8
 * @param samples how many samples the errors were measured on
 * @param allInt8 error with everything quantised, before any layer was left FLOAT32; empty without
 *     samples
 * @param error of the graph; empty without samples
 */
public record Quantised(
    Graph graph,
    int layers,
    List<String> floatLayers,
    long weightBytes,
    long int8Weights,
    int samples,
    Optional<OutputError> allInt8,
    Optional<OutputError> error) {
  public Quantised {
    floatLayers = List.copyOf(floatLayers);
  }
}
