package dev.strongroom.compiler;

import dev.strongroom.program.Allocation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.Sampling;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Programs with one number changed. */
final class Mutations {
  private final Program program;
  private final SplittableRandom random;

  private Mutations(Program program, SplittableRandom random) {
    this.program = program;
    this.random = random;
  }

  /** Where the number stands that was changed. */
  enum Place {
    /** A view that a step reads or writes. */
    OPERAND,
    /** The view of a step's workspace. */
    WORKSPACE,
    STEP,
    PORT,
    ALLOCATION,
    HEADER
  }

  /** What was changed, and the Program with the change. */
  record Mutation(Place place, String what, Program program) {
    boolean ofView() {
      return place == Place.OPERAND || place == Place.WORKSPACE;
    }
  }

  /**
   * {@code program} with one number changed: of a view of a step (four times in five; workspaces
   * are such) or of a port its offset, a dimension, a stride, its element type or its space; or a
   * number of an allocation, of a step's window, chunks or rows, or a size in the header.
   */
  static Mutation one(Program program, SplittableRandom random) {
    while (true) {
      Mutation mutation;
      try {
        mutation = new Mutations(program, random).next();
      } catch (IllegalArgumentException e) {
        continue; // No such view can even be made.
      }
      if (!mutation.program().equals(program)) {
        return mutation;
      }
    }
  }

  private Mutation next() {
    return switch (random.nextInt(30)) {
      case 0 -> ports(true);
      case 1 -> ports(false);
      case 2, 3 -> allocation();
      case 4 -> header();
      case 5 -> numbers();
      default -> view();
    };
  }

  /** Often a little more or less, sometimes a lot. */
  private int changed(int number) {
    return switch (random.nextInt(8)) {
      case 0 -> number * 2;
      case 1 -> number / 2;
      case 2 -> random.nextInt(200);
      case 3 ->
          new int[] {0, 1, 64, 0xFFFF, 0x10000, 1 << 30, Integer.MAX_VALUE}[random.nextInt(7)];
      default -> number + (random.nextBoolean() ? 1 : -1) * random.nextInt(1, 5);
    };
  }

  /** No gigabytes: what is accepted shall be run. */
  private int resized(int bytes) {
    return random.nextBoolean()
        ? random.nextInt(2 * bytes + 2)
        : bytes + random.nextInt(-2 * Program.ALIGNMENT, 2 * Program.ALIGNMENT + 1);
  }

  private View changed(View view) {
    int[] shape = view.shape();
    int[] strides = view.strides();
    Space space = view.space();
    ElementType type = view.type();
    long offset = view.offset();
    int dimension = view.rank() == 0 ? 0 : random.nextInt(view.rank());
    switch (view.rank() == 0 ? 0 : random.nextInt(8)) {
      case 0, 1 -> offset += (long) type.bytes() * random.nextInt(-40, 41);
      case 2 -> offset += (long) Program.ALIGNMENT * random.nextInt(-20, 21);
      case 3, 4 -> shape[dimension] = changed(shape[dimension]);
      case 5 -> strides[dimension] = changed(strides[dimension]);
      case 6 -> type = ElementType.values()[random.nextInt(ElementType.values().length)];
      default -> space = Space.values()[random.nextInt(Space.values().length)];
    }
    return View.of(space, type, offset, shape, strides);
  }

  private Mutation view() {
    int at = random.nextInt(program.steps().size());
    Step step = program.steps().get(at);
    List<View> views = new ArrayList<>(step.reads());
    views.add(step.writes());
    int operands = views.size();
    views.addAll(step.scratch());
    int which = random.nextInt(views.size());
    View changed = changed(views.get(which));
    if (which >= operands) {
      return withStep(Place.WORKSPACE, at, withWorkspace(step, changed));
    }
    views.set(which, changed);
    int reads = operands - 1;
    return withStep(Place.OPERAND, at, step.with(views.subList(0, reads), views.get(reads)));
  }

  private static Step withWorkspace(Step step, View workspace) {
    return switch (step) {
      case Step.QuantizedConv2d s -> with(s, workspace, s.window());
      case Step.QuantizedDepthwiseConv2d s -> with(s, workspace, s.window());
      default -> throw new IllegalStateException("unknown workspace of " + step);
    };
  }

  private static Step with(Step.QuantizedConv2d s, View workspace, Window2d window) {
    return new Step.QuantizedConv2d(
        s.in(),
        s.weights(),
        workspace,
        s.out(),
        window,
        s.inZero(),
        s.activation(),
        s.saturation());
  }

  private static Step with(Step.QuantizedDepthwiseConv2d s, View workspace, Window2d window) {
    return new Step.QuantizedDepthwiseConv2d(
        s.in(),
        s.weights(),
        workspace,
        s.out(),
        window,
        s.inZero(),
        s.activation(),
        s.saturation());
  }

  /** A number of a step that is none of its views'. */
  private Mutation numbers() {
    int at = random.nextInt(program.steps().size());
    Step step = program.steps().get(at);
    Step mutated =
        switch (step) {
          case Step.Open s ->
              random.nextBoolean()
                  ? new Step.Open(changed(s.firstChunk()), s.chunkCount(), s.into())
                  : new Step.Open(s.firstChunk(), changed(s.chunkCount()), s.into());
          case Step.Conv2d s ->
              new Step.Conv2d(s.in(), s.weights(), s.out(), changed(s.window()), s.activation());
          case Step.DepthwiseConv2d s ->
              new Step.DepthwiseConv2d(
                  s.in(), s.weights(), s.out(), changed(s.window()), s.activation());
          case Step.Pool2d s -> new Step.Pool2d(s.kind(), s.in(), s.out(), changed(s.window()));
          case Step.Resize2d s ->
              random.nextBoolean()
                  ? new Step.Resize2d(s.in(), s.out(), changed(s.rows()), s.columns())
                  : new Step.Resize2d(s.in(), s.out(), s.rows(), changed(s.columns()));
          case Step.QuantizedConv2d s -> with(s, s.workspace(), changed(s.window()));
          case Step.QuantizedDepthwiseConv2d s -> with(s, s.workspace(), changed(s.window()));
          case Step.QuantizedPool2d s ->
              new Step.QuantizedPool2d(
                  s.kind(),
                  s.in(),
                  s.out(),
                  changed(s.window()),
                  s.inZero(),
                  s.scale(),
                  s.saturation());
          case Step.Lookup s ->
              switch (random.nextInt(3)) {
                case 0 ->
                    new Step.Lookup(
                        s.ids(),
                        s.table(),
                        s.out(),
                        changed(s.firstRow()),
                        s.totalRows(),
                        s.merge());
                case 1 ->
                    new Step.Lookup(
                        s.ids(),
                        s.table(),
                        s.out(),
                        s.firstRow(),
                        changed(s.totalRows()),
                        s.merge());
                default ->
                    new Step.Lookup(
                        s.ids(), s.table(), s.out(), s.firstRow(), s.totalRows(), !s.merge());
              };
          default -> step;
        };
    return withStep(Place.STEP, at, mutated);
  }

  private Window2d changed(Window2d w) {
    int[] n = {
      w.kernelH(), w.kernelW(), w.strideH(), w.strideW(),
      w.padTop(), w.padLeft(), w.dilationH(), w.dilationW()
    };
    int i = random.nextInt(n.length);
    n[i] = changed(n[i]);
    return new Window2d(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
  }

  private Sampling changed(Sampling s) {
    return switch (random.nextInt(3)) {
      case 0 -> new Sampling(-changed(s.start()), s.step(), s.denominator());
      case 1 -> new Sampling(s.start(), changed(s.step()), s.denominator());
      default -> new Sampling(s.start(), s.step(), changed(s.denominator()));
    };
  }

  private Mutation ports(boolean inputs) {
    List<Port> ports = new ArrayList<>(inputs ? program.inputs() : program.outputs());
    int at = random.nextInt(ports.size());
    ports.set(at, new Port(ports.get(at).name(), changed(ports.get(at).view())));
    return new Mutation(
        Place.PORT,
        "%s %s".formatted(inputs ? "input" : "output", ports.get(at)),
        new Program(
            inputs ? ports : program.inputs(),
            inputs ? program.outputs() : ports,
            program.arenaBytes(),
            program.windowBytes(),
            program.stagingBytes(),
            program.chunks(),
            program.residentChunks(),
            program.weightsDigest(),
            program.allocations(),
            program.steps()));
  }

  private Mutation allocation() {
    List<Allocation> all = new ArrayList<>(program.allocations());
    int at = random.nextInt(all.size());
    Allocation a = all.get(at);
    all.set(
        at,
        switch (random.nextInt(5)) {
          case 0 ->
              new Allocation(
                  a.space(),
                  a.offset() + (long) Program.ALIGNMENT * random.nextInt(-8, 9),
                  a.bytes(),
                  a.firstStep(),
                  a.lastStep());
          case 1 ->
              new Allocation(
                  a.space(),
                  a.offset(),
                  random.nextBoolean()
                      ? changed((int) a.bytes())
                      : a.bytes() + (long) Program.ALIGNMENT * random.nextInt(-8, 9),
                  a.firstStep(),
                  a.lastStep());
          case 2 ->
              new Allocation(
                  a.space(), a.offset(), a.bytes(), changed(a.firstStep()), a.lastStep());
          case 3 ->
              new Allocation(
                  a.space(), a.offset(), a.bytes(), a.firstStep(), changed(a.lastStep()));
          default ->
              new Allocation(
                  Space.values()[random.nextInt(Space.values().length)],
                  a.offset(),
                  a.bytes(),
                  a.firstStep(),
                  a.lastStep());
        });
    return new Mutation(
        Place.ALLOCATION,
        "allocation %d %s".formatted(at, all.get(at)),
        new Program(
            program.inputs(),
            program.outputs(),
            program.arenaBytes(),
            program.windowBytes(),
            program.stagingBytes(),
            program.chunks(),
            program.residentChunks(),
            program.weightsDigest(),
            all,
            program.steps()));
  }

  /** A size of a space or of a chunk, or how many chunks are resident. */
  private Mutation header() {
    int what = random.nextInt(5);
    List<Integer> chunks = new ArrayList<>(program.chunks());
    if (what == 4 && !chunks.isEmpty()) {
      int at = random.nextInt(chunks.size());
      chunks.set(at, chunks.get(at) + Program.ALIGNMENT * random.nextInt(-2, 3));
    }
    return new Mutation(
        Place.HEADER,
        "header",
        new Program(
            program.inputs(),
            program.outputs(),
            what == 0 ? resized((int) program.arenaBytes()) : program.arenaBytes(),
            what == 1 ? resized((int) program.windowBytes()) : program.windowBytes(),
            what == 2 ? resized(program.stagingBytes()) : program.stagingBytes(),
            chunks,
            what == 3 ? changed(program.residentChunks()) : program.residentChunks(),
            program.weightsDigest(),
            program.allocations(),
            program.steps()));
  }

  private Mutation withStep(Place place, int at, Step step) {
    List<Step> steps = new ArrayList<>(program.steps());
    steps.set(at, step);
    return new Mutation(
        place,
        "step %d %s".formatted(at, step),
        new Program(
            program.inputs(),
            program.outputs(),
            program.arenaBytes(),
            program.windowBytes(),
            program.stagingBytes(),
            program.chunks(),
            program.residentChunks(),
            program.weightsDigest(),
            program.allocations(),
            steps));
  }
}
