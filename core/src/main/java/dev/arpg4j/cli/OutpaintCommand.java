package dev.arpg4j.cli;

import dev.arpg4j.edit.HiddenPixels;
import dev.arpg4j.edit.Original;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg edit outpaint}: what surrounds a picture is made. */
@Command(
    name = "outpaint",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Keeps the inside of a picture and makes what surrounds it, in a picture of the model's size.",
      "A smaller picture is placed in the middle, on the cells' grid, or where --at says; of one of"
          + " the model's size, --margin says how much is made anew.",
      EditCommand.KEPT,
      EditCommand.NO_CLASS,
      EditCommand.DEFAULTS
    })
final class OutpaintCommand implements Callable<Integer> {
  @Option(
      names = MarginOption.FLAG,
      paramLabel = MarginOption.LABEL,
      description = "how much is made anew along each side of the picture, in pixels")
  private @Nullable String margin;

  @Mixin private PlaceOption placeOption = new PlaceOption();
  @Mixin private EditOptions options = new EditOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    EditOptions.Opened opened = options.open();
    PictureFile.Size size = opened.modelSize();
    boolean inside =
        opened.size().width() <= size.width() && opened.size().height() <= size.height();
    boolean smaller = inside && !opened.size().equals(size) && !options.fits();
    if (!smaller && margin == null) {
      String why =
          opened.size().equals(size)
              ? "as large as the model's"
              : inside ? "brought by --fit to the model's" : "which do not lie inside the model's";
      throw new InvalidInputException(
          "%s: %s pixels, %s %s; expected --margin, which says what to make"
              .formatted(opened.image(), opened.size(), why, size));
    }
    HiddenPixels hidden =
        margin == null
            ? HiddenPixels.none(opened.size())
            : MarginOption.parse(margin).hidden(opened.size());
    Original read = opened.read(hidden);
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("margin", margin == null ? "none" : margin);
    if (!smaller) {
      placeOption.requireNone("the picture is not smaller than the model's");
    }
    Original whole =
        smaller
            ? placeOption.place(read, size, opened.tokenizer().cellSide(), asked)
            : options.fitted(read, size);
    return EditRun.run(
        "edit outpaint", spec, options.request(opened, opened.model(), whole, asked, List.of()));
  }
}
