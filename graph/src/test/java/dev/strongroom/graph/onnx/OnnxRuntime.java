package dev.strongroom.graph.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.strongroom.graph.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** Another engine's answers. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /** The first output of {@code model} for one input. */
  static Tensor run(byte[] model, String input, Tensor value) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(value.shape().dims()).asLongStream().toArray();
    try (OrtSession.SessionOptions options = options();
        OrtSession session = environment.createSession(model, options);
        OnnxTensor tensor =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(value.floats()), dims);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      FloatBuffer floats = output.getFloatBuffer();
      float[] values = new float[floats.remaining()];
      floats.get(values);
      return Tensor.ofFloats(
          values, Arrays.stream(output.getInfo().getShape()).mapToInt(d -> (int) d).toArray());
    }
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }
}
