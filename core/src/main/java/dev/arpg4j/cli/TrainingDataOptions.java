package dev.arpg4j.cli;

import dev.arpg4j.data.DataSet;
import dev.arpg4j.data.DataSettings;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that name what is trained on. */
final class TrainingDataOptions {
  /** Codes that pictures were encoded as, kept in a run's folder. */
  static final String CODES = "codes.safetensors";

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description =
          "shapes10 or shapes10:COUNT (drawn here, the default), a folder with a subfolder of"
              + " pictures for each class, a safetensors file of codes, or CODES.npy,LABELS.npy")
  private @Nullable String data;

  @Option(
      names = DataSettings.VOCABULARY_FLAG,
      paramLabel = "V",
      description = "how many codes there are, for files that do not say it")
  private @Nullable Integer vocabulary;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description =
          "images set aside where the data does not say which, a tenth of all at most (default: 500)")
  private @Nullable Integer heldOut;

  @Option(
      names = "--data-seed",
      paramLabel = "N",
      description =
          "key of drawn pictures, of their codebook and of what is set aside"
              + " (default: ${DEFAULT-VALUE})")
  private long seed = 0;

  /**
   * Data, opened.
   *
   * @param source as it was named
   * @param encoded whether pictures were encoded just now
   */
  record Chosen(String source, DataSet set, boolean encoded) {}

  /** Progress that begins with the first picture, after the codebook is trained. */
  private static final class Encoding implements DataSettings.Progress, AutoCloseable {
    private @Nullable Progress progress;

    @Override
    public void encoded(int done, int all) {
      if (progress == null) {
        progress = Progress.of("encoding pictures", all);
      }
      progress.step();
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }

  /**
   * Opens the data; that of a run that goes on is what the run's folder kept, unless another is
   * named.
   *
   * @param threads that encode pictures
   * @throws InvalidInputException naming the flag, if it cannot be used
   */
  Chosen open(Path folder, boolean resumed, int threads) {
    return open(folder, resumed, threads, ProceduralImages.NAME);
  }

  /**
   * The same.
   *
   * @param usual the data where none is named
   */
  Chosen open(Path folder, boolean resumed, int threads, String usual) {
    Path kept = folder.resolve(CODES);
    boolean keeps = resumed && data == null && Files.exists(kept);
    String source = keeps ? kept.toString() : data == null ? usual : data;
    if (DataSet.isDrawn(source)
        && (seed == ShapesJudge.HELD_OUT_SEED || seed == ShapesJudge.CLASSIFIER_SEED)) {
      throw new InvalidInputException(
          "--data-seed %d: its pictures are those that judge others; expected another seed than %d and %d"
              .formatted(seed, ShapesJudge.HELD_OUT_SEED, ShapesJudge.CLASSIFIER_SEED));
    }
    try (Encoding encoding = new Encoding()) {
      DataSet set = DataSet.open(source, settings(threads, encoding));
      boolean pictures = set.codebook().isPresent() && !Files.isRegularFile(Path.of(source));
      return new Chosen(source, set, pictures);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--data " + e.getMessage(), e);
    }
  }

  private DataSettings settings(int threads, DataSettings.Progress progress) {
    DataSettings usual = DataSettings.ofSeed(seed);
    return new DataSettings(
        seed,
        heldOut == null ? usual.validation() : Flag.positive("--held-out", heldOut),
        vocabulary == null
            ? OptionalInt.empty()
            : OptionalInt.of(Flag.positive(DataSettings.VOCABULARY_FLAG, vocabulary)),
        usual.classes(),
        usual.encoder(),
        usual.codebook(),
        threads,
        progress);
  }
}
