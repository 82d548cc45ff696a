package dev.arpg4j.cli;

import dev.arpg4j.edit.Original;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code arpg edit inpaint}: a part of a picture is hidden and made anew. */
@Command(
    name = "inpaint",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Hides a part of a picture and makes it anew, going by the rest.",
      EditCommand.KEPT,
      EditCommand.NO_CLASS,
      EditCommand.DEFAULTS
    })
final class InpaintCommand implements Callable<Integer> {
  @Mixin private EditOptions options = new EditOptions();
  @Mixin private HiddenOptions hiddenOptions = new HiddenOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    return hide("edit inpaint", options, hiddenOptions, spec);
  }

  /** Makes what is hidden of a picture of the model's size. */
  static int hide(String name, EditOptions options, HiddenOptions hidden, CommandSpec spec)
      throws IOException {
    EditOptions.Opened opened = options.open();
    Original original =
        options.fitted(opened.read(hidden.of(opened.image(), opened.size())), opened.modelSize());
    return EditRun.run(
        name,
        spec,
        options.request(opened, opened.model(), original, hidden.describe(), hidden.files()));
  }
}
