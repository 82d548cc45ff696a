package dev.arpg4j.cli;

import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.OrderAnimation;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg generate}: classes to pictures. In three parts: every setting is checked before
 * weights are loaded; images are decoded; all files are written together or none.
 */
@Command(
    name = "generate",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Makes images of classes.",
      "Without arguments: one image of each class of the embedded model at its best settings,"
          + " written to ./arpg.png.",
      "Settings not given are the model's best, as 'arpg models' lists them."
    })
final class GenerateCommand implements Callable<Integer> {
  private static final int PICTURE_SIDE = 192;
  private static final int ANIMATION_SIDE = 128;

  /** A quarter of a gibibyte of colours, with as much again while the PNG is made. */
  private static final long MOST_PIXELS = 1 << 26;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "shapes10 (embedded, the default), or a safetensors or PyTorch file, with"
              + " codebook.safetensors beside it for pictures")
  private String modelName = EmbeddedModel.NAME;

  @Mixin private ImageOptions imageOptions = new ImageOptions();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Mixin private OutputOptions outputOptions = new OutputOptions();
  @Spec private CommandSpec spec;

  /** Everything asked for, checked. */
  record Request(
      LocalModel model,
      Optional<PatchCodebook> codebook,
      ImageOptions.Chosen images,
      DecodeOptions.Chosen decode,
      BackendOptions.Chosen backend,
      OutputOptions.Chosen outputs) {}

  @Override
  public Integer call() throws IOException {
    RunReport report = new RunReport(spec.commandLine().getParseResult().originalArgs());
    Request request = request();
    request.model().describe().ifPresent(spec.commandLine().getErr()::println);
    DecodeRun run = decode(request, report);
    report.decoded(request, run);
    write(request, run, report);
    spec.commandLine().getOut().println(report.line(request, run));
    return ExitCode.OK;
  }

  private Request request() {
    BackendOptions.Chosen backend = backendOptions.choose();
    LocalModel model = LocalModel.named(modelName);
    Optional<PatchCodebook> codebook = model.codebook();
    ImageOptions.Chosen images = imageOptions.choose(model);
    codebook.ifPresent(patches -> requireDrawable(patches, model, images));
    return new Request(
        model,
        codebook,
        images,
        decodeOptions.choose(model.checkpoint().config(), model.recommended()),
        backend,
        outputOptions.choose(model, codebook.isPresent()));
  }

  /** A sheet that is too large to draw is better known before hours of decoding. */
  private static void requireDrawable(
      PatchCodebook codebook, LocalModel model, ImageOptions.Chosen images) {
    TokenGrid grid = model.checkpoint().config().grid();
    long pixels =
        ContactSheet.pixels(
            images.count(),
            ContactSheet.columns(images.count(), images.cycle().size()),
            (long) grid.columns() * codebook.cellSide(),
            (long) grid.rows() * codebook.cellSide(),
            PICTURE_SIDE);
    if (pixels > MOST_PIXELS) {
      throw new InvalidInputException(
          ("--count %d: the picture of all images would have %d pixels; expected at most %d: make"
                  + " fewer at a time, and the others by --first-image")
              .formatted(images.count(), pixels, MOST_PIXELS));
    }
  }

  private static DecodeRun decode(Request request, RunReport report) {
    ArpgConfig config = request.model().checkpoint().config();
    try (Backend backend = request.backend().open()) {
      Arpg model =
          Arpg.load(
              backend,
              config,
              request.model().checkpoint().weights(),
              request.backend().weights().value());
      report.loaded(request.backend(), backend);
      ImageOptions.Chosen images = request.images();
      int batch = images.batch();
      if (batch == 0) {
        batch =
            DecodeRun.fittingBatch(
                backend,
                config,
                request.decode().settings(),
                images.count(),
                request.backend().weights().value().bytes());
      }
      return DecodeRun.of(
          model,
          request.decode().settings(),
          images.firstImage(),
          images.labels(0, images.count()),
          Math.min(batch, images.count()));
    }
  }

  private static void write(Request request, DecodeRun run, RunReport report) {
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    OutputOptions.Chosen outputs = request.outputs();
    if (outputs.picture().isPresent() || outputs.animation().isPresent()) {
      TokenGrid grid = request.model().checkpoint().config().grid();
      PatchCodebook codebook = request.codebook().orElseThrow();
      List<BufferedImage> images =
          Arrays.stream(run.tokens()).map(ids -> codebook.decode(grid, ids)).toList();
      outputs
          .picture()
          .ifPresent(
              file -> {
                BufferedImage sheet = sheet(request, images, PICTURE_SIDE).draw(images);
                files.put(file, out -> ContactSheet.writePng(sheet, out));
              });
      outputs
          .animation()
          .ifPresent(
              file -> {
                ContactSheet sheet = sheet(request, images, ANIMATION_SIDE);
                OrderAnimation animation =
                    new OrderAnimation(sheet, grid, run.plan(), run.orders());
                files.put(file, out -> animation.write(images, out));
              });
    }
    outputs.tokens().ifPresent(file -> files.put(file, tokens(request, run).content(file)));
    files.put(outputs.report(), out -> out.write(report.json()));
    AtomicFile.writeAll(files);
  }

  private static ContactSheet sheet(Request request, List<BufferedImage> images, int shownSide) {
    ImageOptions.Chosen chosen = request.images();
    List<String> labels =
        Arrays.stream(chosen.labels(0, chosen.count()))
            .mapToObj(request.model()::className)
            .toList();
    return new ContactSheet(
        labels,
        ContactSheet.columns(chosen.count(), chosen.cycle().size()),
        images.getFirst().getWidth(),
        images.getFirst().getHeight(),
        shownSide);
  }

  private static SafetensorsWriter tokens(Request request, DecodeRun run) {
    int cells = request.model().checkpoint().config().grid().cells();
    ImageOptions.Chosen images = request.images();
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("kind", "arpg tokens");
    writer.metadata("model", request.model().checkpoint().name());
    writer.metadata("first_image", Integer.toString(images.firstImage()));
    request.decode().names().forEach((name, value) -> writer.metadata(name, value.toString()));
    return writer
        .ints(
            "tokens",
            Shape.of(images.count(), cells),
            Arrays.stream(run.tokens()).flatMapToInt(Arrays::stream).toArray())
        .ints("classes", Shape.of(images.count()), images.labels(0, images.count()));
  }
}
