package dev.strongroom.cli;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The engine that answers are compared with. */
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRuntime(Path model) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    session = environment.createSession(model.toString(), options);
  }

  /** The first output for the only input. */
  float[] run(String input, float[] values, long... shape) throws OrtException {
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      return floats((OnnxTensor) result.get(0));
    }
  }

  /** The first output for inputs of 64-bit integers, all of one shape. */
  float[] run(Map<String, long[]> inputs, long... shape) throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, long[]> input : inputs.entrySet()) {
        tensors.put(
            input.getKey(),
            OnnxTensor.createTensor(environment, LongBuffer.wrap(input.getValue()), shape));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        return floats((OnnxTensor) result.get(0));
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static float[] floats(OnnxTensor tensor) {
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
