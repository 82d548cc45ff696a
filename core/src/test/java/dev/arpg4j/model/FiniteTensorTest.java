package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that are not finite are refused where they are read, whoever reads them and how. */
class FiniteTensorTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "F32, NaN, NaN at [1; 2]; expected a number",
    "F32, -Infinity, -Infinity at [1; 2]; expected a number",
    "F16, Infinity, Infinity at [1; 2]; expected a number",
    "BF16, NaN, NaN at [1; 2]; expected a number",
    "F64, NaN, NaN at [1; 2]; expected a number"
  })
  void refusesWhatIsNotFinite(ElementType type, double odd, String said) {
    for (Path path : files(type, List.of(weight(odd)))) {
      WeightSource tensor = ModelWeights.of(TensorFile.open(path)).of("w");
      String message = path + ": tensor w holds " + said.replace("; 2", ", 2");
      try (WeightSource.Reader reader = tensor.open()) {
        assertThatThrownBy(() -> reader.read(0, new float[7], 1, 6))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(message);
        assertThatThrownBy(() -> reader.read(2, new double[7], 2, 4))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(message);
        double[] before = new double[5];
        reader.read(0, before, 0, 5);
        assertThat(before).containsExactly(0, 1, 2, 3, 4);
      }
    }
  }

  @Test
  void refusesWhatNoFloatHoldsOnlyAsFloats() {
    Path path = files(ElementType.F64, List.of(weight(1e300))).getFirst();
    WeightSource tensor = ModelWeights.of(TensorFile.open(path)).of("w");
    try (WeightSource.Reader reader = tensor.open()) {
      assertThatThrownBy(() -> reader.read(5, new float[1], 0, 1))
          .hasMessage(
              path + ": tensor w holds 1.0E300 at [1, 2]; expected no more than float32 holds");
      double[] value = new double[1];
      reader.read(5, value, 0, 1);
      assertThat(value).containsExactly(1e300);
    }
  }

  @Test
  void theLargestFloatsPass() {
    Path path = files(ElementType.F32, List.of(weight(-Float.MAX_VALUE))).getFirst();
    try (WeightSource.Reader reader = ModelWeights.of(TensorFile.open(path)).of("w").open()) {
      float[] value = new float[1];
      reader.read(5, value, 0, 1);
      assertThat(value).containsExactly(-Float.MAX_VALUE);
    }
  }

  @Test
  void modelsAndTokenizersAreReadSo() {
    ArpgConfig config = ArpgConfig.published(1024, 16, 12, 12, 16, 16_384, 1_000);
    Path model =
        HollowFile.torch(
            folder.resolve("hollow.pt"),
            ElementType.F16,
            new ArrayList<>(HollowFile.outlines(config)));
    assertThat(Checkpoint.read(model).weights().of("head.weight")).isInstanceOf(FiniteTensor.class);

    VqConfig sizes = new VqConfig(32, List.of(1, 2), 16, 50, 8);
    VqCheckpoint tokenizer = VqCheckpoint.random(sizes, 1);
    List<WeightSource> weights = new ArrayList<>();
    sizes.parameters().forEach(each -> weights.add(tokenizer.weights().of(each.name())));
    for (Path path : files(ElementType.BF16, weights)) {
      assertThat(VqCheckpoint.read(path).weights().of("quant_conv.weight"))
          .isInstanceOf(FiniteTensor.class);
    }
  }

  private static WeightSource weight(double last) {
    return new ArraySource("w", Shape.of(2, 3), 0, 1, 2, 3, 4, last);
  }

  /** The same weights in both containers, if both can hold them. */
  private List<Path> files(ElementType type, List<WeightSource> weights) {
    Path safetensors = folder.resolve("l.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    weights.forEach(weight -> writer.add(weight, type));
    writer.write(safetensors);
    if (type == ElementType.F64) {
      return List.of(safetensors);
    }
    Path torch = folder.resolve("l.pt");
    TorchSave.of(type).write(torch, weights);
    return List.of(safetensors, torch);
  }
}
