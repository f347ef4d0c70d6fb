package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.onnx.proto.GraphProto;
import dev.strongroom.graph.onnx.proto.NodeProto;
import dev.strongroom.graph.onnx.proto.TensorProto;
import dev.strongroom.graph.onnx.proto.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Finds the nodes that the outputs need, in an order of execution: the file's own wherever that is
 * one (Kahn's algorithm, Communications of the ACM 5, 1962, earliest node first).
 */
public final class NodeOrder {
  private final GraphProto graph;
  private final Map<String, Integer> producers = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  private NodeOrder(GraphProto graph) {
    this.graph = graph;
  }

  /**
   * The nodes that the graph's outputs depend on, each after those it reads from.
   *
   * @throws InvalidModelException if a value is defined twice or never, or nodes read one another
   *     in a circle
   */
  public static List<NodeProto> of(GraphProto graph) throws InvalidModelException {
    NodeOrder order = new NodeOrder(graph);
    order.index();
    return order.sort(order.live());
  }

  /** A node's name, or what stands for it where it has none. */
  static String label(NodeProto node) {
    if (!node.getName().isEmpty()) {
      return node.getName();
    }
    return node.getOutputCount() > 0 ? node.getOutput(0) : node.getOpType();
  }

  private void index() throws InvalidModelException {
    for (TensorProto t : graph.getInitializerList()) {
      given.add(t.getName());
    }
    for (ValueInfoProto v : graph.getInputList()) {
      given.add(v.getName());
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String output : graph.getNode(i).getOutputList()) {
        if (!output.isEmpty()
            && (given.contains(output) || producers.putIfAbsent(output, i) != null)) {
          throw new InvalidModelException(
              "node \"%s\" defines \"%s\", which is defined already"
                  .formatted(label(graph.getNode(i)), output));
        }
      }
    }
  }

  private BitSet live() throws InvalidModelException {
    BitSet live = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      Integer producer = producers.get(output.getName());
      if (producer != null) {
        open.push(producer);
      } else if (!given.contains(output.getName())) {
        throw new InvalidModelException(
            "nothing defines the output \"%s\"".formatted(output.getName()));
      }
    }
    while (!open.isEmpty()) {
      int index = open.pop();
      if (live.get(index)) {
        continue;
      }
      live.set(index);
      NodeProto node = graph.getNode(index);
      for (String input : node.getInputList()) {
        Integer producer = producers.get(input);
        if (producer != null) {
          open.push(producer);
        } else if (!input.isEmpty() && !given.contains(input)) {
          throw new InvalidModelException(
              "node \"%s\" reads \"%s\", which nothing defines".formatted(label(node), input));
        }
      }
    }
    return live;
  }

  private List<NodeProto> sort(BitSet live) throws InvalidModelException {
    Map<Integer, List<Integer>> readers = new HashMap<>();
    int[] waiting = new int[graph.getNodeCount()];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    live.stream()
        .forEach(
            i -> {
              for (String input : graph.getNode(i).getInputList()) {
                Integer producer = producers.get(input);
                if (producer != null) {
                  readers.computeIfAbsent(producer, _ -> new ArrayList<>()).add(i);
                  waiting[i]++;
                }
              }
              if (waiting[i] == 0) {
                ready.add(i);
              }
            });
    List<NodeProto> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int index = ready.remove();
      sorted.add(graph.getNode(index));
      for (int reader : readers.getOrDefault(index, List.of())) {
        if (--waiting[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (sorted.size() < live.cardinality()) {
      int stuck = live.stream().filter(i -> waiting[i] > 0).findFirst().orElseThrow();
      throw new InvalidModelException(
          "node \"%s\" depends on its own result".formatted(label(graph.getNode(stuck))));
    }
    return sorted;
  }
}
