/** Where sealed models run: the caller's view of a secure world, and the local world itself. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.world {
  requires static org.jspecify;
  requires transitive dev.strongroom.program;
  requires transitive dev.strongroom.seal;
  // The trusted side's process adds it; a caller's process never loads it.
  requires static dev.strongroom.engine;

  exports dev.strongroom.world;
}
