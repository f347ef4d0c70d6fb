package dev.strongroom.bench.memory;

import dev.strongroom.bench.memory.MemoryRow.Compiled;
import dev.strongroom.bench.memory.MemoryRow.Unsupported;
import dev.strongroom.compiler.BudgetTooSmallException;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.graph.Graph;
import dev.strongroom.seal.ProgressListener;
import dev.strongroom.world.WorldException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Compiles networks for the smallest secure memory that works and for as much as they like, and
 * runs them in worlds of just that size.
 *
 * @param runs how many inferences are timed in each world, in turns; 0 for one that is not timed
 * @param opener of these worlds
 */
public record MemoryBenchmark(int runs, WorldOpener opener) {
  /** The multiply-accumulates that are allowed, relative to a network's own. */
  public static final List<Double> MACS_FACTORS = List.of(1.0, 1.3);

  /** Of each piece of work, for the listener. */
  private static final int PARTS = 1_000;

  /** A row for each of {@link #MACS_FACTORS}. */
  public List<MemoryRow> measure(Network network, ProgressListener listener) throws Exception {
    // Compiling without a limit, then for each factor compiling and running.
    Stages stages = new Stages(listener, 1 + 2 * MACS_FACTORS.size());
    Graph graph = network.source().read();
    List<MemoryRow> rows = new ArrayList<>();
    try {
      Compilation unconstrained = Compiler.compile(graph, stages.options(0));
      for (double factor : MACS_FACTORS) {
        rows.add(new MemoryRow(network, factor, measure(graph, factor, unconstrained, stages)));
      }
    } catch (UnsupportedModelException e) {
      String reason = String.valueOf(e.getMessage());
      return MACS_FACTORS.stream()
          .map(factor -> new MemoryRow(network, factor, new Unsupported(reason)))
          .toList();
    } catch (BudgetTooSmallException e) {
      throw new IllegalStateException("no limit was too small: " + e.getMessage(), e);
    }
    return rows;
  }

  private Compiled measure(Graph graph, double factor, Compilation unconstrained, Stages stages)
      throws Exception {
    int stage = 1 + 2 * MACS_FACTORS.indexOf(factor);
    long start = System.nanoTime();
    Compilation smallest =
        Compiler.compileSmallest(graph, stages.options(stage).withMaxMacs(factor));
    long compileMillis = (System.nanoTime() - start) / 1_000_000;
    try (LoadedNetwork small = LoadedNetwork.of(smallest, opener)) {
      List<Long> nanos = new ArrayList<>();
      List<Long> unconstrainedNanos = new ArrayList<>();
      Optional<String> remark = Optional.empty();
      if (runs == 0) {
        small.infer();
      } else {
        remark = race(small, unconstrained, nanos, unconstrainedNanos, stages, stage + 1);
      }
      long highWater = small.status().highWater();
      if (highWater != smallest.certificate().footprint()) {
        throw new IllegalStateException(
            "%s touched %d bytes of secure memory, but %d are certified"
                .formatted(graph.name(), highWater, smallest.certificate().footprint()));
      }
      return new Compiled(
          smallest.certificate(),
          unconstrained.certificate(),
          compileMillis,
          OptionalLong.of(highWater),
          median(nanos),
          median(unconstrainedNanos),
          remark);
    }
  }

  /** Times both in turns, so that what slows the machine down slows both; says what hindered it. */
  private Optional<String> race(
      LoadedNetwork small,
      Compilation unconstrained,
      List<Long> nanos,
      List<Long> unconstrainedNanos,
      Stages stages,
      int stage)
      throws Exception {
    try (LoadedNetwork large = LoadedNetwork.of(unconstrained, opener)) {
      for (int run = 0; run < runs; run++) {
        nanos.add(small.infer());
        unconstrainedNanos.add(large.infer());
        stages.report(stage, run + 1, runs);
      }
      return Optional.empty();
    } catch (WorldException e) {
      // Mostly the limit on locked memory: what is small can be timed all the same.
      for (int run = nanos.size(); run < runs; run++) {
        nanos.add(small.infer());
        stages.report(stage, run + 1, runs);
      }
      unconstrainedNanos.clear();
      return Optional.of("not timed unconstrained: " + e.getMessage());
    }
  }

  private static OptionalDouble median(List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.round(sorted.get((sorted.size() - 1) / 2) / 1e4) / 100.0);
  }

  private record Stages(ProgressListener listener, int count) {
    CompileOptions options(int stage) {
      return CompileOptions.unlimited()
          .withProgress((task, done, total) -> report(stage, done, total));
    }

    void report(int stage, int done, int total) {
      listener.progress((long) stage * PARTS + (long) PARTS * done / total, (long) count * PARTS);
    }
  }
}
