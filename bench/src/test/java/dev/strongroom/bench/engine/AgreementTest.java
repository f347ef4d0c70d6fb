package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers agree within 1e-4 of what is expected, or within 1e-5. */
class AgreementTest {
  private static void require(float ours, float theirs) {
    Agreement.require(
        "ours", Map.of("y", new float[] {1, ours}), Map.of("y", new float[] {1, theirs}));
  }

  @Test
  void aSmallDeviationIsAllowed() {
    assertThatCode(() -> require(1_000.09f, 1_000)).doesNotThrowAnyException();
    assertThatCode(() -> require(-9e-6f, 0)).doesNotThrowAnyException();
  }

  @Test
  void aLargerOneIsSaidWithBothValuesAndWhereItIs() {
    assertThatThrownBy(() -> require(1_000.2f, 1_000))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessage("ours gives 1000.2 as element 1 of output y where ONNX Runtime gives 1000.0");
    assertThatThrownBy(() -> require(2e-5f, 0)).isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void whatIsNoNumberAgreesWithNothing() {
    assertThatThrownBy(() -> require(Float.NaN, 0)).isInstanceOf(WrongAnswerException.class);
    assertThatThrownBy(() -> require(0, Float.NaN)).isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void otherOutputsOrAnotherNumberOfElementsAreNoAnswer() {
    Map<String, float[]> theirs = Map.of("y", new float[2]);
    assertThatThrownBy(() -> Agreement.require("ours", Map.of("z", new float[2]), theirs))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessage("ours has outputs [z] where ONNX Runtime has [y]");
    assertThatThrownBy(() -> Agreement.require("ours", Map.of("y", new float[3]), theirs))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessage("ours gives 3 elements of output y where ONNX Runtime gives 2");
  }
}
