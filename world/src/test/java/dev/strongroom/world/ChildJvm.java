package dev.strongroom.world;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How tests start further virtual machines with the classes under test on their class path. */
final class ChildJvm {
  private ChildJvm() {}

  /** The rooms' classes and the tests' own, as directories or jars. */
  static List<Path> classPath() {
    List<Path> entries = new ArrayList<>();
    Stream.of("jdk.module.path", "java.class.path")
        .map(property -> System.getProperty(property, ""))
        .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath())
        .forEach(entries::add);
    entries.add(Path.of(System.getProperty("basedir", ""), "target/test-classes").toAbsolutePath());
    return entries.stream().distinct().toList();
  }

  static List<String> command(List<Path> classPath, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx128m");
    command.add("-XX:+UseSerialGC");
    command.add("--class-path");
    command.add(String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }
}
