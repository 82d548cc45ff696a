package dev.arpg4j.cli;

import dev.arpg4j.edit.HiddenPixels;
import dev.arpg4j.edit.Original;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg edit expand}: a picture becomes part of a larger one than the model's own. */
@Command(
    name = "expand",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Keeps a picture of any size and makes a larger one around it, square or not.",
      "--by rope lets the model's positions go on over the larger grid; --by windows lets it see as"
          + " many cells as it was trained on, one overlapping window after another.",
      EditCommand.KEPT,
      EditCommand.NO_CLASS,
      EditCommand.DEFAULTS
    })
final class ExpandCommand implements Callable<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");
  private static final String ROPE = "rope";
  private static final String WINDOWS = "windows";
  private static final List<Choice<Boolean>> WAYS =
      List.of(new Choice<>(ROPE, false), new Choice<>(WINDOWS, true));

  @Option(
      names = "--to",
      paramLabel = "WxH",
      description = "the size of the larger picture, in pixels")
  private @Nullable String to;

  @Option(
      names = MarginOption.FLAG,
      paramLabel = MarginOption.LABEL,
      description = "instead of --to: how much is made along each side, in pixels")
  private @Nullable String margin;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description =
          "rope (longer tables of positions) or windows (of the model's own grid, re-based)"
              + " (default: ${DEFAULT-VALUE})")
  private String by = ROPE;

  @Mixin private PlaceOption placeOption = new PlaceOption();
  @Mixin private EditOptions options = new EditOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    EditOptions.Opened opened = options.open();
    boolean windows = Choice.named("--by", WAYS, by).value();
    int side = opened.tokenizer().cellSide();
    Original original = whole(opened, side);
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("by", by);
    Original larger = larger(original, side, asked);
    PictureFile.Size size = larger.size();
    TokenGrid grid = new TokenGrid(size.height() / side, size.width() / side);
    TokenGrid own = opened.model().grid();
    if (windows && (own.rows() > grid.rows() || own.columns() > grid.columns())) {
      throw new InvalidInputException(
          "--by windows: a picture of %s is smaller than a window of %s; expected --by rope"
              .formatted(size, opened.modelSize()));
    }
    LocalModel target = windows ? opened.model() : rope(opened.model(), grid);
    return EditRun.run(
        "edit expand", spec, options.request(opened, target, larger, asked, List.of()));
  }

  private static LocalModel rope(LocalModel model, TokenGrid grid) {
    try {
      return model.on(grid);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--by rope: " + e.getMessage(), e);
    }
  }

  /** The picture in whole cells. */
  private Original whole(EditOptions.Opened opened, int side) {
    PictureFile.Size size = opened.size();
    PictureFile.Size cells =
        new PictureFile.Size(
            Math.max(side, size.width() / side * side),
            Math.max(side, size.height() / side * side));
    return options.fitted(opened.read(HiddenPixels.none(size)), cells);
  }

  private Original larger(Original original, int side, Map<String, Object> asked) {
    if ((to == null) == (margin == null)) {
      throw new InvalidInputException(
          "%s: expected one of --to and --margin, which say how large the picture becomes"
              .formatted(to == null ? "no size is given" : "two sizes are given"));
    }
    Original larger;
    if (margin == null) {
      PictureFile.Size size = requireCells("--to " + to, size(Objects.requireNonNull(to)), side);
      requireDrawable("--to " + to, size);
      larger = placeOption.place(original, size, side, asked);
    } else {
      placeOption.requireNone("--margin says where the picture stands");
      MarginOption around = MarginOption.parse(margin);
      PictureFile.Size size =
          requireCells("--margin " + margin, around.around(original.size()), side);
      requireDrawable("--margin " + margin, size);
      requireCells("--margin " + margin, new PictureFile.Size(around.left(), around.top()), side);
      asked.put("at", around.left() + "," + around.top());
      larger = original.placed(around.left(), around.top(), size);
    }
    asked.put("to", larger.size().toString());
    return larger;
  }

  private static PictureFile.Size size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "--to %s: expected WIDTHxHEIGHT in pixels, as 256x384".formatted(text));
    }
    return new PictureFile.Size(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Before a picture of that size is held. */
  private static void requireDrawable(String flag, PictureFile.Size size) {
    ContactSheet.requireDrawable(flag, 1, 1, size.width(), size.height(), "make it smaller");
  }

  private static PictureFile.Size requireCells(String flag, PictureFile.Size size, int side) {
    if (size.width() % side != 0 || size.height() % side != 0) {
      throw new InvalidInputException(
          "%s: %s pixels, expected multiples of the %d of a cell".formatted(flag, size, side));
    }
    return size;
  }
}
