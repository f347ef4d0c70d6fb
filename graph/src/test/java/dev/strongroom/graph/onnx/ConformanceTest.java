package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strongroom.graph.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** ONNX's own backend tests, those of them that conformance.txt lists. */
class ConformanceTest {
  /** Where Debian's package puts them. */
  private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data");

  @TestFactory
  Stream<DynamicTest> theInterpreterComputesWhatOnnxSpecifies() throws IOException {
    assumeTrue(
        Files.isDirectory(DATA),
        "ONNX's conformance tests are left out: the Debian package libonnx-testdata is not installed");
    String list;
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("conformance.txt"))) {
      list = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return list.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" "))
        .flatMap(words -> Arrays.stream(words).skip(1).map(mode -> test(words[0], mode)));
  }

  private static DynamicTest test(String name, String mode) {
    return DynamicTest.dynamicTest(
        name + " " + mode,
        () -> {
          Conformance test = new Conformance(DATA.resolve(name));
          Conformance.Mode how = Conformance.Mode.valueOf(mode.toUpperCase(Locale.ROOT));
          Map<String, Tensor> expected = test.expected();
          if (how == Conformance.Mode.FLOAT) {
            expected =
                expected.entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            e -> e.getKey() + "_float", e -> Conformance.numbers(e.getValue())));
          }
          Map<String, Tensor> actual = test.run(how);
          assertThat(actual).containsOnlyKeys(expected.keySet());
          for (Map.Entry<String, Tensor> e : expected.entrySet()) {
            TensorAssert.assertClose(actual.get(e.getKey()), e.getValue(), 1e-3, 1e-5);
          }
        });
  }
}
