package dev.arpg4j.verify.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenBoundsTest {
  private static final String ERROR = "torch_float32_max_abs_error";

  @TempDir Path folder;

  @Test
  void guidedLogitsAreHeldToTheirRunsStatedError() {
    try (Backend cpu = backend("cpu")) {
      GoldenBounds bounds = GoldenBounds.of(cpu, file("forward", Map.of(ERROR, "1e-6")));
      TensorFile generate = file("generate", Map.of("power." + ERROR, "5e-6"));
      assertThat(bounds.guided(cpu, generate, "power.", 6.9)).isCloseTo(2e-5, within(1e-18));
    }
  }

  /** 7 = 4 + 3: what the weights of the two branches are, without their signs. */
  @Test
  void withoutAStatedErrorTheWeightSpreadsThatOfTheBranches() {
    try (Backend cpu = backend("cpu")) {
      GoldenBounds bounds = GoldenBounds.of(cpu, file("forward", Map.of(ERROR, "1e-6")));
      TensorFile generate = file("generate", Map.of("power." + ERROR, "5e-6"));
      assertThat(bounds.guided(cpu, generate, "constant.", 4)).isCloseTo(28e-6, within(1e-18));
    }
  }

  @Test
  void float64IsHeldToItsOwn() {
    try (Backend oracle = backend("oracle")) {
      TensorFile stated = file("forward", Map.of(ERROR, "1e-6"));
      assertThat(GoldenBounds.of(oracle, stated).guided(oracle, stated, "", 4)).isEqualTo(1e-9);
    }
  }

  private static Backend backend(String name) {
    return BackendProvider.named(name).open(BackendProvider.Settings.allCores());
  }

  private TensorFile file(String name, Map<String, String> metadata) {
    Path path = folder.resolve(name + ".safetensors");
    new SafetensorsWriter().metadata(metadata).doubles("logits", Shape.of(1), 0).write(path);
    return TensorFile.open(path);
  }
}
