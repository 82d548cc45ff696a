package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Variant;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg show-mask}: which rows a system feeds in a step, and who of them sees whom. */
@Command(
    name = "show-mask",
    sortOptions = false,
    description = {
      "Draws who sees whom in a decode: the rows that a step feeds against the rows of the cache.",
      "Without --step: all steps. The numbers drawn are those that the attention kernels are given."
    })
final class ShowMaskCommand implements Callable<Integer> {
  private static final Pattern GRID = Pattern.compile("(\\d{1,3})x(\\d{1,3})");

  /** Beyond these a picture, of a row and a column for each cell, is not read any more. */
  private static final int MOST_CELLS = 256;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      required = true,
      description = "which system of the family: see verify --variants")
  private String name = "";

  @Option(
      names = "--grid",
      paramLabel = "RxC",
      description = "the cells, rows and columns (default: ${DEFAULT-VALUE})")
  private String grid = "4x4";

  @Option(
      names = "--steps",
      paramLabel = "S",
      description = "in how many steps, where that may be chosen (default: the system's own)")
  private @Nullable Integer steps;

  @Option(names = "--step", paramLabel = "T", description = "this step alone, from 0")
  private @Nullable Integer step;

  @Option(names = "--svg", paramLabel = "FILE.svg", description = "draw it into a file instead")
  private @Nullable Path svg;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Variant variant = VerifyContracts.named(name);
    if (svg != null) {
      ResultFiles.named("--svg", svg, ".svg");
      AtomicFile.check(svg);
    }
    MaskPicture picture = picture(variant);
    if (svg == null) {
      spec.commandLine().getOut().print(picture.text());
    } else {
      byte[] drawn = picture.svg().getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(svg, out -> out.write(drawn));
      spec.commandLine().getOut().println("wrote " + svg);
    }
    return ExitCode.OK;
  }

  private MaskPicture picture(Variant variant) {
    TokenGrid asked = askedGrid();
    Architecture tiny = variant.tiny(new TinySizes(16, 2, 2, asked, 16, 2, 10_000));
    if (!tiny.grid().equals(asked)) {
      throw new InvalidInputException(
          "--grid %s: not a grid of %s; the nearest is %s"
              .formatted(asked, variant.title(), tiny.grid()));
    }
    DecodeSettings own = variant.settings(tiny);
    DecodeSettings settings = steps == null ? own : own.withSteps(Flag.positive("--steps", steps));
    int[] cells = IntStream.range(0, tiny.places()).toArray();
    Plan plan = tiny.plan(settings, cells);
    Layout layout = tiny.layout(settings, plan, 0);
    int[] order = tiny.order(settings, tiny.grid(), 0, cells);
    int count = plan.steps().size();
    String title = "%s, grid %s, ".formatted(variant.title(), tiny.grid());
    if (step == null) {
      return MaskPicture.ofAll(title + "all of %d steps".formatted(count), tiny, layout, order);
    }
    if (step < 0 || step >= count) {
      throw new InvalidInputException(
          "--step %d: expected 0 .. %d, the steps of %s on a grid of %s"
              .formatted(step, count - 1, variant.title(), tiny.grid()));
    }
    return MaskPicture.ofStep(
        title + "step %d of %d".formatted(step, count), tiny, layout, step, order);
  }

  private TokenGrid askedGrid() {
    Matcher sides = GRID.matcher(grid);
    if (!sides.matches()) {
      throw new InvalidInputException(
          "--grid '%s': expected rows and columns, such as 4x4".formatted(grid));
    }
    int rows = Integer.parseInt(sides.group(1));
    int columns = Integer.parseInt(sides.group(2));
    if (rows < 1 || columns < 1 || rows * columns > MOST_CELLS) {
      throw new InvalidInputException(
          "--grid %s: expected sides of 1 or more and at most %d cells"
              .formatted(grid, MOST_CELLS));
    }
    return new TokenGrid(rows, columns);
  }
}
