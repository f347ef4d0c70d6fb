package dev.strongroom.world.local;

import java.io.File;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where modules lie, those of the trusted side above all: the very ones that this process runs,
 * looked for among the resolved modules, then on the module path, then on the class path.
 */
public final class ModulePath {
  /** The modules of the trusted side: the whole trusted computing base that is ours. */
  static final List<String> TRUSTED =
      List.of(
          "dev.strongroom.program",
          "dev.strongroom.seal",
          "dev.strongroom.engine",
          "dev.strongroom.world");

  private ModulePath() {}

  /**
   * The jars and directories of {@code modules}, joined as {@code --module-path} takes them; empty
   * if they are part of the run-time image.
   *
   * @throws FindException if one of them is not to be found
   */
  public static String of(List<String> modules) {
    Set<Path> places = new LinkedHashSet<>();
    for (String module : modules) {
      URI location =
          resolved(module)
              .or(() -> on("jdk.module.path", module))
              .or(() -> on("java.class.path", module))
              .orElseThrow(
                  () ->
                      new FindException(
                          "module %s is neither on the module path nor on the class path"
                              .formatted(module)));
      if (!location.getScheme().equals("jrt")) {
        places.add(Path.of(location));
      }
    }
    return places.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static Optional<URI> resolved(String module) {
    ModuleLayer layer =
        Optional.ofNullable(ModulePath.class.getModule().getLayer()).orElse(ModuleLayer.boot());
    return layer
        .configuration()
        .findModule(module)
        .map(ResolvedModule::reference)
        .flatMap(ModuleReference::location);
  }

  private static Optional<URI> on(String property, String module) {
    return Stream.of(System.getProperty(property, "").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(Files::exists)
        .map(entry -> inside(entry, module))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<URI> inside(Path entry, String module) {
    try {
      return ModuleFinder.of(entry).find(module).flatMap(ModuleReference::location);
    } catch (FindException otherThingsOnTheClassPath) {
      return Optional.empty();
    }
  }
}
