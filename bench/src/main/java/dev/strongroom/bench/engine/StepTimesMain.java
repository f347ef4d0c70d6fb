package dev.strongroom.bench.engine;

import dev.strongroom.program.CompiledModel;
import java.nio.file.Path;
import java.time.Duration;

/** The process that times the steps of one compiled model, for {@link StepTimes}. */
final class StepTimesMain {
  private StepTimesMain() {}

  static void main(String[] arguments) {
    Parent.serve(
        parent -> {
          CompiledModel model = CompiledModel.read(Path.of(arguments[0]));
          try (LoadedEngine engine =
              new LoadedEngine(model, WeightStore.SEALED, ModelInputs.of(model.program()), 1)) {
            for (Duration time : StepTimes.of(engine, model.program().steps().size())) {
              parent.tell(Line.STEP, time.toNanos());
            }
          }
        });
  }
}
