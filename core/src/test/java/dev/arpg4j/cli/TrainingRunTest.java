package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.data.DataSet;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class TrainingRunTest {
  private static final Recipe RECIPE =
      Recipe.of(
              Recipe.Model.of(
                  "arpg",
                  new BackboneConfig(16, 2, 2, TokenGrid.square(2), 5, 2, 8, 10_000, 1e-5),
                  Map.of(),
                  DType.F32))
          .with(Map.of("steps", 9, "batch", 2, "micro_batch", 2, "warm_up", 1));

  @TempDir Path folder;

  /** Images that can be read as often as that: a file that is damaged, or goes, during a run. */
  private record Failing(AtomicInteger left) implements CodeSet {
    @Override
    public int size() {
      return 4;
    }

    @Override
    public TokenGrid grid() {
      return TokenGrid.square(2);
    }

    @Override
    public int vocabulary() {
      return 5;
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b");
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public int[] codes(int index) {
      if (left.getAndDecrement() <= 0) {
        throw new InvalidInputException("image.npy: has code 9; expected 0 .. 4");
      }
      return new int[] {index, 1, 2, 3};
    }
  }

  /** Four images are looked at to know the data by; then three steps of two can be had. */
  @Test
  void dataThatFailsInAStepLosesNoneBefore() throws IOException {
    CodeSet data = new Failing(new AtomicInteger(4 + 3 * 2));
    StringWriter out = new StringWriter();
    try (Backend backend =
            BackendProvider.named("cpu").open(BackendProvider.Settings.ofThreads(1));
        Trainer trainer = new Trainer(backend, RECIPE, data)) {
      TrainingRun run =
          new TrainingRun(
              trainer,
              new TrainingDataOptions.Chosen(
                  "images",
                  new DataSet(data, data.subset(), new int[0][], Optional.empty()),
                  false,
                  Map.of()),
              new RunFolderOptions.Chosen(folder, false, 100, 100),
              new CommandReport("train", List.of()),
              new CommandLine(new Said()).setOut(new PrintWriter(out)),
              TrainingRun.Clock.ALONE);
      assertThatThrownBy(run::go)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("image.npy: has code 9; expected 0 .. 4");
    }
    assertThat(out.toString()).contains("stopped after step 3; --resume goes on");
    assertThat(TensorFile.open(folder.resolve("checkpoint.safetensors")).metadata())
        .containsEntry("step", "3");
    assertThat(folder.resolve("log.csv")).content().hasLineCount(4);
  }

  /** Where lines are said. */
  @Command
  private static final class Said {}
}
