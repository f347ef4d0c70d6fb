/**
 * Runs a verified Program in one block of secure memory.
 *
 * <p>Until HotSpot's C2 has compiled a kernel, every operation on a vector in it is a call that
 * allocates: a thousand times as slow, and the methods called so often become hot and are compiled
 * first, in vain. {@link dev.strongroom.engine.Engine#warmUp} therefore works best in a process
 * started with options that have C2 compile kernels early, and the thread that runs one wait for
 * it:
 *
 * <pre>
 * -XX:CompileCommand=quiet
 * -XX:CompileCommand=CompileThresholdScaling,dev.strongroom.engine.kernel.*::*,0.01
 * -XX:CompileCommand=BackgroundCompilation,dev.strongroom.engine.kernel.*::*,false
 * </pre>
 *
 * <p>And what C2 compiles must not have objects for vectors in it, since it does not compile it
 * again. An operation of the vector classes is the same method for all lengths; where C2 has seen
 * it called for two of them, it writes both out behind a question for the class, and what joins
 * behind them is an object. So it must not guess by what it has seen more often. Nor may C1 compile
 * kernels without counters while C2 is busy: it has too few registers to do it with counters once
 * such a loop runs, and then leaves it at that.
 *
 * <pre>
 * -XX:CompileCommand=BackgroundCompilation,jdk.incubator.vector.*::*,false
 * -XX:CompileCommand=BackgroundCompilation,jdk.internal.vm.vector.*::*,false
 * -XX:Tier3DelayOn=1000
 * -XX:-UseBimorphicInlining
 * -XX:TypeProfileMajorReceiverPercent=100
 * </pre>
 *
 * <p>Last, C2 adds up how often each method that it inlines has ever hit a trap. Where the sum
 * reaches a limit it believes no counter any more and keeps both ways of every check. A kernel
 * inlines some hundred methods, most of them the same few, so one trap long ago is enough.
 *
 * <pre>
 * -XX:PerMethodTrapLimit=100000
 * </pre>
 *
 * <p>And C2 gets two threads, from the beginning, since {@code warmUp} waits for two kernels at a
 * time.
 *
 * <pre>
 * -XX:CICompilerCount=3
 * -XX:-UseDynamicNumberOfCompilerThreads
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package dev.strongroom.engine;
