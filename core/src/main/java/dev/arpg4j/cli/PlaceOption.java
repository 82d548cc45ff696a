package dev.arpg4j.cli;

import dev.arpg4j.edit.Original;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag that says where in a larger picture a picture stands. */
final class PlaceOption {
  @Option(
      names = "--at",
      paramLabel = "X,Y",
      description =
          "where the left upper corner of the picture comes to stand, in pixels (default: in the"
              + " middle)")
  private @Nullable String at;

  /** Refuses the flag where it says nothing. */
  void requireNone(String why) {
    if (at != null) {
      throw new InvalidInputException("--at %s: %s; expected none".formatted(at, why));
    }
  }

  /**
   * Places a picture.
   *
   * @param cellSide the middle is taken on the grid of cells of that side, so that whole cells stay
   *     whole
   * @param asked is told the place
   */
  Original place(
      Original original, PictureFile.Size whole, int cellSide, Map<String, Object> asked) {
    int left = (whole.width() - original.size().width()) / 2 / cellSide * cellSide;
    int top = (whole.height() - original.size().height()) / 2 / cellSide * cellSide;
    if (at != null) {
      List<Integer> numbers = Flag.numbers("--at", at, "x,y", 2);
      left = numbers.get(0);
      top = numbers.get(1);
    }
    asked.put("at", left + "," + top);
    try {
      return original.placed(left, top, whole);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "%s%s".formatted(at == null ? "" : "--at: ", e.getMessage()), e);
    }
  }
}
