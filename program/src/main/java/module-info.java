/** The executable contract between the worlds: steps, views, chunks, their codec and verifier. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.program {
  requires static org.jspecify;

  exports dev.strongroom.program;
}
