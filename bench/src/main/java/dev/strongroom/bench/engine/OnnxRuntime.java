package dev.strongroom.bench.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.strongroom.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime with a model, all of its optimisations on. */
final class OnnxRuntime implements Runner {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

  /**
   * @param model the bytes of an ONNX file
   * @param tensors a value for each input
   * @param threads that work on one operator
   */
  OnnxRuntime(byte[] model, Map<String, Tensor> tensors, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      // Otherwise its threads would wait busily for the next inference while it is our turn.
      options.addConfigEntry("session.force_spinning_stop", "1");
      session = environment.createSession(model, options);
    }
    for (Map.Entry<String, Tensor> input : tensors.entrySet()) {
      inputs.put(input.getKey(), tensor(input.getValue()));
    }
  }

  private OnnxTensor tensor(Tensor tensor) throws OrtException {
    long[] shape = Arrays.stream(tensor.shape().dims()).asLongStream().toArray();
    ByteBuffer data = tensor.data();
    return switch (tensor.dataType()) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, data.asFloatBuffer(), shape);
      case INT32 -> OnnxTensor.createTensor(environment, data.asIntBuffer(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, data.asLongBuffer(), shape);
      default -> throw new IllegalArgumentException("no input here is of " + tensor.type());
    };
  }

  @Override
  public void run() throws OrtException {
    session.run(inputs).close();
  }

  @Override
  public Map<String, float[]> outputs() throws OrtException {
    Map<String, float[]> outputs = new LinkedHashMap<>();
    try (OrtSession.Result result = session.run(inputs)) {
      for (Map.Entry<String, OnnxValue> output : result) {
        FloatBuffer elements = ((OnnxTensor) output.getValue()).getFloatBuffer();
        float[] values = new float[elements.remaining()];
        elements.get(values);
        outputs.put(output.getKey(), values);
      }
    }
    return outputs;
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    session.close();
  }
}
