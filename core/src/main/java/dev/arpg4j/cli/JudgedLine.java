package dev.arpg4j.cli;

import dev.arpg4j.ablate.Line;
import dev.arpg4j.ablate.Result;
import dev.arpg4j.ablate.Trial;
import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;

/**
 * What a line of a table was judged by, and its files in the folder of its model: numbers, and the
 * first picture of each class side by side.
 *
 * @param heldOut loss on images held out; NaN if there are none
 * @param pictures of one size, one for each class
 */
record JudgedLine(
    double heldOut, Scores scores, MeasuredSystem measured, List<BufferedImage> pictures) {
  private static final String DECODED = "decoded";
  private static final String HELD_OUT = "loss_held_out";
  private static final String MEASURED = "measured";

  /** Whether a line of the model in a folder is judged, decoded as it is to be. */
  static boolean isThere(Path folder, Trial trial, Line line) {
    Path file = numbers(folder, line);
    return Files.exists(file)
        && ScoresFile.read(file).path(DECODED).asString("").equals(decoded(trial, line));
  }

  /** How a line is decoded, in one phrase. */
  static String decoded(Trial trial, Line line) {
    Entrant entrant = trial.entrant(line);
    return new Recommended(entrant.variant(), entrant.architecture(), entrant.settings())
        .describe();
  }

  private static Path numbers(Path folder, Line line) {
    return folder.resolve("judged-%s.json".formatted(line.key()));
  }

  private static Path pictures(Path folder, Line line) {
    return folder.resolve("judged-%s.png".formatted(line.key()));
  }

  /** What the line came to, costs counted. */
  Result result(Trial trial, Line line) {
    return new Result(
        line,
        decoded(trial, line),
        ImageCost.of(trial.entrant(line)),
        heldOut,
        scores,
        measured.measured(),
        measured.device());
  }

  /** Writes both files, the numbers last: when they are there, all is. */
  void write(Path folder, Trial trial, Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(DECODED, decoded(trial, line));
    if (!Double.isNaN(heldOut)) {
      json.put(HELD_OUT, heldOut);
    }
    json.putAll(ScoresFile.json(scores));
    json.put(MEASURED, measured.json());
    BufferedImage strip = strip();
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    files.put(pictures(folder, line), out -> ContactSheet.writePng(strip, out));
    files.put(numbers(folder, line), out -> out.write(JsonText.of(json)));
    AtomicFile.writeAll(files);
  }

  private BufferedImage strip() {
    int width = pictures.getFirst().getWidth();
    int height = pictures.getFirst().getHeight();
    BufferedImage strip =
        new BufferedImage(width * pictures.size(), height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < pictures.size(); i++) {
      int[] colours = pictures.get(i).getRGB(0, 0, width, height, null, 0, width);
      strip.setRGB(i * width, 0, width, height, colours, 0, width);
    }
    return strip;
  }

  /**
   * What {@link #write} wrote.
   *
   * @throws InvalidInputException naming the file, if it is not that
   */
  static JudgedLine read(Path folder, Line line) {
    Path file = numbers(folder, line);
    JsonNode json = ScoresFile.read(file);
    try {
      return new JudgedLine(
          json.path(HELD_OUT).asDouble(Double.NaN),
          ScoresFile.scores(json),
          MeasuredSystem.read(json.required(MEASURED)),
          cut(PictureFile.read(pictures(folder, line))));
    } catch (JsonNodeException e) {
      throw new InvalidInputException(
          "%s: holds no judgement: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  /** The squares that a strip is made of. */
  private static List<BufferedImage> cut(BufferedImage strip) {
    int side = strip.getHeight();
    return IntStream.range(0, strip.getWidth() / side)
        .mapToObj(i -> strip.getSubimage(i * side, 0, side, side))
        .toList();
  }
}
