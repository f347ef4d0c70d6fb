package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.strongroom.cli.demo.CtcDecoder;
import dev.strongroom.cli.demo.LineReader;
import dev.strongroom.cli.picture.Pictures;
import dev.strongroom.graph.onnx.OnnxModel;
import java.awt.image.BufferedImage;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Drawn pictures are legible to the recogniser itself, here as ONNX Runtime computes it. */
class ReadabilityTest {
  private static final Path MODEL = modelFile();

  private static Path modelFile() {
    try {
      return Distribution.model("ch_PP-OCRv4_rec_infer.onnx");
    } catch (RequestException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theRecogniserReadsWhatIsDrawn() throws Exception {
    CtcDecoder decoder = CtcDecoder.ofLines(OnnxModel.read(MODEL).metadata().get("character"));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(MODEL.toString())) {
      for (Pictures kind : Pictures.values()) {
        read(environment, session, decoder, kind, kind.exampleText());
      }
      read(environment, session, decoder, Pictures.PARCEL, "ABCDEFGHIJKLM");
      read(environment, session, decoder, Pictures.PARCEL, "NOPQRSTUVWXYZ");
      read(environment, session, decoder, Pictures.METER, "6133915");
      read(environment, session, decoder, Pictures.CARD, "4012 8888 8888 1881");
    }
  }

  private static void read(
      OrtEnvironment environment,
      OrtSession session,
      CtcDecoder decoder,
      Pictures kind,
      String text)
      throws Exception {
    BufferedImage picture = kind.draw(text);
    LineReader reader = new LineReader(LineReader.widthFor(picture), decoder);
    long[] shape = {1, 3, LineReader.HEIGHT, reader.width()};
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, reader.tensor(picture).asFloatBuffer(), shape);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      OnnxTensor probabilities = (OnnxTensor) result.get(0);
      assertThat(reader.text(probabilities.getByteBuffer().order(ByteOrder.LITTLE_ENDIAN)).text())
          .as("a picture of a %s that says %s", kind, text)
          .isEqualTo(text);
    }
  }
}
