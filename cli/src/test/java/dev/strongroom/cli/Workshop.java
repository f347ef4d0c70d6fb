package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/**
 * Keys, and a small real model (PP-OCR's text-direction classifier, 0.6 MB) at each of its stages,
 * made by the commands themselves.
 */
record Workshop(Path directory) {
  static final String SHAPE = "x=1,3,48,192";

  /** Makes everything in {@code directory}. */
  static Workshop in(Path directory) throws RequestException {
    Workshop workshop = new Workshop(directory);
    done("keys", "vendor", "-o", workshop.file("vendor.key"));
    done("keys", "vendor", "-o", workshop.file("stranger.key"));
    done("keys", "device", "-o", workshop.file("device"));
    done(
        "compile",
        workshop.model(),
        "-o",
        workshop.file("model.program"),
        "--secure-memory",
        "1MiB",
        "--shape",
        SHAPE);
    workshop.seal("model.program", "vendor.key", "model.sealed");
    workshop.seal("model.program", "stranger.key", "strange.sealed");
    return workshop;
  }

  /** Seals for the device. */
  void seal(String program, String vendor, String sealed) {
    done(
        "seal",
        file(program),
        "--vendor",
        file(vendor),
        "--device",
        file("device/device.pub"),
        "--model-id",
        "direction",
        "--model-version",
        "3",
        "-o",
        file(sealed));
  }

  /** The model as its makers saved it. */
  String model() throws RequestException {
    return Distribution.model("ch_ppocr_mobile_v2.0_cls_infer.onnx").toString();
  }

  String file(String name) {
    return directory.resolve(name).toString();
  }

  private static void done(String... args) {
    CommandLineRun run = CommandLineRun.of(args);
    assertThat(run.status()).as("%s: %s", String.join(" ", args), run.err()).isZero();
  }
}
