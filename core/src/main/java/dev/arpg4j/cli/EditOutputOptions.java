package dev.arpg4j.cli;

import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that name the files an edit writes. */
final class EditOutputOptions {
  /** The picture, what of it was kept, and what became of it. */
  private static final int BEFORE = 2;

  @Option(
      names = "--out",
      paramLabel = "FILE.png|FOLDER",
      description =
          "the edited picture, pixel for pixel, with settings beside as .json; of several a folder,"
              + " where they are called SEED-IMAGE.png, with run.json"
              + " (default: ./edited.png, of several ./edited)")
  private @Nullable Path out;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description =
          "before, what of it is kept, and all results, side by side (default: beside, as"
              + " -sheet.png; in a folder sheet.png)")
  private @Nullable Path sheet;

  @Option(
      names = "--gif",
      paramLabel = "FILE.gif",
      description = "an animation of the cells as they appear")
  private @Nullable Path gif;

  @Option(
      names = "--tokens",
      paramLabel = "FILE.safetensors",
      description = "the ids, tokens [images, cells]")
  private @Nullable Path tokens;

  /**
   * Files that can be written.
   *
   * @param folder whether {@code out} is one
   */
  record Chosen(
      Path out,
      boolean folder,
      Path sheet,
      Optional<Path> animation,
      Optional<Path> tokens,
      Path report) {
    /**
     * Refuses pictures that would take the place of what is read, or of each other.
     *
     * @param pictures the files of all of them
     */
    void requireApart(List<Path> pictures, List<Path> inputs) {
      pictures.forEach(picture -> ResultFiles.requireNotRead("--out", picture, inputs));
      List<Path> all = new ArrayList<>(pictures);
      all.add(sheet);
      all.add(report);
      animation.ifPresent(all::add);
      tokens.ifPresent(all::add);
      ResultFiles.requireApart(all);
    }

    /** The file of a picture. */
    Path picture(long seed, int place) {
      return folder ? out.resolve("%d-%06d.png".formatted(seed, place)) : out;
    }
  }

  /**
   * The files for so many pictures.
   *
   * @param inputs what is read, and must stay as it is
   * @throws InvalidInputException if one cannot be written, or they do not fit one file
   */
  Chosen choose(long pictures, PictureFile.Size size, List<Path> inputs) {
    int shown = (int) Math.min(pictures, Integer.MAX_VALUE - BEFORE);
    Path place = out == null ? Path.of(pictures == 1 ? "edited.png" : "edited") : out;
    boolean folder = ResultFiles.isFolder("--out", place, ".png");
    if (!folder && pictures > 1) {
      throw new InvalidInputException(
          "--out %s: %d pictures are asked for; expected a folder".formatted(place, pictures));
    }
    ContactSheet.requireDrawable(
        "--count", BEFORE + shown, columns(shown), size.width(), size.height(), "make fewer");
    Path report = folder ? place.resolve("run.json") : ResultFiles.beside(place);
    Path beside = sheet == null ? sheet(place, folder) : sheet;
    if (folder) {
      ResultFiles.requireFolder("--out", place);
    } else {
      ResultFiles.requireWritable("--out", place, inputs);
      AtomicFile.check(report);
    }
    Optional<Path> made = folder ? Optional.of(place) : Optional.empty();
    requireWritable("--sheet", beside, ".png", made, inputs);
    if (gif != null) {
      requireWritable("--gif", gif, ".gif", made, inputs);
    }
    if (tokens != null) {
      requireWritable("--tokens", tokens, ".safetensors", made, inputs);
    }
    return new Chosen(
        place, folder, beside, Optional.ofNullable(gif), Optional.ofNullable(tokens), report);
  }

  /**
   * Refuses a file that cannot be written.
   *
   * @param made a folder that will be there
   */
  private static void requireWritable(
      String flag, Path file, String extension, Optional<Path> made, List<Path> inputs) {
    ResultFiles.named(flag, file, extension);
    Path folder = file.toAbsolutePath().normalize().getParent();
    boolean there = made.filter(each -> each.toAbsolutePath().normalize().equals(folder)).isEmpty();
    if (there || Files.exists(file)) {
      AtomicFile.check(file);
    }
    ResultFiles.requireNotRead(flag, file, inputs);
  }

  private static Path sheet(Path out, boolean folder) {
    if (folder) {
      return out.resolve("sheet.png");
    }
    String name = out.getFileName().toString();
    return out.resolveSibling(name.substring(0, name.lastIndexOf('.')) + "-sheet.png");
  }

  /** How many pictures stand in a row of the sheet. */
  static int columns(int pictures) {
    return ContactSheet.columns(BEFORE + pictures, BEFORE + pictures);
  }
}
