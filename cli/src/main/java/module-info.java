@org.jspecify.annotations.NullMarked
module dev.strongroom.cli {
  requires static org.jspecify;
  requires dev.strongroom.graph;
  requires dev.strongroom.compiler;
  requires dev.strongroom.seal;
  requires dev.strongroom.world;
  requires info.picocli;
  requires tools.jackson.databind;
  requires java.desktop;
}
