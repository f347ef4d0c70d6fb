package dev.strongroom.cli.report;

import dev.strongroom.compiler.Certificate;
import dev.strongroom.compiler.FrontierPoint;
import dev.strongroom.compiler.MemoryMap;
import dev.strongroom.compiler.MemoryMap.Block;
import dev.strongroom.compiler.MemoryMap.StepCost;
import dev.strongroom.compiler.optee.OpteeConfig;
import dev.strongroom.compiler.optee.OpteeDemand;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A network as large as a report has to bear: stages of layers that run band by band, so that each
 * layer comes back in every band and its tensors live for a few steps only.
 */
final class SyntheticMap {
  static final int STAGES = 10;
  static final int BANDS = 30;
  static final int LAYERS = 5;

  /** Each layer of each band has a step that opens its weights and one that computes. */
  static final int STEPS = STAGES * BANDS * LAYERS * 2;

  /** The image, the result of each stage, and a tensor and weights for each layer of each band. */
  static final int BLOCKS = 1 + STAGES + STAGES * BANDS * LAYERS * 2;

  private static final int WINDOW_BYTES = 64 << 10;

  private SyntheticMap() {}

  static Report report(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    MemoryMap map = map(random);
    long most = Arrays.stream(map.alive(Space.ARENA)).max().orElseThrow();
    long macs = map.steps().stream().mapToLong(StepCost::macs).sum();
    long footprint = map.arenaBytes() + map.windowBytes() + 300_000 + 90_048 + 32_832;
    Certificate certificate =
        new Certificate(
            footprint,
            map.arenaBytes(),
            map.windowBytes(),
            300_000,
            90_048,
            32_832,
            footprint - (map.arenaBytes() - most),
            map.arenaBytes() - most,
            map.steps().get(map.bindingStep(Space.ARENA)).name(),
            macs,
            macs / 7,
            map.steps().size(),
            900,
            map.steps().stream().mapToLong(StepCost::bytesOpened).sum(),
            1,
            footprint / 2,
            List.of("fold-into-convolution ×53"));
    List<FrontierPoint> frontier = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      frontier.add(
          new FrontierPoint(
              (long) (footprint * Math.pow(0.72, i - 6)),
              (long) (macs * (0.8 + 0.03 * i * i / 2)),
              i == 6));
    }
    List<Duration> times =
        map.steps().stream().map(s -> Duration.ofNanos(2_000 + s.macs() / 8)).toList();
    OpteeDemand demand =
        new OpteeDemand(300_000 + WINDOW_BYTES, footprint - 400_000, 40_000, 9 << 20, 600_000);
    return new Report(
        "synthetic network of 3,000 steps",
        footprint + 100_000,
        certificate,
        map,
        frontier,
        times,
        OpteeConfig.together(List.of(demand)));
  }

  private static MemoryMap map(SplittableRandom random) {
    List<StepCost> steps = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    int stageSteps = BANDS * LAYERS * 2;
    long image = 600_000;
    blocks.add(new Block("image", Space.ARENA, 0, image, 0, stageSteps - 1));
    // Stages write by turns above and below the bands' own tensors.
    long base = Program.align(image);
    long middle = base + Program.align(400_000);
    long arena = 0;
    for (int stage = 0; stage < STAGES; stage++) {
      int begin = stage * stageSteps;
      long bytes = 400_000 - 30_000L * stage;
      int end = Math.min(STEPS, begin + 2 * stageSteps) - 1;
      String name = "stage_%d".formatted(stage);
      blocks.add(new Block(name, Space.ARENA, stage % 2 == 0 ? base : 0, bytes, begin, end));
      long[] sizes = random.longs(LAYERS, 12_000, 90_000).map(Program::align).toArray();
      for (int band = 0; band < BANDS; band++) {
        long offset = middle;
        for (int layer = 0; layer < LAYERS; layer++) {
          int step = steps.size();
          String node = "/backbone/stages.%d/blocks.%d/Conv".formatted(stage, layer);
          int weights = random.nextInt(100, WINDOW_BYTES / 64) * 64;
          steps.add(new StepCost(node, "Open", 0, weights));
          steps.add(new StepCost(node, "Conv2d", random.nextLong(50_000, 900_000), 0));
          blocks.add(new Block(node, Space.WINDOW, 0, weights, step, step + 1));
          int last = Math.min(STEPS - 1, step + 3);
          blocks.add(
              new Block(node + "_output_0", Space.ARENA, offset, sizes[layer], step + 1, last));
          offset += sizes[layer];
          arena = Math.max(arena, offset);
        }
      }
    }
    return new MemoryMap(blocks, steps, arena, WINDOW_BYTES);
  }
}
