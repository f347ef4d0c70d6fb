package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage;
import dev.strongroom.compiler.lower.Storage.Buffer;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.place.Effort;
import dev.strongroom.compiler.place.Lifetime;
import dev.strongroom.compiler.place.Placement;
import dev.strongroom.compiler.place.Request;
import dev.strongroom.program.Allocation;
import dev.strongroom.program.Digest;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.ProgramLimitException;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a Program of lowered steps: puts an {@link Step.Open} before each step whose weights
 * stream, finds out who is alive when, and gives everything its place.
 */
public final class Planner {
  /** The longest plaintext that crosses at once: a chunk of weights, or a record of input. */
  public static final int MAX_CHUNK_BYTES = 32 * 1024;

  private static final Digest NOT_PACKED = new Digest("0".repeat(2 * Digest.BYTES));

  private final Lowered lowered;
  private final Predicate<Weights> resident;
  private final Effort effort;
  private final boolean ahead;

  /** Steps in the order of execution, with the draft each belongs to. */
  private final List<Draft> stepDrafts = new ArrayList<>();

  /** For a step that opens weights, these weights; null for all others. */
  private final List<@org.jspecify.annotations.Nullable Weights> opened = new ArrayList<>();

  private final Map<Buffer, int[]> bufferLives = new LinkedHashMap<>();

  /** First and last step of each time that weights are in the window. */
  private final Map<Weights, List<int[]>> windowLives = new LinkedHashMap<>();

  private final List<Weights> weights = new ArrayList<>();

  private Planner(Lowered lowered, Predicate<Weights> resident, Effort effort, boolean ahead) {
    this.lowered = lowered;
    this.resident = resident;
    this.effort = effort;
    this.ahead = ahead;
  }

  /** {@code lowered} with tensors sharing memory wherever that does not raise the peak. */
  public static Lowered share(Lowered lowered) {
    Lowered joined = InputStreaming.apply(Sharing.withoutCopies(lowered, Buffer::isPiece));
    return Overlay.apply(Sharing.overwrite(Sharing.withoutCostlyCopies(joined)));
  }

  /** {@code lowered} and, if that differs, {@code lowered} without any copy that can go. */
  public static List<Lowered> copyVariants(Lowered lowered) {
    Lowered withoutCopies = Sharing.withoutCopies(lowered, source -> true);
    return withoutCopies.drafts().size() < lowered.drafts().size()
        ? List.of(lowered, withoutCopies)
        : List.of(lowered);
  }

  /**
   * Plans {@code lowered}, keeping in secure memory the weights that {@code resident} names.
   *
   * @param effort for finding places
   * @throws ProgramLimitException if that makes a Program too long or too large
   */
  public static Plan plan(Lowered lowered, Predicate<Weights> resident, Effort effort) {
    return plan(lowered, resident, effort, false);
  }

  /**
   * Plans {@code lowered}, with a choice of when weights are opened.
   *
   * @param ahead whether they are opened while the ones before them are still in use, which takes a
   *     window for both, so that a second thread can open what comes while the first computes; else
   *     just before they are needed
   * @see #plan(Lowered, Predicate, Effort)
   */
  static Plan plan(Lowered lowered, Predicate<Weights> resident, Effort effort, boolean ahead) {
    return new Planner(lowered, resident, effort, ahead).run();
  }

  private Plan run() {
    schedule();
    // Also when it is encoded; but places for that many would take long to find.
    if (stepDrafts.size() > Program.MAX_STEPS) {
      throw new ProgramLimitException(
          "%d steps, but a Program has at most %d".formatted(stepDrafts.size(), Program.MAX_STEPS));
    }
    lives();
    Map<Storage, Long> bases = new LinkedHashMap<>();
    long arenaBytes = placeBuffers(bases);
    long windowBytes = placeWindow(bases);
    Program program = program(bases, arenaBytes, windowBytes);
    SecureLayout layout = SecureLayout.of(program, ProgramCodec.encode(program).length);
    requireBelow2GiB("secure memory", layout.footprint());
    requireBelow2GiB("weights", program.weightsBytes());
    Placement.Bound bound =
        Placement.lowerBound(
            bufferLives.entrySet().stream()
                .map(e -> request(e.getKey().bytes(), List.of(e.getValue())))
                .toList());
    return new Plan(
        program,
        layout,
        weights,
        stepDrafts.stream().map(Draft::name).toList(),
        stepMacs(),
        bound.bytes(),
        bound.step(),
        lowered,
        allocationNames(),
        ahead);
  }

  private static void requireBelow2GiB(String what, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new ProgramLimitException("%,d bytes of %s are 2 GiB or more".formatted(bytes, what));
    }
  }

  /** Gives buffers of one role one place, and returns the size of the arena. */
  private long placeBuffers(Map<Storage, Long> bases) {
    return place(
        Roles.of(bufferLives),
        role -> role.stream().map(b -> known(bufferLives, b)).toList(),
        bases);
  }

  /** Gives streamed weights their places, and returns the size of the window. */
  private long placeWindow(Map<Storage, Long> bases) {
    return place(
        windowLives.keySet().stream().map(List::of).toList(),
        group -> known(windowLives, group.getFirst()),
        bases);
  }

  /**
   * Adds to {@code bases} where each group lies, which shares one place, and returns the bytes that
   * all groups take together.
   */
  private <S extends Storage> long place(
      List<List<S>> groups, Function<List<S>, List<int[]>> lives, Map<Storage, Long> bases) {
    List<Request> requests =
        groups.stream().map(group -> request(largest(group), lives.apply(group))).toList();
    List<Long> offsets = Placement.place(requests, effort).offsets();
    long end = 0;
    for (int i = 0; i < groups.size(); i++) {
      for (S storage : groups.get(i)) {
        bases.put(storage, offsets.get(i));
      }
      end = Math.max(end, offsets.get(i) + largest(groups.get(i)));
    }
    return end;
  }

  private static long largest(List<? extends Storage> group) {
    return group.stream().mapToLong(Storage::bytes).max().orElseThrow();
  }

  /**
   * @param intervals first and last step of each time that it is alive
   */
  private static Request request(long bytes, List<int[]> intervals) {
    Lifetime life = Lifetime.of(intervals.getFirst()[0], intervals.getFirst()[1]);
    for (int[] interval : intervals.subList(1, intervals.size())) {
      life = life.and(interval[0], interval[1]);
    }
    return new Request(Program.align(bytes), life);
  }

  /** What {@code map} holds for a key that it must know. */
  private static <K, V> V known(Map<? super K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalStateException("nothing is known of " + key);
    }
    return value;
  }

  private List<Long> stepMacs() {
    List<Long> macs = new ArrayList<>();
    for (int i = 0; i < stepDrafts.size(); i++) {
      macs.add(opened.get(i) == null ? stepDrafts.get(i).macs() : 0L);
    }
    return macs;
  }

  /**
   * Puts the steps in order, and the weights in the order in which they are first needed. What
   * streams is opened before each use, unless nothing else has been opened since the last one.
   */
  private void schedule() {
    Set<Weights> stay = new LinkedHashSet<>();
    Set<Weights> stream = new LinkedHashSet<>();
    List<Opening> openings = new ArrayList<>();
    Set<Weights> inWindow = Set.of();
    for (int i = 0; i < lowered.drafts().size(); i++) {
      Set<Weights> needed = new LinkedHashSet<>();
      for (Region read : lowered.drafts().get(i).reads()) {
        if (read.storage() instanceof Weights w) {
          (resident.test(w) ? stay : needed).add(w);
        }
      }
      stream.addAll(needed);
      List<Weights> missing = new ArrayList<>(needed);
      missing.removeAll(inWindow);
      if (!missing.isEmpty()) {
        openings.add(new Opening(missing, i));
      }
      if (!needed.isEmpty()) {
        inWindow = needed;
        openings.getLast().lastUse = i;
      }
    }
    weights.addAll(stay);
    weights.addAll(stream);
    int next = 0;
    for (int i = 0; i < lowered.drafts().size(); i++) {
      for (; next < openings.size() && opensBefore(i, openings, next); next++) {
        for (Weights w : openings.get(next).weights) {
          stepDrafts.add(lowered.drafts().get(openings.get(next).firstUse));
          opened.add(w);
        }
      }
      stepDrafts.add(lowered.drafts().get(i));
      opened.add(null);
    }
  }

  /**
   * Whether weights are opened before draft {@code i} at the latest: their first use; or, if they
   * are opened ahead, as soon as nothing is in use any more but what was opened just before them.
   */
  private boolean opensBefore(int i, List<Opening> openings, int n) {
    return openings.get(n).firstUse == i || (ahead && (n < 2 || openings.get(n - 2).lastUse < i));
  }

  /** Weights that are opened together, and the drafts that use what is in the window then. */
  private static final class Opening {
    private final List<Weights> weights;
    private final int firstUse;
    private int lastUse;

    Opening(List<Weights> weights, int firstUse) {
      this.weights = weights;
      this.firstUse = firstUse;
      this.lastUse = firstUse;
    }
  }

  /** From the step that first writes something to the step that last reads it. */
  private void lives() {
    lowered.inputs().stream()
        .filter(input -> !input.streamed())
        .forEach(input -> live(input.region(), 0));
    for (int step = 0; step < stepDrafts.size(); step++) {
      Weights open = opened.get(step);
      if (open != null) {
        windowLives.computeIfAbsent(open, k -> new ArrayList<>()).add(new int[] {step, step});
        continue;
      }
      for (Region read : stepDrafts.get(step).reads()) {
        live(read, step);
      }
      live(stepDrafts.get(step).write(), step);
    }
    lowered.outputs().forEach(output -> live(output.region(), stepDrafts.size() - 1));
  }

  private void live(Region region, int step) {
    switch (region.storage()) {
      case Buffer buffer ->
          bufferLives.computeIfAbsent(buffer, k -> new int[] {step, step})[1] = step;
      case Weights w -> {
        List<int[]> lives = windowLives.get(w);
        if (lives != null) {
          lives.getLast()[1] = step;
        }
      }
    }
  }

  private Program program(Map<Storage, Long> bases, long arenaBytes, long windowBytes) {
    List<Integer> chunks = new ArrayList<>();
    Map<Weights, Integer> firstChunk = new LinkedHashMap<>();
    long residentBytes = 0;
    int residentChunks = 0;
    for (Weights w : weights) {
      firstChunk.put(w, chunks.size());
      for (long rest = w.bytes(); rest > 0; rest -= MAX_CHUNK_BYTES) {
        chunks.add((int) Math.min(rest, MAX_CHUNK_BYTES));
      }
      if (!windowLives.containsKey(w)) {
        bases.put(w, residentBytes);
        residentBytes += w.bytes();
        residentChunks = chunks.size();
      }
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < stepDrafts.size(); i++) {
      Weights open = opened.get(i);
      steps.add(
          open == null
              ? step(stepDrafts.get(i), bases)
              : new Step.Open(
                  known(firstChunk, open),
                  chunkCount(open),
                  View.dense(
                      Space.WINDOW, ElementType.U8, known(bases, open), (int) open.bytes())));
    }
    return new Program(
        ports(lowered.inputs(), bases),
        ports(lowered.outputs(), bases),
        arenaBytes,
        windowBytes,
        MAX_CHUNK_BYTES + Program.TAG_BYTES,
        chunks,
        residentChunks,
        NOT_PACKED,
        allocations(bases),
        steps);
  }

  private static int chunkCount(Weights w) {
    return (int) ((w.bytes() + MAX_CHUNK_BYTES - 1) / MAX_CHUNK_BYTES);
  }

  private Step step(Draft draft, Map<Storage, Long> bases) {
    return draft
        .emitter()
        .emit(draft.reads().stream().map(r -> view(r, bases)).toList(), view(draft.write(), bases));
  }

  private View view(Region region, Map<Storage, Long> bases) {
    Space space =
        switch (region.storage()) {
          case Buffer buffer -> Space.ARENA;
          case Weights w -> windowLives.containsKey(w) ? Space.WINDOW : Space.RESIDENT;
        };
    return region.view(space, known(bases, region.storage()));
  }

  private List<Port> ports(List<Lowered.NamedRegion> named, Map<Storage, Long> bases) {
    return named.stream()
        .map(
            n ->
                new Port(
                    n.name(),
                    n.streamed() ? n.region().view(Space.INPUT, 0) : view(n.region(), bases)))
        .toList();
  }

  private List<Allocation> allocations(Map<Storage, Long> bases) {
    List<Allocation> allocations = new ArrayList<>();
    // Those of one role side by side: their encoding is short.
    for (List<Buffer> role : Roles.of(bufferLives)) {
      for (Buffer b : role) {
        int[] life = known(bufferLives, b);
        allocations.add(new Allocation(Space.ARENA, known(bases, b), b.bytes(), life[0], life[1]));
      }
    }
    windowLives.forEach(
        (w, lives) ->
            lives.forEach(
                life ->
                    allocations.add(
                        new Allocation(
                            Space.WINDOW, known(bases, w), w.bytes(), life[0], life[1]))));
    return allocations;
  }

  /** In the order of {@link #allocations}. */
  private List<String> allocationNames() {
    List<String> names = new ArrayList<>();
    Roles.of(bufferLives).forEach(role -> role.forEach(b -> names.add(b.name())));
    windowLives.forEach((w, lives) -> lives.forEach(life -> names.add(w.name())));
    return names;
  }
}
