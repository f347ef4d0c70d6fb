package dev.strongroom.bench.engine;

import java.util.Map;

/** Whether two engines answer the same. */
final class Agreement {
  static final double RELATIVE = 1e-4;
  static final double ABSOLUTE = 1e-5;

  private Agreement() {}

  /**
   * Checks that every element of ours differs from theirs by at most {@link #RELATIVE} of theirs or
   * by {@link #ABSOLUTE}.
   *
   * @param who answers, for the message
   * @throws WrongAnswerException if one differs by more
   */
  static void require(String who, Map<String, float[]> ours, Map<String, float[]> theirs) {
    if (!ours.keySet().equals(theirs.keySet())) {
      throw new WrongAnswerException(
          "%s has outputs %s where ONNX Runtime has %s"
              .formatted(who, ours.keySet(), theirs.keySet()));
    }
    theirs.forEach(
        (name, expected) -> require(who, name, ours.getOrDefault(name, new float[0]), expected));
  }

  private static void require(String who, String output, float[] ours, float[] theirs) {
    if (ours.length != theirs.length) {
      throw new WrongAnswerException(
          "%s gives %d elements of output %s where ONNX Runtime gives %d"
              .formatted(who, ours.length, output, theirs.length));
    }
    for (int i = 0; i < ours.length; i++) {
      double allowed = Math.max(ABSOLUTE, RELATIVE * Math.abs((double) theirs[i]));
      // What is no number is within no distance.
      if (!(Math.abs((double) ours[i] - theirs[i]) <= allowed)) {
        throw new WrongAnswerException(
            "%s gives %s as element %d of output %s where ONNX Runtime gives %s"
                .formatted(who, ours[i], i, output, theirs[i]));
      }
    }
  }
}
