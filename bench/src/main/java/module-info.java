/** Measures what the other rooms do, on instances that others can measure too. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.bench {
  requires static org.jspecify;
  requires com.google.protobuf;
  requires transitive dev.strongroom.compiler;
  requires transitive dev.strongroom.seal;
  requires transitive dev.strongroom.world;
  // Processes of their own measure the engine, beside another one or by JMH: they add them, nobody
  // else needs them.
  requires static com.microsoft.onnxruntime;
  requires static dev.strongroom.engine;
  requires static jdk.incubator.vector;
  requires static jdk.management;
  requires static jmh.core;

  exports dev.strongroom.bench;
  exports dev.strongroom.bench.engine;
  exports dev.strongroom.bench.memory;
}
