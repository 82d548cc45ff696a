package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.data.DataSet;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunStateTest {
  private static final Fixture.Noise DATA = new Fixture.Noise(8, 3, 1);
  private static final Recipe RECIPE = Fixture.recipe().with(Map.of("dropout", 0.1, "ema", 0.9));

  @TempDir Path folder;

  /** The state after {@code to} steps of a run that goes on from {@code file}, if that is there. */
  private byte[] trained(String backendName, Path file, Recipe recipe, int to) throws IOException {
    try (Backend backend = Fixture.backend(backendName, 2);
        Trainer trainer = new Trainer(backend, recipe, DATA)) {
      if (Files.exists(file)) {
        RunState.resume(file, trainer, identity(DATA));
      }
      while (trainer.done() < to) {
        trainer.step();
      }
      AtomicFile.write(file, RunState.content(file, trainer, identity(DATA)));
      return Files.readAllBytes(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"oracle", "cpu"})
  void aRunThatIsStoppedAndGoesOnEndsWithTheBitsOfOneThatWasNot(String backend) throws IOException {
    byte[] whole = trained(backend, folder.resolve("whole"), RECIPE, 10);
    Path file = folder.resolve("stopped");
    for (int stop : new int[] {1, 4, 5}) {
      trained(backend, file, RECIPE, stop);
      assertThat(RunState.recipe(file)).isEqualTo(RECIPE);
    }
    assertThat(trained(backend, file, RECIPE, 10)).isEqualTo(whole);
  }

  @Test
  void activationsMayBeComputedAgainAfterwards() throws IOException {
    byte[] whole = trained("cpu", folder.resolve("whole"), RECIPE, 6);
    Path file = folder.resolve("stopped");
    trained("cpu", file, RECIPE, 3);
    Recipe recomputed = RECIPE.with(Map.of("activations", "recomputed"));
    byte[] other = trained("cpu", file, recomputed, 6);
    // The header says the recipe; values come after it.
    assertThat(Arrays.copyOfRange(other, other.length - 10_000, other.length))
        .isEqualTo(Arrays.copyOfRange(whole, whole.length - 10_000, whole.length));
  }

  /** A process killed while it writes leaves the file before, and what it wrote beside it. */
  @Test
  void aStateThatIsNotWrittenToItsEndLeavesTheOneBefore() throws IOException {
    byte[] whole = trained("cpu", folder.resolve("whole"), RECIPE, 10);
    Path file = folder.resolve("stopped");
    byte[] before = trained("cpu", file, RECIPE, 4);
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = new Trainer(backend, RECIPE, DATA)) {
      RunState.resume(file, trainer, identity(DATA));
      trainer.step();
      AtomicFile.Content content = RunState.content(file, trainer, identity(DATA));
      assertThatThrownBy(
              () ->
                  AtomicFile.write(
                      file,
                      out -> {
                        content.writeTo(out);
                        throw new IOException("No space left on device");
                      }))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(file + ": cannot be written: No space left on device");
    }
    assertThat(file).hasBinaryContent(before);
    assertThat(trained("cpu", file, RECIPE, 10)).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch         | 3    | recipe.batch is 6; this run's is 3",
        "micro_batch   | 3    | recipe.micro_batch is 4; this run's is 3",
        "steps         | 20   | recipe.steps is 10; this run's is 20",
        "learning_rate | 1    | recipe.learning_rate is 0.002; this run's is 1.0",
        "seed          | 5    | recipe.seed is 0; this run's is 5",
        "ema           | 0    | recipe.ema is 0.9; this run's is 0.0",
        "weights       | bf16 | recipe.weights is f32; this run's is bf16",
        "model.dim     | 32   | recipe.model.dim is 16; this run's is 32",
        "model.n_layer | 3    | recipe.model.n_layer is 2; this run's is 3",
      })
  void anotherRecipeIsRefused(String field, String value, String message) throws IOException {
    Path file = folder.resolve("state");
    trained("cpu", file, RECIPE, 1);
    assertRefused(file, RECIPE.with(Map.of(field, value)), DATA, file + ": " + message);
  }

  @Test
  void otherDataIsRefused() throws IOException {
    Path file = folder.resolve("state");
    trained("cpu", file, RECIPE, 1);
    assertRefused(
        file, RECIPE, new Fixture.Noise(9, 3, 1), file + ": data.images is 8; this run's is 9");
    String digest = identity(DATA).digest();
    Fixture.Noise other = new Fixture.Noise(8, 3, 2);
    assertRefused(
        file,
        RECIPE,
        other,
        "%s: data.digest is %s; this run's is %s"
            .formatted(file, digest, identity(other).digest()));
  }

  /** Float64 values would be rounded to float32, or the other way, without a word. */
  @Test
  void anotherBackendIsRefused() throws IOException {
    Path file = folder.resolve("state");
    trained("oracle", file, RECIPE, 1);
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = new Trainer(backend, RECIPE, DATA)) {
      assertThatThrownBy(() -> RunState.resume(file, trainer, identity(DATA)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageMatching(
              Pattern.quote(file.toString())
                  + ": (backend is oracle; this run's is cpu|compute_type is f64; this run's is f32),"
                  + " which gives other bits; expected --backend oracle");
    }
  }

  /** Of what is written no more is copied to the host than the tensor at hand. */
  @Test
  void aStateIsReadWhenItIsWritten() throws IOException {
    Path file = folder.resolve("state");
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = new Trainer(backend, RECIPE, DATA)) {
      AtomicFile.Content content = RunState.content(file, trainer, identity(DATA));
      Optimizer.State state = trainer.optimizer().states().getFirst();
      double[] values = new double[(int) state.value().shape().size()];
      Arrays.fill(values, 0.5);
      backend.assign(state.value(), values);
      AtomicFile.write(file, content);
      assertThat(TensorFile.open(file).tensor("value." + state.parameter().name()).readDoubles())
          .isEqualTo(values);
    }
  }

  @Test
  void whatIsNoStateIsRefused() throws IOException {
    Path file = folder.resolve("state");
    new SafetensorsWriter().doubles("x", dev.arpg4j.tensor.Shape.of(1), 1).write(file);
    String message =
        file + ": holds no state of a training run; expected the checkpoint.safetensors of one";
    assertRefused(file, RECIPE, DATA, message);
    assertThatThrownBy(() -> RunState.recipe(file)).hasMessage(message);
    Path cut = folder.resolve("cut");
    byte[] whole = trained("cpu", folder.resolve("whole"), RECIPE, 1);
    Files.write(cut, Arrays.copyOf(whole, whole.length - 1));
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = new Trainer(backend, RECIPE, DATA)) {
      assertThatThrownBy(() -> RunState.resume(cut, trainer, identity(DATA)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(cut + ": ");
    }
  }

  /** Learning at a rate of 1e38 leaves weights that float32 cannot hold. */
  @Test
  void aStateThatIsNoNumberIsNotKept() {
    Recipe recipe = RECIPE.with(Map.of("learning_rate", 1e38, "warm_up", 0, "weight_decay", 100));
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = new Trainer(backend, recipe, DATA)) {
      trainer.step();
      Path file = folder.resolve("state");
      assertThatThrownBy(
              () -> AtomicFile.write(file, RunState.content(file, trainer, identity(DATA))))
          .isInstanceOf(DivergedException.class)
          .hasMessageMatching("step 0: value\\..* holds .* after the optimizer's step");
    }
  }

  private static DataIdentity identity(CodeSet data) {
    return DataIdentity.of(new DataSet(data, data.subset(), new int[0][], Optional.empty()));
  }

  private static void assertRefused(Path file, Recipe recipe, CodeSet data, String message) {
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = new Trainer(backend, recipe, data)) {
      double[] before = trainer.optimizer().states().getFirst().value().toDoubles();
      assertThatThrownBy(() -> RunState.resume(file, trainer, identity(data)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(message);
      assertThat(trainer.optimizer().states().getFirst().value().toDoubles()).isEqualTo(before);
    }
  }
}
