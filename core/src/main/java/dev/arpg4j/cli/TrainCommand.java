package dev.arpg4j.cli;

import dev.arpg4j.data.DataSet;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.train.DivergedException;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.RunState;
import dev.arpg4j.train.Trainer;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code arpg train}: images to a model. Flags are checked, data is opened, the recipe is fixed;
 * then {@link TrainingRun} takes its steps.
 */
@Command(
    name = "train",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a model of any variant on token grids: those of pictures drawn here, of a folder of"
          + " pictures, or of codes in files.",
      "A run that was interrupted goes on by --resume and ends with the very same model."
    })
final class TrainCommand implements Callable<Integer> {
  @Mixin private RunFolderOptions folderOptions = new RunFolderOptions();
  @Mixin private TrainingDataOptions dataOptions = new TrainingDataOptions();
  @Mixin private RecipeOptions recipeOptions = new RecipeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("train", spec.commandLine().getParseResult().originalArgs());
    RunFolderOptions.Chosen folder = folderOptions.choose();
    if (!folder.resumed()) {
      recipeOptions.check();
    }
    BackendOptions.Chosen chosen = backendOptions.choose();
    TrainingDataOptions.Chosen data = dataOptions.open(folder.folder(), folder.resumed());
    Recipe recipe = recipe(folder, data, chosen.weights().value());
    try (Backend backend = chosen.open();
        Trainer trainer = new Trainer(backend, recipe, data.set().training())) {
      if (folder.resumed()) {
        RunState.resume(folder.checkpoint(), trainer, data.set().training());
      }
      RunFolderOptions.make(folder);
      if (!folder.resumed()) {
        keepData(folder, data);
      }
      report.computedOn(chosen, backend);
      TrainingRun run =
          new TrainingRun(
              trainer, data, folder, report, spec.commandLine(), TrainingRun.Clock.ALONE);
      return train(run);
    }
  }

  private int train(TrainingRun run) {
    try {
      run.go();
      return ExitCode.OK;
    } catch (DivergedException e) {
      String kept = run.kept() < 0 ? "there is no checkpoint" : "the checkpoint of step %d is kept";
      spec.commandLine()
          .getErr()
          .println("arpg: %s; %s".formatted(e.getMessage(), kept.formatted(run.kept())));
      return ExitCode.CHECK_FAILED;
    }
  }

  private Recipe recipe(
      RunFolderOptions.Chosen folder, TrainingDataOptions.Chosen data, DType weights) {
    Recipe recipe =
        folder.resumed()
            ? recipeOptions.choose(RunState.recipe(folder.checkpoint()))
            : recipeOptions.choose(data.set().training(), weights);
    boolean asked = spec.commandLine().getParseResult().hasMatchedOption("--weights");
    return asked ? recipe.with(Map.of("weights", weights.name().toLowerCase(Locale.ROOT))) : recipe;
  }

  /** The codebook belongs beside the model; codes are kept where pictures were encoded. */
  private static void keepData(RunFolderOptions.Chosen folder, TrainingDataOptions.Chosen data) {
    DataSet set = data.set();
    if (data.encoded()) {
      set.write(folder.file(TrainingDataOptions.CODES));
    } else {
      set.codebook().ifPresent(book -> book.write(folder.file(PatchCodebook.FILE_NAME)));
    }
  }
}
