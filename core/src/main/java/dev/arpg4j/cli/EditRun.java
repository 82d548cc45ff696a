package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.edit.KnownPicture;
import dev.arpg4j.edit.Window;
import dev.arpg4j.edit.WindowDecoding;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.variant.Architecture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** An edit at work: known cells to codes, unknown cells decoded window after window, pictures. */
final class EditRun {
  private final EditRequest request;
  private final CommandReport report;

  EditRun(EditRequest request, CommandReport report) {
    this.request = request;
    this.report = report;
  }

  /**
   * Edits, and writes what comes of it.
   *
   * @param name of the command
   * @return the exit code
   */
  static int run(String name, CommandSpec spec, EditRequest request) throws IOException {
    CommandReport report =
        new CommandReport(name, spec.commandLine().getParseResult().originalArgs());
    PrintWriter notes = spec.commandLine().getErr();
    if (request.picture().known().length == 0) {
      notes.println(request.image() + ": no cell of it is kept: this is plain generation");
    }
    request.model().describe(request.backend().weights().value()).ifPresent(notes::println);
    EditResult result = new EditResult(request, new EditRun(request, report).make(), report);
    result.write();
    spec.commandLine().getOut().println(result.line());
    return ExitCode.OK;
  }

  /**
   * What became of a picture.
   *
   * @param decoded all images, seed after seed: tokens of the whole grid, and the cells made
   */
  record Made(DecodeRun decoded, List<BufferedImage> pictures) {}

  Made make() {
    DecodeRun decoded = decode(codes());
    return new Made(decoded, pictures(decoded.tokens()));
  }

  /** The codes of the known cells, [K]; none are encoded if none are known. */
  private int[] codes() {
    KnownPicture picture = request.picture();
    List<int[]> codes = new ArrayList<>();
    if (picture.known().length > 0) {
      request
          .tokenizer()
          .encoding(
              request.backend(),
              report,
              encoder -> codes.add(report.addTime("encode_seconds", () -> picture.codes(encoder))));
    }
    return codes.isEmpty() ? new int[0] : codes.getFirst();
  }

  private DecodeRun decode(int[] codes) {
    Architecture architecture = request.model().checkpoint().architecture();
    DType weights = request.backend().weights().value();
    try (Backend backend = request.backend().open()) {
      Network network =
          report.addTime(
              "load_seconds",
              () -> architecture.load(backend, request.model().checkpoint().weights(), weights));
      report.computedOn(request.backend(), backend);
      int batch = batch(network, architecture, weights);
      List<DecodeRun> seeds = new ArrayList<>();
      for (int i = 0; i < request.seeds(); i++) {
        DecodeSettings settings = request.decode().settings();
        seeds.add(decode(network, settings.withSeed(settings.seed() + i), codes, batch));
      }
      return seeds.stream().reduce(EditRun::both).orElseThrow();
    }
  }

  private int batch(Network network, Architecture architecture, DType weights) {
    int count = request.images().count();
    int given = request.images().batch();
    if (given > 0) {
      return Math.min(given, count);
    }
    DecodeSettings settings = request.decode().settings();
    return request.windows().stream()
        .mapToInt(
            window ->
                DecodeRun.fittingBatch(
                    network,
                    architecture,
                    settings.guidance(),
                    layout(architecture, window),
                    count,
                    weights.bytes()))
        .min()
        .orElseThrow();
  }

  private Layout layout(Architecture architecture, Window window) {
    int[] cells = window.unknown();
    DecodeSettings settings = settings(request.decode().settings(), window);
    Plan plan = architecture.plan(settings, cells);
    return architecture.layout(settings, plan, window.grid().cells() - cells.length);
  }

  /** In no more steps than there are cells: windows after the first may have few to make. */
  private static DecodeSettings settings(DecodeSettings settings, Window window) {
    return window.settings(settings.withSteps(Math.min(settings.steps(), window.unknown().length)));
  }

  /** The images of one seed. */
  private DecodeRun decode(Network network, DecodeSettings settings, int[] codes, int batch) {
    int[][] tokens = new int[request.images().count()][request.picture().grid().cells()];
    int[] known = request.picture().known();
    for (int[] image : tokens) {
      for (int i = 0; i < known.length; i++) {
        image[known[i]] = codes[i];
      }
    }
    DecodeRun all = null;
    for (Window window : request.windows()) {
      Decoder decoder =
          new Decoder(
              network,
              new WindowDecoding(request.model().checkpoint().architecture(), window),
              settings(settings, window));
      DecodeRun run = DecodeRun.of(decoder, batches(window, tokens, batch, settings.seed()));
      window.fill(run.tokens(), tokens);
      int[][] orders = Arrays.stream(run.orders()).map(window::outer).toArray(int[][]::new);
      DecodeRun outer =
          new DecodeRun(tokens, orders, run.plan(), batch, run.stepMillis(), run.seconds());
      all = all == null ? outer : after(all, outer);
    }
    return Objects.requireNonNull(all);
  }

  private List<DecodeBatch> batches(Window window, int[][] tokens, int batch, long seed) {
    int[] labels = request.labels();
    List<DecodeBatch> batches = new ArrayList<>();
    for (int from = 0; from < labels.length; from += batch) {
      int to = Math.min(labels.length, from + batch);
      batches.add(
          window.batch(
              request.images().firstImage() + from,
              Arrays.copyOfRange(labels, from, to),
              Arrays.copyOfRange(tokens, from, to),
              request.knownOrder().value(),
              seed));
    }
    return batches;
  }

  /** The same images, of which one run made some cells and the next others. */
  private static DecodeRun after(DecodeRun first, DecodeRun next) {
    int[][] orders =
        IntStream.range(0, next.orders().length)
            .mapToObj(i -> joined(first.orders()[i], next.orders()[i]))
            .toArray(int[][]::new);
    return new DecodeRun(
        next.tokens(),
        orders,
        Plan.ofSizes(joined(first.plan().sizes(), next.plan().sizes())),
        next.batch(),
        Stream.concat(first.stepMillis().stream(), next.stepMillis().stream()).toList(),
        first.seconds() + next.seconds());
  }

  /** The images of one run and those of another. */
  private static DecodeRun both(DecodeRun first, DecodeRun next) {
    return new DecodeRun(
        Stream.of(first.tokens(), next.tokens()).flatMap(Arrays::stream).toArray(int[][]::new),
        Stream.of(first.orders(), next.orders()).flatMap(Arrays::stream).toArray(int[][]::new),
        next.plan(),
        next.batch(),
        Stream.concat(first.stepMillis().stream(), next.stepMillis().stream()).toList(),
        first.seconds() + next.seconds());
  }

  private static int[] joined(int[] first, int[] next) {
    return IntStream.concat(IntStream.of(first), IntStream.of(next)).toArray();
  }

  private List<BufferedImage> pictures(int[][] tokens) {
    TokenGrid grid = request.picture().grid();
    List<BufferedImage> pictures = new ArrayList<>();
    request
        .tokenizer()
        .use(
            request.backend(),
            DType.F32,
            report,
            tokenizer -> {
              try (Progress progress = Progress.of("drawing", tokens.length)) {
                for (int[] ids : tokens) {
                  BufferedImage made =
                      report.addTime("picture_seconds", () -> tokenizer.decode(grid, ids));
                  pictures.add(request.picture().paste(made));
                  progress.step();
                }
              }
            });
    return pictures;
  }
}
