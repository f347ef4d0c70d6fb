package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.program.CompiledModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every step of a compiled model has a time, those that open weights too. */
class StepTimesTest {
  @TempDir private Path directory;

  @Test
  void everyStepTakesSomeTime() throws Exception {
    Compilation compilation =
        Compiler.compileSmallest(SmallNetwork.graph(), CompileOptions.unlimited());
    assertThat(compilation.certificate().bytesOpened()).isPositive();
    Path file = directory.resolve("small.program");
    new CompiledModel(compilation.program(), compilation.weights()).write(file);
    List<Duration> times = StepTimes.measure(file);
    assertThat(times).hasSize(compilation.program().steps().size());
    // A clock may be too coarse for the smallest of them.
    assertThat(times).allSatisfy(time -> assertThat(time.isNegative()).isFalse());
    assertThat(times.stream().reduce(Duration.ZERO, Duration::plus)).isPositive();
  }
}
