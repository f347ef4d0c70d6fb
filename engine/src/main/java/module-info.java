@org.jspecify.annotations.NullMarked
module dev.strongroom.engine {
  requires static org.jspecify;
  requires jdk.incubator.vector;
  requires transitive dev.strongroom.program;
}
