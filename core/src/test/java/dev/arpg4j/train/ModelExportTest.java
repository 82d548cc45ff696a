package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.variant.VariantCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelExportTest {
  private static final Fixture.Noise DATA = new Fixture.Noise(8, 3, 1);
  private static final DecodeSettings USUAL = DecodeSettings.EMBEDDED;

  @TempDir Path folder;

  /** Fused maps and tied tables are put together from what the networks read. */
  @ParameterizedTest
  @CsvSource({"arpg, 0", "arpg, 0.5", "randar, 0", "maskgit, 0.5", "radar-nested, 0"})
  void isReadBackAsTheModelThatWasTrained(String variant, double ema) {
    Recipe recipe = Fixture.recipe(variant, 16, 3).with(Map.of("steps", 3, "ema", ema));
    Path file = folder.resolve(ModelExport.FILE_NAME);
    List<String> names = List.of("x", "y", "z");
    try (Backend backend = Fixture.backend("oracle", 1);
        Trainer trainer = new Trainer(backend, recipe, DATA)) {
      double before = new Validation(recipe, DATA, new int[0][]).loss(trainer.network());
      trainer.step();
      trainer.step();
      VariantCheckpoint model = ModelExport.of("model", trainer, names);
      AtomicFile.write(file, ModelExport.content(file, model, ElementType.BF16));
      for (Optimizer.State state : trainer.optimizer().states()) {
        double[] held = (ema == 0 ? state.value() : state.average()).toDoubles();
        float[] stored = TensorFile.open(file).tensor(state.parameter().name()).readFloats();
        for (int i = 0; i < held.length; i++) {
          assertThat(stored[i]).isEqualTo(Bf16.widen(Bf16.narrow((float) held[i])));
        }
      }
      // The network computes what is exported, and afterwards what is trained on.
      double[] losses = new double[1];
      trainer.withExported(
          network -> losses[0] = new Validation(recipe, DATA, new int[0][]).loss(network));
      double trained = new Validation(recipe, DATA, new int[0][]).loss(trainer.network());
      assertThat(losses[0] == trained).isEqualTo(ema == 0);
      assertThat(trained).isNotEqualTo(before);
    }
    VariantCheckpoint read = VariantCheckpoint.read(file);
    assertThat(read.variant().name()).isEqualTo(variant);
    assertThat(read.classNames()).isEqualTo(names);
    assertThat(read.architecture().parameters().stream().map(Parameter::name))
        .containsExactlyInAnyOrderElementsOf(TensorFile.open(file).tensors().keySet());
  }

  private VariantCheckpoint exported(Map<String, ?> fields) {
    Path file = folder.resolve(ModelExport.FILE_NAME);
    Recipe recipe = Fixture.recipe().with(fields);
    try (Backend backend = Fixture.backend("oracle", 1);
        Trainer trainer = new Trainer(backend, recipe, DATA)) {
      VariantCheckpoint model = ModelExport.of("model", trainer, DATA.classNames());
      AtomicFile.write(file, ModelExport.content(file, model, ElementType.BF16));
    }
    return VariantCheckpoint.read(file);
  }

  @Test
  void isDecodedAsItWasTrained() {
    VariantCheckpoint usual = exported(Map.of());
    assertThat(usual.settings()).isEqualTo(USUAL);
    assertThat(usual.metadata()).doesNotContainKeys("trained_order", "trained_pass1");

    VariantCheckpoint raster = exported(Map.of("order", "raster"));
    assertThat(raster.metadata())
        .containsEntry("trained_order", "raster")
        .containsEntry("trained_pass1", "own");
    assertThat(raster.settings())
        .isEqualTo(USUAL.withOrder(GenerationOrder.RASTER).withSteps(Fixture.GRID.cells()));

    VariantCheckpoint chunks = exported(Map.of("chunks", 2));
    assertThat(chunks.metadata())
        .containsEntry("trained_order", "own")
        .containsEntry("trained_pass1", "chunk");
    assertThat(chunks.settings()).isEqualTo(USUAL.withPass1(Pass1Mask.CHUNK));

    assertThat(exported(Map.of("model.n_self", 2)).settings())
        .isEqualTo(USUAL.withSteps(Fixture.GRID.cells()));
  }

  @ParameterizedTest
  @CsvSource({
    "trained_order, spiral, 'metadata trained_order is spiral, which is not known'",
    "trained_pass1, ring, 'metadata trained_pass1 is ring, expected own or chunk'"
  })
  void refusesToHaveBeenTrainedInAnUnknownWay(String key, String value, String message) {
    VariantCheckpoint model = exported(Map.of());
    Path file = folder.resolve("other.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter().metadata(model.metadata());
    writer.metadata(key, value);
    model
        .architecture()
        .parameters()
        .forEach(each -> writer.add(model.weights().of(each.name()), ElementType.F32));
    writer.write(file);
    assertThatThrownBy(() -> VariantCheckpoint.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": " + message);
  }
}
