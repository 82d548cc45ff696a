package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Network;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.OrderAnimation;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.VariantCheckpoint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "Makes images of classes with a model of any variant that 'arpg models' lists.",
      "Without arguments: one image of each class of the embedded model at its best settings,"
          + " written to ./arpg.png.",
      "Without --class: all classes of the model, up to ten; of an npz file, all.",
      "Settings not given are the model's best, as 'arpg models' lists them."
    })
final class GenerateCommand implements Callable<Integer> {
  private static final int ANIMATION_SIDE = 128;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "shapes10 (embedded, the default), shapes10-edges (embedded, the default beside --control),"
              + " or a safetensors or PyTorch file, with --vq or codebook.safetensors beside it for"
              + " pictures")
  private @Nullable String modelName;

  @Option(
      names = LocalTokenizer.FLAG,
      paramLabel = "FILE",
      description =
          "the VQ tokenizer that makes pictures of ids, a safetensors or PyTorch file, or shapes10 for"
              + " the embedded codebook; it is held in f32, whatever --weights says of the model")
  private @Nullable Path vq;

  @Mixin private ImageOptions imageOptions = new ImageOptions();
  @Mixin private ControlOptions controlOptions = new ControlOptions();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Mixin private OutputOptions outputOptions = new OutputOptions();
  @Spec private CommandSpec spec;

  /** Everything asked for, checked. */
  record Request(
      LocalModel model,
      Optional<LocalTokenizer> tokenizer,
      ImageOptions.Chosen images,
      ControlOptions.Chosen control,
      DecodeOptions.Chosen decode,
      BackendOptions.Chosen backend,
      OutputOptions.Chosen outputs) {}

  @Override
  public Integer call() throws IOException {
    List<String> arguments = spec.commandLine().getParseResult().originalArgs();
    RunReport report = new RunReport(arguments);
    Request request = request();
    request
        .model()
        .describe(request.backend().weights().value())
        .ifPresent(words -> spec.commandLine().getErr().println(words + endsAtIds(request)));
    if (request.outputs().npz().isPresent()) {
      Path npz = request.outputs().npz().get();
      spec.commandLine().getOut().println(new NpzRun(request, npz).write(arguments));
      return ExitCode.OK;
    }
    DecodeRun run = decode(request, report);
    List<BufferedImage> images = pictures(request, run, report);
    report.decoded(request, run);
    write(request, run, images, report);
    spec.commandLine().getOut().println(report.line(request, run));
    return ExitCode.OK;
  }

  /** Why there will be no picture, where none could have been asked for. */
  private static String endsAtIds(Request request) {
    boolean drawn =
        request.tokenizer().isPresent() || request.model().checkpoint().variant().drawable();
    return drawn
        ? ""
        : "; ids without pictures, since %s has a pixel decoder of its own that is not read here"
            .formatted(request.model().checkpoint().variant().title());
  }

  private Request request() {
    BackendOptions.Chosen backend = backendOptions.choose();
    LocalModel model =
        LocalModel.named(modelName == null ? controlOptions.usualModel() : modelName);
    Optional<LocalTokenizer> tokenizer = model.tokenizer(vq);
    ImageOptions.Chosen images =
        imageOptions.choose(
            model, outputOptions.streamed() ? ImageOptions.all(model) : ImageOptions.first(model));
    if (!outputOptions.streamed()) {
      tokenizer.ifPresent(found -> requireDrawable(found, model, images));
    }
    ControlOptions.Chosen control = controlOptions.choose(model);
    List<Path> inputs = new ArrayList<>(model.files());
    control.file().ifPresent(inputs::add);
    tokenizer.map(LocalTokenizer::file).ifPresent(inputs::add);
    return new Request(
        model,
        tokenizer,
        images,
        control,
        controlOptions.over(decodeOptions.choose(model.recommended()), control),
        backend,
        outputOptions.choose(model, tokenizer.isPresent(), inputs));
  }

  private static void requireDrawable(
      LocalTokenizer tokenizer, LocalModel model, ImageOptions.Chosen images) {
    TokenGrid grid = model.grid();
    ContactSheet.requireDrawable(
        "--count " + images.count(),
        images.count(),
        ContactSheet.columns(images.count(), images.cycle().size()),
        tokenizer.width(grid),
        tokenizer.height(grid),
        "make fewer at a time, and the others by --first-image");
  }

  private static DecodeRun decode(Request request, RunReport report) {
    VariantCheckpoint checkpoint = request.model().checkpoint();
    Architecture architecture = checkpoint.architecture();
    DecodeSettings settings = request.decode().settings();
    DType weights = request.backend().weights().value();
    try (Backend backend = request.backend().open()) {
      Network network = architecture.load(backend, checkpoint.weights(), weights);
      report.loaded(request.backend(), backend);
      ImageOptions.Chosen images = request.images();
      int batch = images.batch();
      if (batch == 0) {
        batch =
            DecodeRun.fittingBatch(
                network, architecture, settings, images.count(), weights.bytes());
      }
      return DecodeRun.of(
          new Decoder(network, architecture, settings),
          images.firstImage(),
          images.labels(0, images.count()),
          request.control().conditions(images.count()),
          Math.min(batch, images.count()));
    }
  }

  /** The images of all ids, one by one, if they are to be drawn; else none. */
  private static List<BufferedImage> pictures(Request request, DecodeRun run, RunReport report) {
    List<BufferedImage> images = new ArrayList<>();
    OutputOptions.Chosen outputs = request.outputs();
    if (outputs.picture().isPresent() || outputs.animation().isPresent()) {
      TokenGrid grid = request.model().grid();
      report.draw(
          request.tokenizer().orElseThrow(),
          request.backend(),
          tokenizer -> {
            try (Progress progress = Progress.of("drawing", run.tokens().length)) {
              for (int[] ids : run.tokens()) {
                images.add(tokenizer.decode(grid, ids));
                progress.step();
              }
            }
          });
    }
    return images;
  }

  private static void write(
      Request request, DecodeRun run, List<BufferedImage> images, RunReport report) {
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    OutputOptions.Chosen outputs = request.outputs();
    if (!images.isEmpty()) {
      TokenGrid grid = request.model().grid();
      outputs
          .picture()
          .ifPresent(
              file -> {
                BufferedImage sheet =
                    sheet(request, images, ContactSheet.PICTURE_SIDE).draw(images);
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
    ImageOptions.Chosen images = request.images();
    return TokenFile.decoded(
            request.model(),
            request.decode(),
            request.model().grid(),
            run.tokens(),
            images.labels(0, images.count()),
            images.firstImage())
        .writer();
  }
}
