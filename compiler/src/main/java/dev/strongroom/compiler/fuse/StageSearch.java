package dev.strongroom.compiler.fuse;

import dev.strongroom.compiler.Progress;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Macs;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses stages as a shortest path: positions between nodes are its vertices, a node by itself or
 * a stage its edges (as Huang et al., msf-CNN, arXiv 2505.11483). For a bound on the bytes alive,
 * edges that need more are left out, and the path that costs the least time remains; lowering the
 * bound step by step gives the frontier of memory against time.
 */
public final class StageSearch {
  /** How much lower the next bound is. */
  private static final double STEP = 0.88;

  /** Bounds between the last one that could be met and the first that could not. */
  private static final int REFINEMENTS = 4;

  /** A byte more to open takes about as long as this many multiply-accumulates. */
  private static final long MACS_A_BYTE = 20;

  /** So does a step more. */
  private static final long MACS_A_STEP = 60_000;

  /**
   * However small a model: stages may cost this much time for opening weights again and for more
   * steps. A larger model may spend half the time that it computes.
   */
  private static final long SHORT_TIME = 200_000_000;

  private static final int[] STRIPS = {1, 2, 3, 4, 6, 8};

  private final Graph graph;
  private final GraphMemory memory;
  private final long[] alive;
  private final boolean[] mayCut;
  private final int[] reach;
  private final long macs;
  private final long maxOtherCost;

  /** again[n]: time that one more piece takes beside computing, for all nodes before n. */
  private final long[] again;

  /** Whether there are rows enough in each node's result to make more than one piece. */
  private final boolean[] hasRows;

  private final Map<Long, Optional<Choices>> choices = new HashMap<>();

  /** A search in {@code graph}, which remembers what stages take for one frontier after another. */
  public StageSearch(Graph graph) {
    this.graph = graph;
    this.memory = GraphMemory.of(graph, false);
    this.alive = GraphMemory.of(graph, true).atNodes();
    this.macs = Macs.of(graph);
    this.maxOtherCost = Math.max(macs / 2, SHORT_TIME);
    int count = graph.nodes().size();
    this.mayCut = new boolean[count + 1];
    Arrays.fill(mayCut, true);
    this.reach = new int[count];
    this.again = new long[count + 1];
    this.hasRows = new boolean[count];
    for (int n = 0; n < count; n++) {
      Node node = graph.nodes().get(n);
      long weights =
          node.inputs().stream()
              .filter(graph.constants()::containsKey)
              .mapToLong(memory::size)
              .sum();
      again[n + 1] = again[n] + weights * MACS_A_BYTE + MACS_A_STEP;
      hasRows[n] = Axis.ROW.size(graph.type(node.output()).shape()) > 1;
    }
    for (int n = count - 1; n >= 0; n--) {
      boolean alone = StageNodes.of(graph, n, n + 1, v -> true).isPresent();
      reach[n] = alone ? (n + 1 < count ? Math.max(n + 1, reach[n + 1]) : count) : n;
      if (n > 0 && isEpilogue(graph.nodes().get(n - 1), graph.nodes().get(n))) {
        mayCut[n] = false;
      }
    }
  }

  /** Whether a step computes both. */
  private boolean isEpilogue(Node before, Node node) {
    if (before.op() instanceof Op.Upsample && memory.isView(before)) {
      return true;
    }
    boolean joins = node.op() instanceof Op.Unary || node.op() instanceof Op.Quantize;
    return joins && node.inputs().getFirst().equals(before.output());
  }

  /**
   * Partitions from the one without stages downwards, each with a lower peak than the one before;
   * then such in which layers by themselves are written over their inputs.
   *
   * @param maxMacs the most multiply-accumulates allowed, relative to the graph's own; 1 if nothing
   *     may be computed twice
   */
  public List<Partition> frontier(double maxMacs, Progress progress) {
    long maxExtraMacs = (long) ((maxMacs - 1) * macs);
    int half = Progress.WHOLE / 2;
    List<Partition> all = new ArrayList<>(descent(maxExtraMacs, false, progress.part(0, half)));
    Set<List<Stage>> known = new HashSet<>();
    all.forEach(partition -> known.add(partition.stages()));
    descent(maxExtraMacs, true, progress.part(half, Progress.WHOLE)).stream()
        .filter(partition -> known.add(partition.stages()))
        .forEach(all::add);
    return all;
  }

  /**
   * @param behind whether layers by themselves may share memory with their input, {@link
   *     Reuse#BEHIND}: what that saves is known less well than what copying aside does
   */
  private List<Partition> descent(long maxExtraMacs, boolean behind, Progress progress) {
    List<Partition> frontier = new ArrayList<>();
    long whole = Arrays.stream(alive).max().orElse(0);
    frontier.add(new Partition(List.of(), whole, 0));
    long unmet = 0;
    while (true) {
      long peak = frontier.getLast().peak();
      progress.report(
          "planning", (int) (Progress.WHOLE * (whole - peak) / Math.max(1, whole)), Progress.WHOLE);
      long next = (long) (frontier.getLast().peak() * STEP);
      Optional<Partition> found = within(next, maxExtraMacs, behind);
      if (found.isEmpty()) {
        unmet = next;
        break;
      }
      frontier.add(found.get());
    }
    for (int i = 0; i < REFINEMENTS; i++) {
      long next = (unmet + frontier.getLast().peak()) / 2;
      Optional<Partition> found = within(next, maxExtraMacs, behind);
      if (found.isEmpty()) {
        unmet = next;
      } else {
        frontier.add(found.get());
      }
    }
    return frontier;
  }

  /** The path of least cost along edges that need at most {@code bound} bytes. */
  private Optional<Partition> within(long bound, long maxExtraMacs, boolean behind) {
    Optional<Found> fast = path(bound, 1, maxExtraMacs, behind);
    if (fast.isPresent() && fast.get().partition().extraMacs() > maxExtraMacs) {
      fast =
          path(bound, 1 << 20, maxExtraMacs, behind)
              .filter(f -> f.partition().extraMacs() <= maxExtraMacs);
    }
    return fast.filter(f -> f.otherCost() <= maxOtherCost).map(Found::partition);
  }

  /**
   * @param otherCost time that is not spent computing, in multiply-accumulates
   */
  private record Found(Partition partition, long otherCost) {}

  private record Step(int from, Optional<Choice> choice, double cost) {}

  /** The path of least cost, if any costs no more than all that may be spent. */
  private Optional<Found> path(long bound, int macsWeight, long maxExtraMacs, boolean behind) {
    int count = alive.length;
    boolean mayStrip = maxExtraMacs > 0;
    double tooMuch = Math.nextUp((double) maxExtraMacs * macsWeight + maxOtherCost);
    Step[] best = new Step[count + 1];
    best[0] = new Step(0, Optional.empty(), 0);
    for (int from = 0; from < count; from++) {
      if (best[from] == null) {
        continue;
      }
      double cost = best[from].cost();
      if (alive[from] <= bound) {
        offer(best, from + 1, new Step(from, Optional.empty(), cost));
      }
      boolean needed = false;
      boolean oneLayer = true;
      for (int to = from + 1; to <= reach[from] && mayCut[from]; to++) {
        needed |= alive[to - 1] > bound;
        oneLayer &= to - 1 == from || !mayCut[to - 1];
        if (!needed || !mayCut[to]) {
          continue;
        }
        Reuse direct = behind && oneLayer ? Reuse.BEHIND : Reuse.NONE;
        double limit = (best[to] == null ? tooMuch : best[to].cost()) - cost;
        if (hasRows[to - 1] && again[to] - again[from] >= limit) {
          continue;
        }
        Optional<Choice> choice =
            choices(from, to).flatMap(c -> c.cheapest(bound, macsWeight, mayStrip, direct, limit));
        if (choice.isPresent()) {
          offer(best, to, new Step(from, choice, cost + choice.get().cost(macsWeight)));
        }
      }
    }
    return Optional.ofNullable(best[count]).map(end -> partition(best));
  }

  private static void offer(Step[] best, int at, Step step) {
    if (best[at] == null || step.cost() < best[at].cost()) {
      best[at] = step;
    }
  }

  private Found partition(Step[] best) {
    List<Stage> stages = new ArrayList<>();
    long peak = 0;
    long extraMacs = 0;
    long otherCost = 0;
    for (int at = alive.length; at > 0; at = best[at].from()) {
      Optional<Choice> choice = best[at].choice();
      if (choice.isPresent()) {
        stages.addFirst(choice.get().stage());
        peak = Math.max(peak, choice.get().peak());
        extraMacs += choice.get().extraMacs();
        otherCost += choice.get().otherCost();
      } else {
        peak = Math.max(peak, alive[at - 1]);
      }
    }
    return new Found(new Partition(stages, peak, extraMacs), otherCost);
  }

  private Optional<Choices> choices(int from, int to) {
    return choices.computeIfAbsent(
        (long) from << Integer.SIZE | to,
        k ->
            StageNodes.of(graph, from, to, v -> memory.isUsedFrom(v, to))
                .map(stage -> new Choices(stage, from, to)));
  }

  /** One way to run a stage. */
  private record Choice(Stage stage, long peak, long extraMacs, long otherCost) {
    double cost(int macsWeight) {
      return (double) extraMacs * macsWeight + otherCost;
    }
  }

  /** The ways to run a stage, found out as they are asked for. */
  private final class Choices {
    private final StageNodes stage;
    private final int from;
    private final int to;
    private final long around;
    private final int[] rows;
    private final long[] macs;
    private final StageMemory pieces;
    private final Map<Integer, Bands> cuts = new HashMap<>();
    private final Map<Integer, Choice> known = new HashMap<>();

    Choices(StageNodes stage, int from, int to) {
      this.stage = stage;
      this.from = from;
      this.to = to;
      this.around = memory.around(from, to);
      this.pieces = new StageMemory(memory, stage);
      this.rows = rowCounts(stage.size(Axis.ROW, stage.values() - 1));
      this.macs = new long[stage.count()];
      for (int n = 0; n < stage.count(); n++) {
        macs[n] = Macs.of(graph, stage.node(n));
      }
    }

    /** Rows in a band, from half of all down to one. */
    private static int[] rowCounts(int all) {
      return java.util.stream.IntStream.of(2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
          .map(bands -> Math.ceilDiv(all, bands))
          .distinct()
          .toArray();
    }

    /** The one of least cost, if that is below {@code limit}. */
    Optional<Choice> cheapest(
        long bound, int macsWeight, boolean mayStrip, Reuse direct, double limit) {
      Optional<Choice> best = cheapestUsing(direct, bound, macsWeight, mayStrip, limit);
      double left = best.map(choice -> choice.cost(macsWeight)).orElse(limit);
      Optional<Choice> aside = cheapestUsing(Reuse.ASIDE, bound, macsWeight, false, left);
      return aside.isPresent() ? aside : best;
    }

    private Optional<Choice> cheapestUsing(
        Reuse reuse, long bound, int macsWeight, boolean mayStrip, double limit) {
      Optional<Choice> best = Optional.empty();
      double below = limit;
      int columns = stage.size(Axis.COLUMN, stage.values() - 1);
      for (int strips : STRIPS) {
        if (strips > 1 && (!mayStrip || !stage.hasStrips() || strips > columns)) {
          break;
        }
        // More bands need less memory and take more time: the first that fit are the best.
        for (int r : rows) {
          if (otherCost(r, strips) >= below) {
            break;
          }
          Choice choice = choice(r, strips, strips > 1 ? Reuse.NONE : reuse);
          if (choice.peak() <= bound) {
            if (choice.cost(macsWeight) < below) {
              best = Optional.of(choice);
              below = choice.cost(macsWeight);
            }
            break;
          }
        }
      }
      return best;
    }

    /** Time for opening weights again for every piece, and for more steps. */
    private long otherCost(int r, int strips) {
      long pieces = (long) Math.ceilDiv(stage.size(Axis.ROW, stage.values() - 1), r) * strips;
      return (pieces - 1) * (again[to] - again[from]);
    }

    private Choice choice(int r, int strips, Reuse reuse) {
      int cut = r * 16 + strips;
      return known.computeIfAbsent(
          cut * 4 + reuse.ordinal(),
          k -> {
            Bands bands = cuts.computeIfAbsent(cut, c -> Bands.of(stage, r, strips));
            long peak = around + pieces.peak(bands, reuse);
            boolean over = reuse == Reuse.ASIDE;
            return new Choice(
                new Stage(from, to, r, strips, over),
                peak,
                extraMacs(bands, strips),
                otherCost(r, strips));
          });
    }

    private long extraMacs(Bands bands, int strips) {
      long extra = 0;
      for (int n = 0; n < macs.length && strips > 1; n++) {
        int value = stage.result(n);
        long columns = 0;
        for (int s = 0; s < strips; s++) {
          columns += bands.columns(value, s).size();
        }
        int all = stage.size(Axis.COLUMN, value);
        extra += macs[n] * Math.max(0, columns - all) / all;
      }
      return extra;
    }
  }
}
