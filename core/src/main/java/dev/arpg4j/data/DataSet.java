package dev.arpg4j.data;

import dev.arpg4j.image.CodebookTraining;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a training run learns from and what it is judged by.
 *
 * @param training what is presented
 * @param validation what is set aside; may be empty
 * @param validationOrders the order of cells for each image set aside, [n][N]; empty if the data
 *     does not say
 * @param codebook the pixels of the codes, where they are patches that came with the data or were
 *     trained on it
 */
public record DataSet(
    CodeSet training,
    CodeSet validation,
    int[][] validationOrders,
    Optional<PatchCodebook> codebook) {
  private static final int PROCEDURAL_IMAGES = 20_000;
  private static final String CODES = "_codes";
  private static final String EXPECTED =
      "shapes10, shapes10:COUNT, a folder with a subfolder of pictures for each class, a .safetensors"
          + " file of codes, or codes and labels as CODES.npy,LABELS.npy or FOLDER,FOLDER";

  /**
   * Opens what {@code text} names, the value of {@code --data}:
   *
   * <ul>
   *   <li>{@code shapes10} or {@code shapes10:COUNT}: {@link ProceduralImages}, of which the last
   *       are set aside;
   *   <li>a folder of pictures, {@link ImageFolder}, of which random ones are set aside;
   *   <li>a {@code .safetensors} file, {@link CodeFile}, with {@code codebook.safetensors} beside
   *       it if that is there;
   *   <li>{@code CODES.npy,LABELS.npy}, two folders of such files with a comma between, or a folder
   *       that has both as {@code NAME_codes} and {@code NAME_labels}: {@link NpyCodes}, of which
   *       random ones are set aside.
   * </ul>
   *
   * Pictures are encoded here, once; {@link #write} keeps what they are encoded as.
   *
   * @throws InvalidInputException in one line, if it is none of these or cannot be used
   */
  public static DataSet open(String text, DataSettings settings) {
    Path path = path(text);
    if (Files.isDirectory(path)) {
      return folder(path, settings);
    }
    if (Files.exists(path)) {
      return file(path, settings);
    }
    if (isDrawn(text)) {
      return encoded(procedural(text, settings), settings);
    }
    int comma = text.indexOf(',');
    if (comma >= 0) {
      return codes(path(text.substring(0, comma)), path(text.substring(comma + 1)), settings);
    }
    throw new InvalidInputException("%s: no such data; expected %s".formatted(text, EXPECTED));
  }

  /** Whether a name of data is that of pictures, which are encoded when it is opened. */
  public static boolean arePictures(String text) {
    Path path = path(text);
    return Files.isDirectory(path) ? codesIn(path).isEmpty() : isDrawn(text);
  }

  /** Whether a name of data is that of {@link ProceduralImages}. */
  public static boolean isDrawn(String text) {
    return text.matches(ProceduralImages.NAME + "(:[0-9]{1,9})?") && !Files.exists(path(text));
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new InvalidInputException("%s: no such data; expected %s".formatted(text, EXPECTED), e);
    }
  }

  private static DataSet folder(Path folder, DataSettings settings) {
    Optional<Path> codes = codesIn(folder);
    if (codes.isEmpty()) {
      return encoded(pictures(folder, settings), settings);
    }
    return codes(codes.get(), labelsOf(codes.get()), settings);
  }

  /** The folder of codes in one that has another of their labels, and nothing else. */
  private static Optional<Path> codesIn(Path folder) {
    List<Path> inside = ImageFolder.listed(folder, Files::isDirectory);
    return inside.size() == 2
        ? inside.stream()
            .filter(each -> each.toString().endsWith(CODES))
            .filter(each -> inside.contains(labelsOf(each)))
            .findFirst()
        : Optional.empty();
  }

  /** {@code NAME_labels} of {@code NAME_codes}. */
  private static Path labelsOf(Path codes) {
    String name = codes.getFileName().toString();
    return codes.resolveSibling(name.substring(0, name.length() - CODES.length()) + "_labels");
  }

  private static Pictures pictures(Path folder, DataSettings settings) {
    ImageFolder images = ImageFolder.open(folder);
    try {
      settings.requireGrid(images.pictureSize());
    } catch (InvalidInputException e) {
      throw new InvalidInputException(folder + ": " + e.getMessage(), e);
    }
    return new Pictures(
        folder.toString(), images, Presentation.setAside(settings.seed(), images.size()));
  }

  private static Pictures procedural(String text, DataSettings settings) {
    int colon = text.indexOf(':');
    int count = colon < 0 ? PROCEDURAL_IMAGES : Integer.parseInt(text.substring(colon + 1));
    ProceduralImages images = new ProceduralImages(settings.seed(), count);
    int first = count - settings.aside(count);
    int[] lastFirst = IntStream.range(0, count).map(i -> (i + first) % count).toArray();
    return new Pictures(text, images, lastFirst);
  }

  /**
   * The same images, whose cells are conditioned by maps of their pictures; a map is made when its
   * image is asked for.
   *
   * @param text the name of the pictures, as {@link #open} was given it
   * @throws InvalidInputException if it names no pictures, or others
   */
  public DataSet mapped(String text, DataSettings settings, ControlKind kind) {
    if (!arePictures(text)) {
      throw new InvalidInputException(
          "%s: are no pictures, of which maps could be made; expected pictures".formatted(text));
    }
    Pictures pictures = isDrawn(text) ? procedural(text, settings) : pictures(path(text), settings);
    int aside = validation.size();
    if (pictures.order.length != aside + training.size()) {
      throw new InvalidInputException(
          "%s: has %d pictures, expected the %d that were encoded"
              .formatted(text, pictures.order.length, aside + training.size()));
    }
    return new DataSet(
        mapped(pictures, training, pictures.training(aside), kind),
        mapped(pictures, validation, pictures.setAside(aside), kind),
        validationOrders,
        codebook);
  }

  private static CodeSet mapped(Pictures pictures, CodeSet codes, int[] indices, ControlKind kind) {
    for (int i = 0; i < indices.length; i++) {
      if (codes.label(i) != pictures.images.label(indices[i])) {
        throw new InvalidInputException(
            "%s: picture %d is of class %d, that of its codes is %d; expected the pictures that"
                    .formatted(
                        pictures.name,
                        indices[i],
                        pictures.images.label(indices[i]),
                        codes.label(i))
                + " were encoded");
      }
    }
    return new MappedSet(codes, pictures.images, indices, kind);
  }

  /** The same with the pixels of its codes. */
  public DataSet withCodebook(PatchCodebook known) {
    return new DataSet(training, validation, validationOrders, Optional.of(known));
  }

  /**
   * Pictures, of which the first of an order are set aside; both parts keep the order of the set.
   *
   * @param name as they are called in messages
   */
  private record Pictures(String name, ImageSet images, int[] order) {
    int[] setAside(int aside) {
      return Arrays.stream(order, 0, aside).sorted().toArray();
    }

    int[] training(int aside) {
      return Arrays.stream(order, aside, order.length).sorted().toArray();
    }
  }

  private static DataSet file(Path file, DataSettings settings) {
    if (file.toString().endsWith(".npy")) {
      throw new InvalidInputException(
          file + ": codes without labels, or these without codes; expected CODES.npy,LABELS.npy");
    }
    CodeFile opened = CodeFile.open(file, settings.asked());
    Optional<PatchCodebook> codebook = codebookBeside(file, opened.training());
    return opened.hasValidation()
        ? new DataSet(opened.training(), opened.validation(), opened.validationOrders(), codebook)
        : split(opened.training(), settings, codebook);
  }

  private static Optional<PatchCodebook> codebookBeside(Path file, CodeSet codes) {
    Path beside = file.resolveSibling(PatchCodebook.FILE_NAME);
    if (!Files.exists(beside)) {
      return Optional.empty();
    }
    PatchCodebook codebook = PatchCodebook.read(beside);
    if (codebook.codes() != codes.vocabulary()) {
      throw new InvalidInputException(
          "%s: has %d codes, expected %d as %s has"
              .formatted(beside, codebook.codes(), codes.vocabulary(), file));
    }
    return Optional.of(codebook);
  }

  private static DataSet codes(Path codes, Path labels, DataSettings settings) {
    CodeSet set =
        Files.isDirectory(codes)
            ? NpyCodes.folders(codes, labels, settings.asked())
            : NpyCodes.arrays(codes, labels, settings.asked());
    return split(set, settings, Optional.empty());
  }

  /** Encodes pictures; without an encoder, a codebook is trained on those not set aside. */
  private static DataSet encoded(Pictures all, DataSettings settings) {
    ImageSet images = all.images;
    int[] order = all.order;
    int aside = settings.aside(images.size());
    if (settings.encoder().isPresent()) {
      CodeTable table = settings.encoded(images, settings.encoder().get());
      return split(table, order, aside, Optional.empty());
    }
    Iterable<BufferedImage> pictures =
        () -> Arrays.stream(order).skip(aside).mapToObj(images::picture).iterator();
    PatchCodebook codebook = trained(all.name, settings.codebook(), pictures);
    CodeTable table = settings.encoded(images, ImageEncoder.of(codebook));
    return split(table, order, aside, Optional.of(codebook));
  }

  private static PatchCodebook trained(
      String name, CodebookTraining training, Iterable<BufferedImage> pictures) {
    try {
      return training.of(pictures);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "%s: %s; --codes says how many".formatted(name, e.getMessage()), e);
    }
  }

  private static DataSet split(
      CodeSet set, DataSettings settings, Optional<PatchCodebook> codebook) {
    int[] order = Presentation.setAside(settings.seed(), set.size());
    return split(set, order, settings.aside(set.size()), codebook);
  }

  /** Sets the first of an order aside; both parts keep the order of the set. */
  private static DataSet split(
      CodeSet set, int[] order, int aside, Optional<PatchCodebook> codebook) {
    int[] validation = Arrays.stream(order, 0, aside).sorted().toArray();
    int[] training = Arrays.stream(order, aside, order.length).sorted().toArray();
    return new DataSet(set.subset(training), set.subset(validation), new int[0][], codebook);
  }

  /**
   * Writes the codes, so that pictures need not be encoded again, and the codebook beside them.
   *
   * @param file its name ends in {@code .safetensors}
   * @throws InvalidInputException if a file cannot be written
   */
  public void write(Path file) {
    // The codes last: where they are, nothing is missing, whenever this was killed.
    codebook.ifPresent(codes -> codes.write(file.resolveSibling(PatchCodebook.FILE_NAME)));
    CodeFile.write(file, this);
  }
}
