@org.jspecify.annotations.NullMarked
module dev.strongroom.seal {
  requires static org.jspecify;
  requires transitive dev.strongroom.program;
}
