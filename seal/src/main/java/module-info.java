/** Keys, the sealed model, and the channel over which input and answer cross. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.seal {
  requires static org.jspecify;
  requires transitive dev.strongroom.program;

  exports dev.strongroom.seal;
}
