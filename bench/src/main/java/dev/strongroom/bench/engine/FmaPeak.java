package dev.strongroom.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The most floating-point operations a second that this machine can do: fused multiply-adds on its
 * widest vectors, in registers alone.
 */
final class FmaPeak {
  private static final VectorSpecies<Float> WIDEST = FloatVector.SPECIES_PREFERRED;

  /** Chains that do not wait for each other; with both factors they just fit 16 registers. */
  private static final int CHAINS = 12;

  private static final int WARM_CALLS = 20_000;
  private static final int WARM_TURNS = 64;
  private static final int TURNS = 1 << 18;
  private static final int BURSTS = 100;

  private FmaPeak() {}

  /** 10^9 operations a second of {@code threads} at once, a multiplication and an addition two. */
  static double gflops(int threads) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      Callable<Double> measure = () -> measure(start);
      List<Future<Double>> each = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        each.add(pool.submit(measure));
      }
      double sum = 0;
      for (Future<Double> one : each) {
        sum += one.get();
      }
      return sum;
    }
  }

  /** The best of some bursts: what takes longer was interrupted. */
  private static double measure(CyclicBarrier start) throws Exception {
    float[] first = new float[CHAINS];
    for (int i = 0; i < CHAINS; i++) {
      first[i] = 1 + i;
    }
    float sum = 0;
    for (int i = 0; i < WARM_CALLS; i++) {
      sum += burst(first, WARM_TURNS);
    }
    double best = 0;
    for (int i = 0; i < BURSTS; i++) {
      start.await();
      long begin = System.nanoTime();
      sum += burst(first, TURNS);
      long nanos = System.nanoTime() - begin;
      best = Math.max(best, 2.0 * CHAINS * WIDEST.length() * TURNS / nanos);
    }
    if (Float.isNaN(sum)) {
      throw new IllegalStateException("the sum of all chains is no number");
    }
    return best;
  }

  /** Chains begin with different numbers: the compiler would compute equal ones once. */
  private static float burst(float[] first, int turns) {
    FloatVector factor = FloatVector.broadcast(WIDEST, 0.5f);
    FloatVector term = FloatVector.broadcast(WIDEST, 1);
    FloatVector a = FloatVector.broadcast(WIDEST, first[0]);
    FloatVector b = FloatVector.broadcast(WIDEST, first[1]);
    FloatVector c = FloatVector.broadcast(WIDEST, first[2]);
    FloatVector d = FloatVector.broadcast(WIDEST, first[3]);
    FloatVector e = FloatVector.broadcast(WIDEST, first[4]);
    FloatVector f = FloatVector.broadcast(WIDEST, first[5]);
    FloatVector g = FloatVector.broadcast(WIDEST, first[6]);
    FloatVector h = FloatVector.broadcast(WIDEST, first[7]);
    FloatVector i = FloatVector.broadcast(WIDEST, first[8]);
    FloatVector j = FloatVector.broadcast(WIDEST, first[9]);
    FloatVector k = FloatVector.broadcast(WIDEST, first[10]);
    FloatVector l = FloatVector.broadcast(WIDEST, first[11]);
    for (int turn = 0; turn < turns; turn++) {
      a = a.fma(factor, term);
      b = b.fma(factor, term);
      c = c.fma(factor, term);
      d = d.fma(factor, term);
      e = e.fma(factor, term);
      f = f.fma(factor, term);
      g = g.fma(factor, term);
      h = h.fma(factor, term);
      i = i.fma(factor, term);
      j = j.fma(factor, term);
      k = k.fma(factor, term);
      l = l.fma(factor, term);
    }
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
  }
}
