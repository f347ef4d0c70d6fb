/**
 * Runs a verified Program in one block of secure memory: kernels on the vector units and the small
 * mathematics they need. Memory is reached by absolute address, without bounds checks (see
 * UncheckedMemory), so the module needs {@code --enable-native-access=dev.strongroom.engine}.
 */
@org.jspecify.annotations.NullMarked
module dev.strongroom.engine {
  requires static org.jspecify;
  requires jdk.incubator.vector;
  requires transitive dev.strongroom.program;

  exports dev.strongroom.engine;
}
