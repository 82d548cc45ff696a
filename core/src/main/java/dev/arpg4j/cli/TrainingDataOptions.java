package dev.arpg4j.cli;

import dev.arpg4j.data.DataSet;
import dev.arpg4j.data.DataSettings;
import dev.arpg4j.data.ImageEncoder;
import dev.arpg4j.image.CodebookTraining;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that name what is trained on. */
final class TrainingDataOptions {
  /** Codes that pictures were encoded as, kept in a run's folder. */
  static final String CODES = "codes.safetensors";

  private static final String HELD_OUT = "--held-out";
  private static final String SEED = "--data-seed";
  private static final String CODEBOOK = "--codes";
  private static final String PATCH = "--patch";

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description =
          "shapes10 or shapes10:COUNT (drawn here, the default), a folder with a subfolder of"
              + " pictures for each class, a safetensors file of codes, or CODES.npy,LABELS.npy")
  private @Nullable String data;

  @Option(
      names = LocalTokenizer.FLAG,
      paramLabel = "FILE",
      description =
          "the VQ tokenizer that encodes pictures (default: patches of pixels, found in them)")
  private @Nullable Path vq;

  @Option(
      names = CODEBOOK,
      paramLabel = "V",
      description = "how many patches of pixels encode pictures (default: 512)")
  private @Nullable Integer codes;

  @Option(
      names = PATCH,
      paramLabel = "P",
      description = "the side of such a patch in pixels (default: 4)")
  private @Nullable Integer patch;

  @Option(
      names = DataSettings.VOCABULARY_FLAG,
      paramLabel = "V",
      description = "how many codes there are, for files that do not say it")
  private @Nullable Integer vocabulary;

  @Option(
      names = DataSettings.CLASSES_FLAG,
      paramLabel = "K",
      description =
          "how many classes there are, for files of codes that do not say it (default: as many as"
              + " the largest label tells)")
  private @Nullable Integer classes;

  @Option(
      names = HELD_OUT,
      paramLabel = "N",
      description =
          "images set aside where the data does not say which, a tenth of all at most (default: 500)")
  private @Nullable Integer heldOut;

  @Option(
      names = SEED,
      paramLabel = "N",
      description =
          "key of drawn pictures, of their codebook and of what is set aside (default: 0)")
  private @Nullable Long seed;

  /**
   * Data, opened.
   *
   * @param source as it was named
   * @param set what it holds
   * @param encoded whether pictures were encoded just now
   * @param settings what beside its name decides what it is, by {@link BegunData#entry}
   */
  record Chosen(String source, DataSet set, boolean encoded, Map<String, Object> settings) {
    /** Says in a report what is trained on. */
    void describe(CommandReport report) {
      opened().forEach(report::put);
    }

    /** What {@link BegunData} reads back. */
    Map<String, Object> opened() {
      Map<String, Object> entries = new LinkedHashMap<>();
      entries.put(BegunData.SOURCE, source);
      entries.put(BegunData.ENTRY, settings);
      return entries;
    }
  }

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
   * What is wanted of data, where flags do not say it.
   *
   * @param usual its name
   * @param init the model whose codes they are to be; nothing for a codebook found in pictures
   * @param control the maps that its images follow
   */
  record Wanted(String usual, Optional<LocalModel> init, ControlKind control) {
    Optional<LocalTokenizer> encoder() {
      return init.flatMap(model -> model.tokenizer(null));
    }

    /** Data of that name, as it comes. */
    static Wanted of(String usual) {
      return new Wanted(usual, Optional.empty(), ControlKind.NONE);
    }
  }

  /**
   * Refuses to go on where neither a flag nor the run's folder tells the data.
   *
   * @throws InvalidInputException naming the flag
   */
  void requireTold(Path folder) {
    boolean told = data != null || Files.exists(folder.resolve(CODES));
    if (!told && BegunData.of(folder).source().isEmpty()) {
      throw new InvalidInputException(
          "--resume: %s does not say what data; expected --data beside it"
              .formatted(folder.resolve(RecipeFile.FILE_NAME)));
    }
  }

  /**
   * Opens the data; that of a run that goes on is what the run's folder kept, or what it was begun
   * with, unless another is named.
   *
   * @param goesOn what the data was opened by, of a run that goes on
   * @param backend what encodes pictures
   * @param report is told what that took
   * @param wanted of data where flags do not say
   * @throws InvalidInputException naming the flag, if it cannot be used or says otherwise than the
   *     run was begun, or if the run does not tell its data
   */
  Chosen open(
      Path folder,
      Optional<BegunData> goesOn,
      BackendOptions.Chosen backend,
      CommandReport report,
      Wanted wanted) {
    BegunData begun = goesOn.orElseGet(BegunData::none);
    Path kept = folder.resolve(CODES);
    boolean same =
        data == null
            || begun.source().filter(data::equals).isPresent() && DataSet.arePictures(data);
    boolean keeps = goesOn.isPresent() && same && Files.exists(kept);
    String source =
        data == null ? begun.source().orElse(keeps ? kept.toString() : wanted.usual()) : data;
    String opened = keeps ? kept.toString() : source;
    Map<String, Object> words = new LinkedHashMap<>();
    DataSettings settings = settings(begun, words, backend.settings().threads());
    String tokenizer = word(words, LocalTokenizer.FLAG, begun.text(LocalTokenizer.FLAG, vq));
    try (Encoding encoding = new Encoding()) {
      boolean pictures = DataSet.arePictures(opened);
      if (!keeps) {
        requireSense(opened, pictures, settings.seed());
      }
      Optional<LocalTokenizer> encoder =
          pictures && tokenizer != null
              ? Optional.of(LocalTokenizer.vq(Path.of(tokenizer)))
              : wanted.encoder();
      if (wanted.encoder().isPresent() && (codes != null || patch != null)) {
        throw new InvalidInputException(
            "%s: is encoded as %s is; expected no --codes and no --patch"
                .formatted(opened, BeginOptions.INIT));
      }
      if (pictures && encoder.isEmpty() && wanted.init().isPresent()) {
        throw new InvalidInputException(
            "%s: is encoded as %s is, and there is no %s; expected that file, or --vq FILE"
                .formatted(opened, BeginOptions.INIT, wanted.init().get().codebookFile()));
      }
      if (pictures && encoder.isEmpty()) {
        words.put(BegunData.entry(CODEBOOK), settings.codebook().codes());
        words.put(BegunData.entry(PATCH), settings.codebook().patchSide());
      }
      DataSettings told = settings.telling(encoding);
      DataSet set =
          pictures && encoder.isPresent()
              ? encoded(opened, told, encoder.get(), backend, report)
              : DataSet.open(opened, told);
      DataSet mapped =
          wanted.control() == ControlKind.NONE ? set : set.mapped(source, told, wanted.control());
      return new Chosen(source, mapped, pictures, words);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--data " + e.getMessage(), e);
    }
  }

  private static DataSet encoded(
      String source,
      DataSettings settings,
      LocalTokenizer encoder,
      BackendOptions.Chosen backend,
      CommandReport report) {
    if (encoder instanceof LocalTokenizer.Patches(PatchCodebook codebook, Path _)) {
      return DataSet.open(source, settings.encodedBy(ImageEncoder.of(codebook)))
          .withCodebook(codebook);
    }
    LocalTokenizer.Vq tokenizer = (LocalTokenizer.Vq) encoder;
    AtomicReference<DataSet> set = new AtomicReference<>();
    tokenizer.encode(
        backend,
        report,
        loaded -> set.set(DataSet.open(source, settings.encodedBy(ImageEncoder.of(loaded)))));
    return Objects.requireNonNull(set.get());
  }

  /** Refuses flags that would have no effect, and pictures that are kept for judging. */
  private void requireSense(String source, boolean pictures, long key) {
    if (vq != null && (codes != null || patch != null)) {
      throw new InvalidInputException(
          "%s: is encoded by %s; expected no --codes and no --patch beside it"
              .formatted(source, LocalTokenizer.FLAG));
    }
    if (pictures && (vocabulary != null || classes != null)) {
      throw new InvalidInputException(
          source + ": are pictures, encoded here; expected no --vocabulary and no --classes");
    }
    if (!pictures && (vq != null || codes != null || patch != null)) {
      throw new InvalidInputException(
          source + ": are no pictures; expected no --vq, --codes or --patch");
    }
    if (DataSet.isDrawn(source)
        && (key == ShapesJudge.HELD_OUT_SEED || key == ShapesJudge.CLASSIFIER_SEED)) {
      throw new InvalidInputException(
          "%s: the pictures of --data-seed %d judge others; expected another seed than %d and %d"
              .formatted(source, key, ShapesJudge.HELD_OUT_SEED, ShapesJudge.CLASSIFIER_SEED));
    }
  }

  private DataSettings settings(BegunData begun, Map<String, Object> words, int threads) {
    Long given = begun.number(SEED, seed);
    long key = given == null ? 0 : given;
    DataSettings usual = DataSettings.ofSeed(key);
    CodebookTraining codebook = usual.codebook();
    Integer asked = begun.positive(HELD_OUT, heldOut);
    int aside = asked == null ? usual.validation() : asked;
    words.put(BegunData.entry(SEED), key);
    words.put(BegunData.entry(HELD_OUT), aside);
    return new DataSettings(
        key,
        aside,
        known(words, DataSettings.VOCABULARY_FLAG, begun, vocabulary),
        known(words, DataSettings.CLASSES_FLAG, begun, classes),
        usual.encoder(),
        new CodebookTraining(
            known(words, CODEBOOK, begun, codes).orElse(codebook.codes()),
            known(words, PATCH, begun, patch).orElse(codebook.patchSide()),
            codebook.iterations(),
            key),
        threads,
        usual.progress());
  }

  private static OptionalInt known(
      Map<String, Object> words, String flag, BegunData begun, @Nullable Integer given) {
    Integer value = word(words, flag, begun.positive(flag, given));
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Notes what a flag says, if it says anything. */
  private static <T> @Nullable T word(Map<String, Object> words, String flag, @Nullable T value) {
    if (value != null) {
      words.put(BegunData.entry(flag), value);
    }
    return value;
  }
}
