package dev.strongroom.world;

import dev.strongroom.world.local.ModulePath;
import java.util.List;

/**
 * How to start a virtual machine that runs the engine as the trusted side's does: what C2 makes of
 * its kernels depends on that, so whoever measures them has to start one the same way.
 */
public final class EngineJvm {
  private EngineJvm() {}

  /** The flags on which the speed of kernels depends. */
  public static List<String> flags() {
    return List.of(
        // Kernels are worthless until C2 has compiled them: it does so at once, and we wait.
        "-XX:CompileCommand=quiet",
        "-XX:CompileCommand=CompileThresholdScaling,dev.strongroom.engine.kernel.*::*,0.01",
        "-XX:CompileCommand=BackgroundCompilation,dev.strongroom.engine.kernel.*::*,false",
        // So that what they call is counted from then on, and not after we have stopped calling it.
        "-XX:CompileCommand=BackgroundCompilation,jdk.incubator.vector.*::*,false",
        "-XX:CompileCommand=BackgroundCompilation,jdk.internal.vm.vector.*::*,false",
        // Without this, what becomes hot while C2 is busy is compiled without counters first, and a
        // kernel may stay so: C1 has too few registers for its loops with counters.
        "-XX:Tier3DelayOn=1000",
        // What a call reached most often says nothing of what it reaches here, and guessing by it
        // makes objects of vectors: see dev.strongroom.engine.
        "-XX:-UseBimorphicInlining",
        "-XX:TypeProfileMajorReceiverPercent=100",
        // C2 adds up the traps that all methods it inlines have ever hit, and from 100 on it keeps
        // both ways of every check. A dozen vector operations inline a hundred methods.
        "-XX:PerMethodTrapLimit=100000",
        // Two kernels are waited for at a time: one thread for C1, two for C2, from the beginning.
        "-XX:CICompilerCount=3",
        "-XX:-UseDynamicNumberOfCompilerThreads");
  }

  /**
   * Where {@code modules} lie that this process runs or could run, joined as {@code --module-path}
   * takes them; empty if they are part of the run-time image.
   *
   * @throws java.lang.module.FindException if one of them is not to be found
   */
  public static String modulePath(List<String> modules) {
    return ModulePath.of(modules);
  }
}
