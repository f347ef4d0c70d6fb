@org.jspecify.annotations.NullMarked
module dev.strongroom.world {
  requires static org.jspecify;
  requires transitive dev.strongroom.program;
  requires transitive dev.strongroom.seal;
  requires static dev.strongroom.engine;
}
