package dev.strongroom.bench.engine;

/** Who computes a model. */
public enum Contestant {
  /** Our engine, all weights resident. */
  STRONGROOM("strongroom"),
  /** Our engine in the smallest memory in which it multiplies at most 1.3 times as often. */
  STRONGROOM_SMALLEST("strongroom-smallest"),
  /** Our engine, weights and activations quantised to 8-bit integers, all weights resident. */
  STRONGROOM_INT8("strongroom int8"),
  ONNX_RUNTIME("onnxruntime");

  private final String label;

  Contestant(String label) {
    this.label = label;
  }

  /** How scripts know it. */
  public String label() {
    return label;
  }
}
