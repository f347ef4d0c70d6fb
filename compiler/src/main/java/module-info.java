/**
 * Turns a Graph into a Program: the smallest secure footprint we know how to reach, and its proof.
 */
@org.jspecify.annotations.NullMarked
module dev.strongroom.compiler {
  requires static org.jspecify;
  requires transitive dev.strongroom.graph;
  requires transitive dev.strongroom.program;

  exports dev.strongroom.compiler;
  exports dev.strongroom.compiler.optee;
  exports dev.strongroom.compiler.place to
      dev.strongroom.bench;
  exports dev.strongroom.compiler.quantise;
}
