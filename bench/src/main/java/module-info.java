/** Measures what the other rooms do, on instances that others can measure too. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.bench {
  requires static org.jspecify;
  requires dev.strongroom.compiler;

  exports dev.strongroom.bench;
}
