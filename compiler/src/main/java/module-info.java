@org.jspecify.annotations.NullMarked
module dev.strongroom.compiler {
  requires static org.jspecify;
  requires transitive dev.strongroom.graph;
  requires transitive dev.strongroom.program;
}
