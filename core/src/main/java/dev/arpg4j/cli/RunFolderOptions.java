package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.FolderLock;
import dev.arpg4j.train.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that say where a training run leaves what it makes, and how often. */
final class RunFolderOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description =
          "folder of the run: checkpoint, model, codebook, log, loss plot, samples, settings")
  private Path out = Path.of("");

  @Option(names = "--resume", description = "go on with the run in --out where its checkpoint is")
  private boolean resume;

  @Mixin private CheckpointOptions checkpointOptions = new CheckpointOptions();

  @Option(
      names = "--sample-every",
      paramLabel = "N",
      description =
          "steps from one validation and grid of samples to the next (default: ${DEFAULT-VALUE})")
  private int sampleEvery = 1000;

  /**
   * A run's folder, which is there or can be made ({@link #take}).
   *
   * @param resumed whether a run in it goes on
   */
  record Chosen(Path folder, boolean resumed, int checkpointEvery, int sampleEvery) {
    Path file(String name) {
      return folder.resolve(name);
    }

    /** Refuses the folder of what a run begins with: its files would be written over. */
    void requireNotRead(List<Path> files) {
      for (Path file : files) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null && ResultFiles.isSame(folder, parent)) {
          throw new InvalidInputException(
              "--out %s: has %s in it, which is read; expected another folder"
                  .formatted(folder, file.getFileName()));
        }
      }
    }

    Path checkpoint() {
      return file(RunState.FILE_NAME);
    }
  }

  /**
   * The folder, looked at and left as it is.
   *
   * @throws InvalidInputException if it cannot be made or written, has a run in it that is not
   *     asked for, or has none
   */
  Chosen choose() {
    Chosen chosen =
        new Chosen(
            out, resume, checkpointOptions.every(), Flag.positive("--sample-every", sampleEvery));
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new InvalidInputException("--out %s: is a file; expected a folder".formatted(out));
    }
    boolean begun = Files.exists(chosen.checkpoint());
    if (begun && !resume) {
      throw new InvalidInputException(
          "--out %s: has a run in it; expected --resume to go on with it, or another folder"
              .formatted(out));
    }
    if (!begun && resume) {
      throw new InvalidInputException(
          "--resume: no %s in %s to go on from".formatted(RunState.FILE_NAME, out));
    }
    ResultFiles.requireFolder("--out", out);
    return chosen;
  }

  /**
   * Makes the folder and takes it for this run alone, when all else is known to be well; for one
   * that goes on, before its checkpoint is read.
   *
   * @throws InvalidInputException if another run has it, or began in it meanwhile
   */
  static FolderLock take(Chosen chosen) {
    ResultFiles.makeFolder(chosen.folder());
    FolderLock lock = FolderLock.of(chosen.folder());
    if (Files.exists(chosen.checkpoint()) != chosen.resumed()) {
      lock.close();
      throw new InvalidInputException(
          "--out %s: another run began or ended in it just now".formatted(chosen.folder()));
    }
    return lock;
  }
}
