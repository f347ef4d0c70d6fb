package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The nodes of a stage and the values between them, by number: first the values that come from
 * outside, then the result of each node.
 */
final class StageNodes {
  private static final int CONSTANT = -1;

  private final Graph graph;
  private final List<Node> nodes;
  private final List<String> values = new ArrayList<>();
  private final int[][] operands;
  private final Reach[][] rows;
  private final boolean[] leaves;

  /** Of the values from outside, which nothing after the stage needs. */
  private final List<Boolean> dying = new ArrayList<>();

  /** rolls[v] and streams[v], of the values from outside. */
  private boolean[] rolls = new boolean[0];

  private boolean[] streams = new boolean[0];

  private final boolean[] read;

  /** sizes[axis][v]: the search asks for them millions of times. */
  private final int[][] sizes = new int[Axis.values().length][];

  /** readers[v]: pairs of a node and the operand by which it reads value v, ascending. */
  private int[][] readers = new int[0][];

  private int inputs;
  private Optional<Reach[][]> columns = Optional.empty();

  private StageNodes(Graph graph, List<Node> nodes) {
    this.graph = graph;
    this.nodes = nodes;
    this.operands = new int[nodes.size()][];
    this.rows = new Reach[nodes.size()][];
    this.leaves = new boolean[nodes.size()];
    this.read = new boolean[nodes.size()];
  }

  /**
   * Nodes [first, last) of {@code graph} as a stage, if they can run band by band.
   *
   * @param needed says which values are needed after the stage
   */
  static Optional<StageNodes> of(Graph graph, int first, int last, Predicate<String> needed) {
    StageNodes stage = new StageNodes(graph, graph.nodes().subList(first, last));
    return stage.numberValues(needed) && stage.findRows() ? Optional.of(stage) : Optional.empty();
  }

  private boolean numberValues(Predicate<String> needed) {
    Map<String, Integer> numbers = new HashMap<>();
    Set<String> results = new HashSet<>();
    nodes.forEach(node -> results.add(node.output()));
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        boolean outside = !results.contains(input) && !graph.constants().containsKey(input);
        if (outside && !numbers.containsKey(input)) {
          numbers.put(input, values.size());
          values.add(input);
          dying.add(!needed.test(input));
        }
      }
    }
    inputs = values.size();
    for (int n = 0; n < nodes.size(); n++) {
      operands[n] =
          nodes.get(n).inputs().stream().mapToInt(i -> numbers.getOrDefault(i, CONSTANT)).toArray();
      for (int value : operands[n]) {
        if (value >= inputs) {
          read[value - inputs] = true;
        }
      }
      String result = nodes.get(n).output();
      leaves[n] = needed.test(result);
      numbers.put(result, values.size());
      values.add(result);
    }
    for (int n = 0; n < nodes.size(); n++) {
      if (!read[n] && !leaves[n]) {
        return false;
      }
    }
    findReaders();
    for (Axis axis : Axis.values()) {
      sizes[axis.ordinal()] =
          values.stream().mapToInt(value -> axis.size(graph.type(value).shape())).toArray();
    }
    return true;
  }

  private void findReaders() {
    List<List<Integer>> found = new ArrayList<>();
    values.forEach(v -> found.add(new ArrayList<>()));
    for (int n = 0; n < nodes.size(); n++) {
      for (int i = 0; i < operands[n].length; i++) {
        if (operands[n][i] >= 0) {
          found.get(operands[n][i]).addAll(List.of(n, i));
        }
      }
    }
    readers =
        found.stream()
            .map(pairs -> pairs.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
  }

  private boolean findRows() {
    for (int n = 0; n < nodes.size(); n++) {
      Optional<Reach[]> reaches = reaches(n, Axis.ROW);
      if (reaches.isEmpty()) {
        return false;
      }
      rows[n] = reaches.get();
    }
    findRolling();
    // Strips end at one result, so that none of them is without columns of another.
    int results = 0;
    for (boolean leaving : leaves) {
      results += leaving ? 1 : 0;
    }
    Reach[][] found = new Reach[nodes.size()][];
    for (int n = 0; n < nodes.size(); n++) {
      Optional<Reach[]> reaches = reaches(n, Axis.COLUMN);
      if (reaches.isEmpty() || results != 1 || (leaves[n] && read[n])) {
        return true;
      }
      found[n] = reaches.get();
    }
    columns = Optional.of(found);
    return true;
  }

  private void findRolling() {
    rolls = new boolean[inputs];
    streams = new boolean[inputs];
    for (int value = 0; value < inputs; value++) {
      boolean rolling = dying.get(value);
      for (int at = 0; at < readers[value].length; at += 2) {
        Reach reach = rows[readers[value][at]][readers[value][at + 1]];
        rolling &= !(reach instanceof Reach.Whole);
      }
      rolls[value] = rolling;
      streams[value] = rolling && graph.inputs().contains(values.get(value));
    }
  }

  /** How far a node reaches into each operand; empty if it needs all of what the stage makes. */
  private Optional<Reach[]> reaches(int n, Axis axis) {
    Reach[] found = new Reach[operands[n].length];
    for (int i = 0; i < found.length; i++) {
      Optional<Reach> reach = Reaches.of(graph, nodes.get(n), i, axis);
      if (reach.isEmpty() || (reach.get() instanceof Reach.Whole && operands[n][i] >= inputs)) {
        return Optional.empty();
      }
      found[i] = reach.get();
    }
    return Optional.of(found);
  }

  Graph graph() {
    return graph;
  }

  int count() {
    return nodes.size();
  }

  Node node(int n) {
    return nodes.get(n);
  }

  /** How many values come from outside: the numbers below it. */
  int inputs() {
    return inputs;
  }

  int values() {
    return values.size();
  }

  String name(int value) {
    return values.get(value);
  }

  /** The number of the value that node {@code n} makes. */
  int result(int n) {
    return inputs + n;
  }

  int operandCount(int n) {
    return operands[n].length;
  }

  /** The number of an operand of node {@code n}, negative for a constant. */
  int operand(int n, int i) {
    return operands[n][i];
  }

  Reach reach(Axis axis, int n, int i) {
    return axis == Axis.ROW ? rows[n][i] : columns.orElseThrow()[n][i];
  }

  /** Whether columns can be cut too. */
  boolean hasStrips() {
    return columns.isPresent();
  }

  /** Whether the result of node {@code n} is needed after the stage. */
  boolean leaves(int n) {
    return leaves[n];
  }

  /**
   * Whether rows of a value from outside can be given up one after another: nothing after the stage
   * needs it, and no node of the stage needs all of it.
   */
  boolean rolls(int value) {
    return value < inputs && rolls[value];
  }

  /** Whether a value is an input of the model that can cross piece by piece. */
  boolean streams(int value) {
    return value < inputs && streams[value];
  }

  /** Whether a node of the stage reads the result of node {@code n}. */
  boolean isRead(int n) {
    return read[n];
  }

  /** Pairs of a node and the index of the operand by which it reads {@code value}, ascending. */
  int[] readers(int value) {
    return readers[value];
  }

  /** Whether no node behind {@code n} reads {@code value}. */
  boolean isLastReader(int n, int value) {
    int[] all = readers[value];
    return all.length == 0 || all[all.length - 2] <= n;
  }

  int size(Axis axis, int value) {
    return sizes[axis.ordinal()][value];
  }
}
