package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code generate} says of the model it is given. */
class GenerateModelTest extends GenerateFixture {
  @Test
  void modelsWithoutCodebookGiveIds() throws IOException {
    Path ids = folder.resolve("ids.safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "generate",
            "--model",
            GoldenModel.file().toString(),
            "--steps",
            "3",
            "--tokens",
            ids.toString());
    assertThat(run.err())
        .isEqualTo(
            "model.safetensors: 2+2-layer ARPG of width 32, 55,936 parameters, float32"
                + System.lineSeparator());
    assertThat(names()).containsExactly("ids.json", "ids.safetensors");
    assertThat(TensorFile.open(ids).metadata())
        .containsEntry("steps", "3")
        .containsEntry("seed", "0");
  }

  @Test
  void saysWhenWeightsAreHeldWider() {
    Path narrow = folder.resolve("narrow.safetensors");
    CommandLineRun.of(
        "convert", GoldenModel.file().toString(), narrow.toString(), "--dtype", "bf16");
    List<String> arguments =
        List.of(
            "generate",
            "--model",
            narrow.toString(),
            "--count",
            "1",
            "--tokens",
            folder.resolve("ids.safetensors").toString());
    assertThat(CommandLineRun.of(arguments).err())
        .contains("bf16 and float32; held as float32 (--weights bf16 halves that)");
    assertThat(CommandLineRun.of(arguments, "--weights", "bf16").err())
        .contains("bf16 and float32")
        .doesNotContain("held as");
  }

  @Test
  void refusesWeightsThatAreNoNumbers() {
    TensorFile file = TensorFile.open(GoldenModel.file());
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      float[] values = tensor.readFloats();
      values[1] = tensor.name().equals("head.weight") ? Float.NaN : values[1];
      writer.floats(tensor.name(), tensor.shape(), values);
    }
    Path odd = folder.resolve("odd.safetensors");
    writer.write(odd);
    CommandLineRun run =
        CommandLineRun.of(
            "generate",
            "--model",
            odd.toString(),
            "--tokens",
            folder.resolve("ids.safetensors").toString());
    assertThat(run.err())
        .contains("arpg: " + odd + ": tensor head.weight holds NaN at [0, 1]; expected a number");
    assertThat(run.exitCode()).isEqualTo(2);
  }
}
