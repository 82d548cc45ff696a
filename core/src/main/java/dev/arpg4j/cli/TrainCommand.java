package dev.arpg4j.cli;

import dev.arpg4j.data.DataSet;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.io.FolderLock;
import dev.arpg4j.train.DataIdentity;
import dev.arpg4j.train.DivergedException;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.RunState;
import dev.arpg4j.train.Trainer;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    BackendOptions.Chosen chosen = backendOptions.choose();
    if (!folder.resumed()) {
      recipeOptions.check();
      return train(folder, chosen, report);
    }
    try (FolderLock _ = RunFolderOptions.take(folder)) {
      RunState.requireRecipe(folder.checkpoint(), resumed(folder, chosen.weights().value()));
      return train(folder, chosen, report);
    }
  }

  private int train(
      RunFolderOptions.Chosen folder, BackendOptions.Chosen chosen, CommandReport report) {
    DType weights = chosen.weights().value();
    // A run that goes on has its values in its checkpoint, and its codes beside it.
    Optional<LocalModel> init = folder.resumed() ? Optional.empty() : recipeOptions.init();
    folder.requireNotRead(recipeOptions.files(init));
    ControlKind control =
        folder.resumed()
            ? recipeOptions.control(resumed(folder, weights))
            : recipeOptions.control();
    if (folder.resumed()) {
      dataOptions.requireTold(folder.folder());
    }
    TrainingDataOptions.Chosen data =
        dataOptions.open(
            folder.folder(),
            folder.resumed() ? Optional.of(BegunData.of(folder.folder())) : Optional.empty(),
            chosen,
            report,
            new TrainingDataOptions.Wanted(ProceduralImages.NAME, init, control));
    Recipe recipe =
        folder.resumed()
            ? resumed(folder, weights)
            : heldIn(recipeOptions.choose(data.set().training(), weights), weights);
    try (Backend backend = chosen.open();
        Trainer trainer =
            new Trainer(backend, recipe, data.set().training(), init.map(LocalModel::checkpoint))) {
      report.computedOn(chosen, backend);
      if (folder.resumed()) {
        RunState.resume(folder.checkpoint(), trainer, DataIdentity.of(data.set()));
        return train(run(trainer, data, folder, report));
      }
      try (FolderLock _ = RunFolderOptions.take(folder)) {
        keepData(folder, data);
        return train(run(trainer, data, folder, report));
      }
    }
  }

  private TrainingRun run(
      Trainer trainer,
      TrainingDataOptions.Chosen data,
      RunFolderOptions.Chosen folder,
      CommandReport report) {
    return new TrainingRun(
        trainer, data, folder, report, spec.commandLine(), TrainingRun.Clock.ALONE);
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

  /** The recipe of a run that goes on, with what flags say otherwise. */
  private Recipe resumed(RunFolderOptions.Chosen folder, DType weights) {
    return heldIn(recipeOptions.choose(RunState.recipe(folder.checkpoint())), weights);
  }

  private Recipe heldIn(Recipe recipe, DType weights) {
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
