/** Measures what the other rooms do, on instances that others can measure too. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.bench {
  requires static org.jspecify;
  requires transitive dev.strongroom.compiler;
  requires transitive dev.strongroom.seal;
  requires transitive dev.strongroom.world;

  exports dev.strongroom.bench;
  exports dev.strongroom.bench.memory;
}
