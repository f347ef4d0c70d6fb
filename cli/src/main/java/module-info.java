/** The {@code strongroom} command: the one place where all rooms meet. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.cli {
  requires static org.jspecify;
  requires dev.strongroom.bench;
  requires dev.strongroom.graph;
  requires dev.strongroom.compiler;
  requires dev.strongroom.seal;
  requires dev.strongroom.world;
  requires info.picocli;
  requires tools.jackson.databind;
  requires me.tongfei.progressbar;
  requires java.desktop;

  // Picocli fills in annotated fields.
  opens dev.strongroom.cli to
      info.picocli;
}
