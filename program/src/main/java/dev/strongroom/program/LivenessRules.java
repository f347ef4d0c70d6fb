package dev.strongroom.program;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Follows the memory through one run: which allocations are live at each step, and which of their
 * words (or bytes) have been written since they began. Needs what {@link HeaderRules} and {@link
 * StepRules} have proved.
 */
final class LivenessRules {
  /** Above this size of ARENA and WINDOW a bit for each byte would take more than 32 MiB. */
  private static final long MAX_BYTEWISE = 1L << 28;

  private final Program program;
  private final Map<Space, NavigableMap<Long, Allocation>> live = new EnumMap<>(Space.class);
  private final Map<Space, WordSet> written = new EnumMap<>(Space.class);
  private final WordSet scratch;

  private LivenessRules(Program program, WorkBudget work) {
    this.program = program;
    int unit = unitBytes(program);
    this.scratch = new WordSet(work, unit);
    for (Space space : List.of(Space.ARENA, Space.WINDOW)) {
      live.put(space, new TreeMap<>());
      written.put(space, new WordSet(work, unit));
    }
  }

  /**
   * Words of four bytes, unless a step writes smaller elements: those are followed byte by byte.
   * One unit serves both spaces, and the set in which two views are compared.
   */
  private static int unitBytes(Program program) {
    if (program.arenaBytes() + program.windowBytes() > MAX_BYTEWISE) {
      return WordSet.WORD_BYTES;
    }
    for (Step step : program.steps()) {
      View out = step.writes();
      if (out.space() == Space.ARENA && out.type().bytes() < WordSet.WORD_BYTES) {
        return 1;
      }
    }
    return WordSet.WORD_BYTES;
  }

  static void check(Program program, WorkBudget work) throws InvalidProgramException {
    new LivenessRules(program, work).run();
  }

  private void run() throws InvalidProgramException {
    List<Allocation> allocations = program.allocations();
    for (int i = 0; i < allocations.size(); i++) {
      allocation(new Check("allocation " + i), allocations.get(i));
    }
    int[] byBegin = order(Comparator.comparingInt(i -> allocations.get(i).firstStep()));
    int[] byEnd = order(Comparator.comparingInt(i -> allocations.get(i).lastStep()));
    int begun = 0;
    int ended = 0;
    int last = program.steps().size() - 1;
    for (int i = 0; i <= last; i++) {
      while (ended < byEnd.length && allocations.get(byEnd[ended]).lastStep() < i) {
        Allocation allocation = allocations.get(byEnd[ended++]);
        liveIn(allocation.space()).remove(allocation.offset());
      }
      while (begun < byBegin.length && allocations.get(byBegin[begun]).firstStep() == i) {
        begin(byBegin[begun], allocations.get(byBegin[begun]));
        begun++;
      }
      if (i == 0) {
        inputs();
      }
      step(Check.step(i, program.steps().get(i)), program.steps().get(i));
    }
    outputs();
  }

  private int[] order(Comparator<Integer> comparator) {
    return IntStream.range(0, program.allocations().size())
        .boxed()
        .sorted(comparator)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private void allocation(Check check, Allocation a) throws InvalidProgramException {
    check.that(
        a.space() == Space.ARENA || a.space() == Space.WINDOW,
        "%s: nothing is allocated in %s",
        a,
        a.space());
    long size = a.space() == Space.ARENA ? program.arenaBytes() : program.windowBytes();
    check.that(
        a.offset() >= 0 && a.bytes() > 0 && a.offset() <= size && a.bytes() <= size - a.offset(),
        "%s must lie in the %d bytes of its space",
        a,
        size);
    check.that(
        a.offset() % Program.ALIGNMENT == 0,
        "%s must start at a multiple of %d bytes",
        a,
        Program.ALIGNMENT);
    check.that(
        a.firstStep() >= 0
            && a.firstStep() <= a.lastStep()
            && a.lastStep() < program.steps().size(),
        "%s must live within the %d steps",
        a,
        program.steps().size());
  }

  /** Two tensors that are live together share no byte; what lay there before is forgotten. */
  private void begin(int index, Allocation a) throws InvalidProgramException {
    NavigableMap<Long, Allocation> lives = liveIn(a.space());
    Map.Entry<Long, Allocation> below = lives.lowerEntry(a.end());
    if (below != null && below.getValue().end() > a.offset()) {
      throw new Check("allocation " + index)
          .refusal(
              "%s shares bytes with %s, which is live at step %d too",
              a, below.getValue(), a.firstStep());
    }
    lives.put(a.offset(), a);
    writtenIn(a.space()).clear(a.offset(), a.end());
  }

  /** The world writes the inputs before step 0, one after another: none over another. */
  private void inputs() throws InvalidProgramException {
    List<Port> inputs = program.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      View view = inputs.get(i).view();
      if (view.space() == Space.INPUT) {
        continue;
      }
      Check check = Check.port("input", i, inputs.get(i));
      home(check, "view", view);
      check.that(!writtenIn(view.space()).touches(view), "view %s overlaps an earlier input", view);
      writtenIn(view.space()).add(view);
    }
  }

  private void step(Check check, Step step) throws InvalidProgramException {
    View out = step.writes();
    home(check, "output", out);
    List<View> reads = step.reads();
    for (int i = 0; i < reads.size(); i++) {
      View in = reads.get(i);
      if (in.space() == Space.ARENA || in.space() == Space.WINDOW) {
        String name = "input " + i;
        home(check, name, in);
        initialised(check, name, in);
        apart(check, name, in, "output", out, allowedInPlace(step, i));
      }
    }
    for (View used : step.scratch()) {
      scratch(check, used, out, reads);
    }
    writtenIn(out.space()).add(out);
  }

  /** Scratch lies apart from all else, and what was there before is gone afterwards. */
  private void scratch(Check check, View used, View out, List<View> reads)
      throws InvalidProgramException {
    home(check, "scratch", used);
    apart(check, "scratch", used, "output", out, false);
    for (int i = 0; i < reads.size(); i++) {
      apart(check, "input " + i, reads.get(i), "scratch", used, false);
    }
    writtenIn(used.space()).removeTouched(used);
  }

  /** The Step's documentation says which steps may write over which input. */
  private static boolean allowedInPlace(Step step, int input) {
    return switch (step) {
      case Step.Unary s -> true;
      case Step.Binary s -> true;
      case Step.Softmax s -> true;
      case Step.QuantizedBinary s -> true;
      case Step.LayerNorm s -> input == 0;
      case Step.Table s -> input == 0;
      case Step.Open s -> false;
      case Step.Conv2d s -> false;
      case Step.DepthwiseConv2d s -> false;
      case Step.MatMul s -> false;
      case Step.Pool2d s -> false;
      case Step.Resize2d s -> false;
      case Step.Reduce s -> false;
      case Step.Copy s -> false;
      case Step.QuantizedConv2d s -> false;
      case Step.QuantizedDepthwiseConv2d s -> false;
      case Step.Quantize s -> false;
      case Step.Dequantize s -> false;
      case Step.QuantizedPool2d s -> false;
      case Step.Lookup s -> input == 2;
      case Step.Cast s -> false;
      case Step.Receive s -> false;
    };
  }

  /** Every view lies inside one live allocation, so that no step touches another's tensor. */
  private void home(Check check, String name, View view) throws InvalidProgramException {
    Map.Entry<Long, Allocation> entry = liveIn(view.space()).floorEntry(view.offset());
    if (entry == null || view.end() > entry.getValue().end()) {
      throw check.refusal("%s %s lies in no allocation that is live here", name, view);
    }
  }

  /** Nothing is read that this run has not written: no rest of an earlier tensor or request. */
  private void initialised(Check check, String name, View view) throws InvalidProgramException {
    long missing = writtenIn(view.space()).firstMissing(view);
    check.that(
        missing < 0,
        "%s %s needs byte %d, which nothing has written since its allocation began",
        name,
        view,
        missing);
  }

  /** Kernels read and write in any order, so that the output leaves the inputs alone. */
  private void apart(
      Check check, String name, View in, String outName, View out, boolean allowedInPlace)
      throws InvalidProgramException {
    boolean near = in.space() == out.space() && in.offset() < out.end() && out.offset() < in.end();
    if (!near || (allowedInPlace && in.equals(out))) {
      return;
    }
    scratch.addTouched(out);
    check.that(!scratch.touches(in), "%s %s overlaps %s %s", outName, out, name, in);
    scratch.removeTouched(out);
  }

  /** What the world takes away is complete, and lives until the last step, which has just been. */
  private void outputs() throws InvalidProgramException {
    List<Port> outputs = program.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      Check check = Check.port("output", i, outputs.get(i));
      View view = outputs.get(i).view();
      home(check, "after the last step, view", view);
      initialised(check, "view", view);
    }
  }

  private NavigableMap<Long, Allocation> liveIn(Space space) {
    return get(live, space);
  }

  private WordSet writtenIn(Space space) {
    return get(written, space);
  }

  private static <T> T get(Map<Space, T> map, Space space) {
    T found = map.get(space);
    if (found == null) {
      throw new IllegalStateException("nothing is allocated in " + space);
    }
    return found;
  }
}
