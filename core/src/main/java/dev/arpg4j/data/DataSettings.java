package dev.arpg4j.data;

import dev.arpg4j.image.CodebookTraining;
import dev.arpg4j.image.PictureFile;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How data is opened, beside its name.
 *
 * @param seed of procedural images, of the codebook's draws and of which images are set aside; not
 *     the seed of a run, so that runs of several seeds have one data set
 * @param validation how many images are set aside where the data does not say: this many, but a
 *     tenth of them at most
 * @param vocabulary V, for files that do not tell it
 * @param classes how many classes there are, for files that do not tell it
 * @param encoder what encodes pictures; without one, a codebook is trained on them
 * @param codebook how
 * @param threads that encode; the codes are the same whatever they are
 * @param progress told after each picture that is encoded
 */
public record DataSettings(
    long seed,
    int validation,
    OptionalInt vocabulary,
    OptionalInt classes,
    Optional<ImageEncoder> encoder,
    CodebookTraining codebook,
    int threads,
    Progress progress) {
  /** Is told how far encoding is. */
  @FunctionalInterface
  public interface Progress {
    /** That many of all pictures are encoded. */
    void encoded(int done, int all);
  }

  /** The flag that tells V. */
  public static final String VOCABULARY_FLAG = "--vocabulary";

  /** The flag that tells how many classes there are. */
  public static final String CLASSES_FLAG = "--classes";

  /** 500 images set aside, and 512 codes of 4x4 pixels. */
  public static DataSettings ofSeed(long seed) {
    return new DataSettings(
        seed,
        500,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        new CodebookTraining(512, 4, 25, seed),
        1,
        (done, all) -> {});
  }

  /** The same with pictures encoded so. */
  public DataSettings encodedBy(ImageEncoder given) {
    return new DataSettings(
        seed, validation, vocabulary, classes, Optional.of(given), codebook, threads, progress);
  }

  /** The same for files of codes out of that many. */
  public DataSettings withVocabulary(int codes) {
    return new DataSettings(
        seed, validation, OptionalInt.of(codes), classes, encoder, codebook, threads, progress);
  }

  /** The same, with somebody told how far encoding is. */
  public DataSettings telling(Progress given) {
    return new DataSettings(
        seed, validation, vocabulary, classes, encoder, codebook, threads, given);
  }

  /** How many of that many images are set aside. */
  int aside(int images) {
    return Math.min(validation, images / 10);
  }

  /** Refuses pictures of which a side is no multiple of a cell's. */
  void requireGrid(PictureFile.Size size) {
    encoder.ifPresentOrElse(given -> given.grid(size), () -> codebook.grid(size));
  }

  /** The codes of pictures. */
  CodeTable encoded(ImageSet images, ImageEncoder by) {
    return CodeTable.encoded(images, by, threads, progress);
  }

  Asked asked() {
    return new Asked(vocabulary, classes);
  }
}
