package dev.arpg4j.cli;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The small model that golden numbers were made with. */
final class GoldenModel {
  private GoldenModel() {}

  static Path file() {
    try {
      return Path.of(
          Objects.requireNonNull(
                  GoldenModel.class.getResource("/golden/arpg-micro/model.safetensors"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
