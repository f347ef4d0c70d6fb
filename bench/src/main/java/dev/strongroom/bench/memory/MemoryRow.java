package dev.strongroom.bench.memory;

import dev.strongroom.compiler.Certificate;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A network in the smallest secure memory with which it compiles.
 *
 * @param network which
 * @param macsFactor the multiply-accumulates that were allowed, relative to the network's own
 * @param outcome what came of it
 */
public record MemoryRow(Network network, double macsFactor, Outcome outcome) {

  /** What came of a network. */
  public sealed interface Outcome {}

  /** It does not compile yet, and why. */
  public record Unsupported(String reason) implements Outcome {}

  /**
   * It compiled.
   *
   * @param smallest what it costs in the smallest budget
   * @param unconstrained what it costs where all weights are resident
   * @param compileMillis how long finding the smallest took
   * @param highWater secure memory that an inference really touched, in bytes; empty if none ran
   * @param latency median of the inferences in the smallest budget, if they were timed
   * @param unconstrainedLatency the same with all weights resident
   * @param remark why something that was wanted is missing
   */
  public record Compiled(
      Certificate smallest,
      Certificate unconstrained,
      long compileMillis,
      OptionalLong highWater,
      OptionalDouble latency,
      OptionalDouble unconstrainedLatency,
      Optional<String> remark)
      implements Outcome {
    /** Multiply-accumulates of one inference, relative to those of a network computed once. */
    public double macsUsed() {
      return (double) smallest.macs() / (smallest.macs() - smallest.extraMacs());
    }
  }
}
