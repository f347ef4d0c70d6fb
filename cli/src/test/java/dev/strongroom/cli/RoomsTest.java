package dev.strongroom.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom: the rooms of docs/architecture.md. */
class RoomsTest {
  private static final String ROOT = "dev.strongroom.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.strongroom");

  private static final Map<String, Set<String>> MAY_KNOW =
      Map.of(
          "graph", Set.of(),
          "program", Set.of(),
          "compiler", Set.of("graph", "program"),
          "engine", Set.of("program"),
          "seal", Set.of("program"),
          "world", Set.of("program", "seal", "engine"),
          "bench", Set.of("graph", "program", "compiler", "engine", "seal", "world"),
          "cli", Set.of("graph", "program", "compiler", "seal", "world", "bench"));

  @Test
  void everyRoomKnowsOnlyTheRoomsItMay() {
    assertThat(CLASSES).isNotEmpty();
    MAY_KNOW.forEach(
        (room, known) -> {
          String[] others =
              MAY_KNOW.keySet().stream()
                  .filter(o -> !o.equals(room) && !known.contains(o))
                  .map(o -> ROOT + o + "..")
                  .toArray(String[]::new);
          if (others.length > 0) {
            noClasses()
                .that()
                .resideInAPackage(ROOT + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(CLASSES);
          }
        });
  }

  @Test
  void onlyTheTrustedSideOfTheWorldUsesTheEngine() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "world..")
        .and()
        .resideOutsideOfPackage(ROOT + "world.trusted..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "engine..")
        .check(CLASSES);
    classes()
        .that()
        .resideInAPackage(ROOT + "world.trusted..")
        .should()
        .onlyBeAccessed()
        .byAnyPackage(ROOT + "world.trusted..")
        .check(CLASSES);
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void moduleDescriptorsSayTheSame() {
    Map<String, Set<String>> required = new TreeMap<>();
    for (ModuleDescriptor module : ourModules()) {
      Set<String> rooms =
          module.requires().stream()
              .map(ModuleDescriptor.Requires::name)
              .filter(name -> name.startsWith(ROOT))
              .map(name -> name.substring(ROOT.length()))
              .collect(Collectors.toCollection(TreeSet::new));
      required.put(module.name().substring(ROOT.length()), rooms);
    }
    assertThat(required.keySet()).isEqualTo(MAY_KNOW.keySet());
    required.forEach((room, rooms) -> assertThat(MAY_KNOW.get(room)).as(room).containsAll(rooms));
  }

  private static List<ModuleDescriptor> ourModules() {
    String paths =
        System.getProperty("jdk.module.path", "")
            + java.io.File.pathSeparator
            + System.getProperty("java.class.path");
    return Stream.of(paths.split(java.io.File.pathSeparator))
        .filter(entry -> entry.contains("strongroom") || entry.endsWith("classes"))
        .flatMap(entry -> descriptors(Path.of(entry)))
        .filter(m -> m.name().startsWith(ROOT))
        .distinct()
        .toList();
  }

  private static Stream<ModuleDescriptor> descriptors(Path entry) {
    try {
      return ModuleFinder.of(entry).findAll().stream().map(reference -> reference.descriptor());
    } catch (java.lang.module.FindException notAModule) {
      return Stream.empty();
    }
  }
}
