package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.fixtures.BruteForce;
import dev.strongroom.program.fixtures.RandomPrograms;
import dev.strongroom.program.fixtures.RandomPrograms.Kind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is not a good Program is refused, and what is not refused is a good Program. */
class MutationTest {
  private static final int MUTATIONS_OF_BYTES = 24_000;
  private static final int MUTATIONS_OF_VIEWS = 4_500;
  private static final int MUTATIONS_OF_ONE = 30;

  private static Program base(long seed) {
    return seed % 3 == 0
        ? RandomPrograms.any(seed).program()
        : RandomPrograms.ofKind(Kind.values()[(int) (seed % Kind.values().length)], seed).program();
  }

  @Test
  void mutatedBytesAreRefusedOrMeanAProgramThatIsSafe() {
    int accepted = 0;
    int bases = 300;
    for (long seed = 0; seed < bases; seed++) {
      byte[] encoded = ProgramCodec.encode(base(seed));
      for (int i = 0; i < MUTATIONS_OF_BYTES / bases; i++) {
        Random random = new Random(seed * 1_000_003 + i);
        byte[] mutated = mutate(encoded, random);
        Program program;
        try {
          program = ProgramCodec.decode(MemorySegment.ofArray(mutated));
          assertThat(ProgramCodec.decode(MemorySegment.ofArray(ProgramCodec.encode(program))))
              .as("seed %d, mutation %d: comes back from its own encoding", seed, i)
              .isEqualTo(program);
          Verifier.verify(program);
        } catch (InvalidProgramException e) {
          assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
          continue;
        }
        accepted++;
        assertSafe(program, seed, i);
      }
    }
    assertThat(accepted).as("mutations that were accepted").isBetween(500, 16_000);
  }

  @Test
  void randomBytesAreRefused() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(400)];
      random.nextBytes(bytes);
      byte[] start = ProgramCodec.encode(base(seed));
      // Half of them begin as a Program does, so that more than the magic is looked at.
      System.arraycopy(
          start, 0, bytes, 0, seed % 2 == 0 ? 0 : Math.min(bytes.length, random.nextInt(120)));
      assertThat(decodes(bytes)).as("seed %d", seed).isFalse();
    }
  }

  @Test
  void everyTruncationIsRefused() {
    for (long seed = 0; seed < 20; seed++) {
      byte[] encoded = ProgramCodec.encode(base(seed));
      for (int length = 0; length < encoded.length; length++) {
        byte[] cut = Arrays.copyOf(encoded, length);
        assertThat(decodes(cut)).as("seed %d cut to %d bytes", seed, length).isFalse();
        if (length >= ProgramHeaderDescriptor.LENGTH) {
          putInt(cut, ProgramHeaderDescriptor.ENCODED_BYTES_OFFSET, length);
          assertThat(decodes(cut)).as("seed %d cut to %d bytes", seed, length).isFalse();
        }
      }
    }
  }

  @Test
  void aMutatedViewThatIsAcceptedTouchesNothingItMayNot() {
    int accepted = 0;
    int faulty = 0;
    Program program = base(0);
    for (int i = 0; i < MUTATIONS_OF_VIEWS; i++) {
      Random random = new Random(i);
      if (i % MUTATIONS_OF_ONE == 0) {
        program = base(i / MUTATIONS_OF_ONE);
      }
      int step = random.nextInt(program.steps().size());
      List<Step> steps = new ArrayList<>(program.steps());
      steps.set(step, mutate(steps.get(step), random));
      Program mutated = withSteps(program, steps);
      boolean refused = false;
      try {
        Verifier.verify(mutated);
      } catch (InvalidProgramException e) {
        refused = true;
      }
      if (refused && i % 3 == 0) {
        faulty += BruteForce.faults(mutated).isEmpty() ? 0 : 1;
      } else if (!refused) {
        accepted++;
        assertSafe(mutated, i, step);
      }
    }
    assertThat(accepted).as("mutations that were accepted").isGreaterThan(300);
    assertThat(faulty).as("refused mutations that break something").isGreaterThan(400);
  }

  @Test
  void extremeNumbersInAnyViewAreRefusedOrSafe() {
    int refused = 0;
    for (int i = 0; i < MUTATIONS_OF_VIEWS; i++) {
      Random random = new Random(i);
      Program program = base(i / MUTATIONS_OF_ONE);
      List<Port> inputs = new ArrayList<>(program.inputs());
      List<Port> outputs = new ArrayList<>(program.outputs());
      List<Step> steps = new ArrayList<>(program.steps());
      switch (random.nextInt(3)) {
        case 0 -> inputs.set(0, new Port("x", extreme(inputs.getFirst().view(), random)));
        case 1 -> outputs.set(0, new Port("y", extreme(outputs.getFirst().view(), random)));
        default -> {
          int at = random.nextInt(steps.size());
          Step step = steps.get(at);
          List<View> reads = new ArrayList<>(step.reads());
          int read = random.nextInt(reads.size() + 1);
          if (read < reads.size()) {
            reads.set(read, extreme(reads.get(read), random));
            steps.set(at, step.with(reads, step.writes()));
          } else {
            steps.set(at, step.with(reads, extreme(step.writes(), random)));
          }
        }
      }
      Program mutated = with(program, inputs, outputs, steps);
      try {
        Verifier.verify(mutated);
        assertSafe(mutated, i, i);
      } catch (InvalidProgramException e) {
        refused++;
      }
    }
    assertThat(refused).as("refused mutations").isGreaterThan(MUTATIONS_OF_VIEWS / 2);
  }

  private static void assertSafe(Program program, long seed, int mutation) {
    if (!BruteForce.isTooLarge(program)) {
      assertThat(BruteForce.faults(program))
          .as("seed %d, mutation %d, accepted: %s", seed, mutation, program)
          .isEmpty();
    }
  }

  private static boolean decodes(byte[] bytes) {
    try {
      ProgramCodec.decode(MemorySegment.ofArray(bytes));
      return true;
    } catch (InvalidProgramException e) {
      return false;
    }
  }

  /** One to three flipped bits, changed bytes, numbers made extreme, bytes lost or added. */
  private static byte[] mutate(byte[] encoded, Random random) {
    byte[] bytes = encoded.clone();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
        case 3 -> {
          int[] extreme = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1, 64, 65536};
          putInt(bytes, Math.min(at, bytes.length - 4), extreme[random.nextInt(extreme.length)]);
        }
        case 4 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        default -> {
          byte[] changed = Arrays.copyOf(bytes, bytes.length + (random.nextBoolean() ? 1 : -1));
          int from = Math.min(at, changed.length - 1);
          int rest = Math.min(bytes.length, changed.length - 1) - from;
          System.arraycopy(bytes, from, changed, from + 1, Math.max(0, rest));
          putInt(changed, ProgramHeaderDescriptor.ENCODED_BYTES_OFFSET, changed.length);
          bytes = changed;
        }
      }
    }
    return bytes;
  }

  private static void putInt(byte[] bytes, int at, int value) {
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
  }

  /** The step with one of its views, or its window, changed a little. */
  private static Step mutate(Step step, Random random) {
    int changed = random.nextInt(step.reads().size() + 2);
    List<View> views = new ArrayList<>(step.reads());
    views.add(step.writes());
    if (changed < views.size()) {
      views.set(changed, mutate(views.get(changed), random));
    }
    boolean other = changed == views.size();
    View a = views.get(0);
    View b = views.get(Math.min(1, views.size() - 1));
    View out = views.getLast();
    return switch (step) {
      case Step.Open s ->
          new Step.Open(
              s.firstChunk() + (other ? random.nextInt(3) - 1 : 0),
              s.chunkCount() + (other ? random.nextInt(3) - 1 : 0),
              out);
      case Step.Conv2d s ->
          new Step.Conv2d(a, b, out, mutate(s.window(), other, random), s.activation());
      case Step.DepthwiseConv2d s ->
          new Step.DepthwiseConv2d(a, b, out, mutate(s.window(), other, random), s.activation());
      case Step.MatMul s -> new Step.MatMul(a, b, out, s.activation());
      case Step.Pool2d s -> new Step.Pool2d(s.kind(), a, out, mutate(s.window(), other, random));
      case Step.Resize2d s ->
          new Step.Resize2d(
              a,
              out,
              mutate(s.rows(), other, random),
              mutate(s.columns(), other && random.nextBoolean(), random));
      case Step.Reduce s -> new Step.Reduce(s.kind(), a, out, s.activation());
      case Step.Unary s -> new Step.Unary(a, out, s.activation());
      case Step.Binary s -> new Step.Binary(s.kind(), a, b, out, s.activation());
      case Step.Softmax s -> new Step.Softmax(a, out);
      case Step.LayerNorm s -> new Step.LayerNorm(a, b, out, s.epsilon());
      case Step.Copy s -> new Step.Copy(a, out);
      case Step.QuantizedConv2d s ->
          new Step.QuantizedConv2d(
              a,
              b,
              other ? mutate(s.workspace(), random) : s.workspace(),
              out,
              mutate(s.window(), other && random.nextBoolean(), random),
              s.inZero(),
              s.activation(),
              s.saturation());
      case Step.QuantizedDepthwiseConv2d s ->
          new Step.QuantizedDepthwiseConv2d(
              a,
              b,
              other ? mutate(s.workspace(), random) : s.workspace(),
              out,
              mutate(s.window(), other && random.nextBoolean(), random),
              s.inZero(),
              s.activation(),
              s.saturation());
      case Step.Quantize s -> new Step.Quantize(a, out, s.scale(), s.saturation());
      case Step.Dequantize s -> new Step.Dequantize(a, out, s.scale(), s.zeroPoint());
      case Step.Table s -> new Step.Table(a, b, out);
      case Step.QuantizedBinary s ->
          new Step.QuantizedBinary(
              s.kind(), a, b, out, s.aZero(), s.bZero(), s.aScale(), s.bScale(), s.saturation());
      case Step.QuantizedPool2d s ->
          new Step.QuantizedPool2d(
              s.kind(),
              a,
              out,
              mutate(s.window(), other, random),
              s.inZero(),
              s.scale(),
              s.saturation());
      case Step.Lookup s ->
          new Step.Lookup(
              a,
              b,
              out,
              s.firstRow() + (other ? random.nextInt(3) - 1 : 0),
              s.totalRows(),
              other ? random.nextBoolean() : s.merge());
      case Step.Cast s -> new Step.Cast(a, out);
      case Step.Receive s -> new Step.Receive(a, out);
    };
  }

  private static Window2d mutate(Window2d w, boolean change, Random random) {
    int[] n = {
      w.kernelH(), w.kernelW(), w.strideH(), w.strideW(),
      w.padTop(), w.padLeft(), w.dilationH(), w.dilationW()
    };
    if (change) {
      n[random.nextInt(n.length)] += random.nextInt(5) - 2;
    }
    return new Window2d(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
  }

  private static Sampling mutate(Sampling s, boolean change, Random random) {
    int by = change ? random.nextInt(5) - 2 : 0;
    int what = random.nextInt(3);
    return new Sampling(
        s.start() + (what == 0 ? by * (random.nextBoolean() ? 1 : 1 << 30) : 0),
        s.step() + (what == 1 ? by : 0),
        s.denominator() + (what == 2 ? by * (random.nextBoolean() ? 1 : 1 << 23) : 0));
  }

  private static View mutate(View view, Random random) {
    int[] shape = view.shape();
    int[] strides = view.strides();
    long offset = view.offset();
    Space space = view.space();
    ElementType type = view.type();
    int i = shape.length == 0 ? 0 : random.nextInt(shape.length);
    switch (shape.length == 0 ? 0 : random.nextInt(6)) {
      case 0 ->
          offset = Math.max(0, offset + Math.max(4L, type.bytes()) * (random.nextInt(65) - 32));
      case 1 -> offset = Math.max(0, offset + 64L * (random.nextInt(33) - 16));
      case 2 -> shape[i] = Math.max(1, shape[i] + random.nextInt(5) - 2);
      case 3 -> strides[i] = Math.max(0, strides[i] + random.nextInt(5) - 2);
      case 4 -> space = Space.values()[random.nextInt(Space.values().length)];
      default -> {
        int j = random.nextInt(shape.length);
        int dimension = shape[i];
        shape[i] = shape[j];
        shape[j] = dimension;
        int stride = strides[i];
        strides[i] = strides[j];
        strides[j] = stride;
      }
    }
    return View.of(space, type, offset, shape, strides);
  }

  /** Dimensions, strides, the offset or all of them as large as can be, in any space. */
  private static View extreme(View view, Random random) {
    int[] most = {Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 1 << 30, 65_536, 2};
    int[] shape = view.shape();
    int[] strides = view.strides();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = random.nextBoolean() ? most[random.nextInt(most.length)] : shape[i];
      strides[i] = random.nextBoolean() ? most[random.nextInt(most.length)] : strides[i];
    }
    Space space = random.nextBoolean() ? Space.values()[random.nextInt(4)] : view.space();
    long offset = random.nextBoolean() ? view.offset() : (long) random.nextInt(1 << 28) * 8;
    return View.of(space, view.type(), offset, shape, strides);
  }

  private static Program withSteps(Program program, List<Step> steps) {
    return with(program, program.inputs(), program.outputs(), steps);
  }

  private static Program with(Program p, List<Port> inputs, List<Port> outputs, List<Step> steps) {
    return new Program(
        inputs,
        outputs,
        p.arenaBytes(),
        p.windowBytes(),
        p.stagingBytes(),
        p.chunks(),
        p.residentChunks(),
        p.weightsDigest(),
        p.allocations(),
        steps);
  }
}
