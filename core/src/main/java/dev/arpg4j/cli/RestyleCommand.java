package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code arpg edit restyle}: a part of a picture is made anew as another class. */
@Command(
    name = "restyle",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Hides a part of a picture and makes it anew as another class, keeping what surrounds it.",
      EditCommand.KEPT,
      EditCommand.DEFAULTS
    })
final class RestyleCommand implements Callable<Integer> {
  @Mixin private EditOptions options = new EditOptions();
  @Mixin private HiddenOptions hiddenOptions = new HiddenOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!options.classesGiven()) {
      throw new InvalidInputException("--class: expected the class to make; inpaint needs none");
    }
    return InpaintCommand.hide("edit restyle", options, hiddenOptions, spec);
  }
}
