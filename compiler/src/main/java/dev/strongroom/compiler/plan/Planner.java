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

  /** Steps in the order of execution, with the draft each belongs to. */
  private final List<Draft> stepDrafts = new ArrayList<>();

  /** For a step that opens weights, these weights; null for all others. */
  private final List<@org.jspecify.annotations.Nullable Weights> opened = new ArrayList<>();

  private final Map<Storage, int[]> bufferLives = new LinkedHashMap<>();
  private final Map<Storage, int[]> windowLives = new LinkedHashMap<>();
  private final List<Weights> weights = new ArrayList<>();

  private Planner(Lowered lowered, Predicate<Weights> resident, Effort effort) {
    this.lowered = lowered;
    this.resident = resident;
    this.effort = effort;
  }

  /** The variants of {@code lowered} that differ in what shares memory; none is always best. */
  public static List<Lowered> variants(Lowered lowered) {
    Lowered withoutCopies = Sharing.withoutCopies(lowered);
    List<Lowered> variants = new ArrayList<>();
    variants.add(Sharing.overwrite(lowered));
    if (withoutCopies.drafts().size() < lowered.drafts().size()) {
      variants.add(Sharing.overwrite(withoutCopies));
    }
    return variants;
  }

  /**
   * Plans {@code lowered}, keeping in secure memory the weights that {@code resident} names.
   *
   * @param effort for finding places
   */
  public static Plan plan(Lowered lowered, Predicate<Weights> resident, Effort effort) {
    return new Planner(lowered, resident, effort).run();
  }

  private Plan run() {
    schedule();
    lives();
    Map<Storage, Long> bases = new LinkedHashMap<>();
    long arenaBytes = place(bufferLives, bases);
    long windowBytes = place(windowLives, bases);
    Program program = program(bases, arenaBytes, windowBytes);
    Placement.Bound bound = Placement.lowerBound(requests(bufferLives));
    return new Plan(
        program,
        SecureLayout.of(program, ProgramCodec.encode(program).length),
        weights,
        stepDrafts.stream().map(Draft::name).toList(),
        stepMacs(),
        bound.bytes(),
        bound.step(),
        lowered);
  }

  /** What {@code map} holds for a key that it must know. */
  private static <K, V> V known(Map<? super K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalStateException("nothing is known of " + key);
    }
    return value;
  }

  /** Adds to {@code bases} where what lives lies, and returns the bytes that it takes together. */
  private long place(Map<Storage, int[]> lives, Map<Storage, Long> bases) {
    Placement.Result places = Placement.place(requests(lives), effort);
    long end = 0;
    int next = 0;
    for (Storage storage : lives.keySet()) {
      long base = places.offsets().get(next++);
      bases.put(storage, base);
      end = Math.max(end, base + storage.bytes());
    }
    return end;
  }

  private static List<Request> requests(Map<Storage, int[]> lives) {
    return lives.entrySet().stream()
        .map(
            e ->
                new Request(
                    Program.align(e.getKey().bytes()),
                    Lifetime.of(e.getValue()[0], e.getValue()[1])))
        .toList();
  }

  private List<Long> stepMacs() {
    List<Long> macs = new ArrayList<>();
    for (int i = 0; i < stepDrafts.size(); i++) {
      macs.add(opened.get(i) == null ? stepDrafts.get(i).macs() : 0L);
    }
    return macs;
  }

  /** Puts the steps in order, and the weights in the order in which they are needed. */
  private void schedule() {
    Set<Weights> stay = new LinkedHashSet<>();
    Set<Weights> stream = new LinkedHashSet<>();
    for (Draft draft : lowered.drafts()) {
      for (Region read : draft.reads()) {
        if (read.storage() instanceof Weights w) {
          if (resident.test(w)) {
            stay.add(w);
          } else if (stream.add(w)) {
            stepDrafts.add(draft);
            opened.add(w);
          }
        }
      }
      stepDrafts.add(draft);
      opened.add(null);
    }
    weights.addAll(stay);
    weights.addAll(stream);
  }

  /** From the step that first writes something to the step that last reads it. */
  private void lives() {
    lowered.inputs().forEach(input -> live(input.region(), 0));
    for (int step = 0; step < stepDrafts.size(); step++) {
      Weights open = opened.get(step);
      if (open != null) {
        windowLives.put(open, new int[] {step, step});
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
        int[] life = windowLives.get(w);
        if (life != null) {
          life[1] = step;
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
    return named.stream().map(n -> new Port(n.name(), view(n.region(), bases))).toList();
  }

  private List<Allocation> allocations(Map<Storage, Long> bases) {
    List<Allocation> allocations = new ArrayList<>();
    bufferLives.forEach(
        (b, life) ->
            allocations.add(
                new Allocation(Space.ARENA, known(bases, b), b.bytes(), life[0], life[1])));
    windowLives.forEach(
        (w, life) ->
            allocations.add(
                new Allocation(Space.WINDOW, known(bases, w), w.bytes(), life[0], life[1])));
    return allocations;
  }
}
