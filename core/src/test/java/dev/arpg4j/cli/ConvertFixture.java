package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

/** Files to convert, in a folder of their own. */
abstract class ConvertFixture {
  @TempDir Path folder;

  /** The golden model in float64, with that first value. */
  Path float64(double first) {
    TensorFile file = TensorFile.open(GoldenModel.file());
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      double[] values = tensor.readDoubles();
      if (tensor.name().equals("embeddings.weight")) {
        values[0] = first;
      }
      writer.doubles(tensor.name(), tensor.shape(), values);
    }
    Path copy = folder.resolve("float64.safetensors");
    writer.write(copy);
    return copy;
  }

  Path convert(Path in, String out, String... flags) {
    Path target = folder.resolve(out);
    CommandLineRun run =
        CommandLineRun.of(List.of("convert", in.toString(), target.toString()), flags);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return target;
  }

  /** A copy with the embeddings changed and more metadata. */
  Path changed(Path source, UnaryOperator<float[]> change, Map<String, String> more) {
    TensorFile file = TensorFile.open(source);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata()).metadata(more);
    for (StoredTensor tensor : file.tensors().values()) {
      float[] values = tensor.readFloats();
      writer.floats(
          tensor.name(),
          tensor.shape(),
          tensor.name().equals("embeddings.weight") ? change.apply(values) : values);
    }
    Path copy = folder.resolve("changed.safetensors");
    writer.write(copy);
    return copy;
  }
}
