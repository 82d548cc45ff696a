package dev.arpg4j.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.HollowFile;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where tensors tell the sizes, an entry of metadata that nobody checked does not outlive them. */
class WholeModelTest {
  @TempDir Path folder;

  @Test
  void sizesOfTheTensorsReplaceStrayOnesOfAModel() {
    Map<String, String> stray = Map.of("n_layer", "99", "kv_sharing", "per_layer", "note", "kept");
    Path source =
        HollowFile.safetensors(
            folder.resolve("l.safetensors"),
            stray,
            weight -> ElementType.F16,
            HollowFile.outlines(Zoo.named("ARPG-L").orElseThrow()));
    assertThat(metadata(source))
        .containsEntry("dim", "1024")
        .containsEntry("n_layer", "24")
        .containsEntry("kv_sharing", "shared")
        .containsEntry("note", "kept");
  }

  @Test
  void sizesOfTheTensorsReplaceStrayOnesOfATokenizer() {
    VqConfig config = new VqConfig(32, List.of(1, 2), 32, 50, 8);
    VqCheckpoint values = VqCheckpoint.random(config, 1);
    SafetensorsWriter writer = new SafetensorsWriter().metadata("ch_mult", "1,2,4");
    config
        .parameters()
        .forEach(each -> writer.add(values.weights().of(each.name()), ElementType.F32));
    Path source = folder.resolve("vq.safetensors");
    writer.write(source);
    assertThat(metadata(source)).containsEntry("ch", "32").containsEntry("ch_mult", "1,2");
  }

  private Map<String, String> metadata(Path source) {
    return WholeModel.read(source, folder.resolve("out.safetensors")).metadata();
  }
}
