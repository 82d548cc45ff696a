package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.edit.HiddenPixels;
import dev.arpg4j.edit.KnownPicture;
import dev.arpg4j.edit.Original;
import dev.arpg4j.edit.Window;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The flags that all edits have. */
final class EditOptions {
  private static final List<Choice<BiFunction<Original, PictureFile.Size, Original>>> FITS =
      List.of(new Choice<>("crop", Original::cropped), new Choice<>("resize", Original::resized));

  @Parameters(paramLabel = "IMAGE", description = "a PNG or JPEG file")
  private Path image = Path.of("");

  @Option(
      names = "--fit",
      paramLabel = "HOW",
      description =
          "what becomes of a picture, and its mask, of a size that does not fit: crop (its middle) or"
              + " resize (default: it is refused)")
  private @Nullable String fit;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "all images once for each of so many seeds, from --seed on (default: 1)")
  private int seeds = 1;

  @Mixin private DrawnModelOptions modelOptions = new DrawnModelOptions();
  @Mixin private KnownOrderOption knownOrder = new KnownOrderOption();
  @Mixin private ImageOptions imageOptions = new ImageOptions();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Mixin private EditOutputOptions outputOptions = new EditOutputOptions();

  /** A model, what makes ids and pictures for it, and the size of the picture to edit. */
  record Opened(
      LocalModel model,
      LocalTokenizer tokenizer,
      BackendOptions.Chosen backend,
      Path image,
      PictureFile.Size size) {
    /** The size of the model's own pictures. */
    PictureFile.Size modelSize() {
      return size(model.grid());
    }

    /** The size of pictures of a grid. */
    PictureFile.Size size(TokenGrid grid) {
      return new PictureFile.Size(
          Math.toIntExact(tokenizer.width(grid)), Math.toIntExact(tokenizer.height(grid)));
    }

    /** The picture, with what of it is hidden. */
    Original read(HiddenPixels hidden) {
      return new Original(PictureFile.read(image), hidden);
    }
  }

  /**
   * Looks at the files, by their headers.
   *
   * @throws InvalidInputException if one cannot be used
   */
  Opened open() {
    BackendOptions.Chosen backend = backendOptions.choose();
    DrawnModelOptions.Chosen chosen = modelOptions.choose(EmbeddedModel.NAME);
    return new Opened(chosen.model(), chosen.tokenizer(), backend, image, PictureFile.size(image));
  }

  /**
   * A picture in the size that is needed.
   *
   * @throws InvalidInputException if it has another, and nothing is said of that
   */
  Original fitted(Original original, PictureFile.Size size) {
    if (original.size().equals(size)) {
      return original;
    }
    if (fit == null) {
      throw new InvalidInputException(
          "%s: %s pixels, expected %s; --fit crop takes its middle, --fit resize all of it"
              .formatted(image, original.size(), size));
    }
    try {
      return Choice.named("--fit", FITS, fit).value().apply(original, size);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(image, e.getMessage()), e);
    }
  }

  /** Whether a picture of a size is to be made one of another. */
  boolean fits() {
    return fit != null;
  }

  /** Whether a class is named. */
  boolean classesGiven() {
    return imageOptions.classesGiven();
  }

  /**
   * All that is asked for.
   *
   * @param target the model on the grid that it decodes, which windows may slide over
   * @param asked what the command itself was asked for
   * @param inputs what is read beside the picture and the model
   */
  EditRequest request(
      Opened opened,
      LocalModel target,
      Original original,
      Map<String, Object> asked,
      List<Path> inputs) {
    KnownPicture picture = new KnownPicture(original, opened.tokenizer().cellSide());
    int[] known = picture.known();
    List<Window> windows = Window.sliding(picture.grid(), target.grid(), known);
    int[] most =
        windows.stream()
            .map(Window::unknown)
            .max(Comparator.comparingInt(cells -> cells.length))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s: nothing is hidden; expected one pixel or more to make anew"
                            .formatted(image)));
    ImageOptions.Chosen images = imageOptions.choose(target, List.of(Network.NO_CLASS));
    DecodeOptions.Chosen decode = decodeOptions.choose(recommended(target), most);
    Map<String, Object> all = new LinkedHashMap<>(asked);
    all.put("fit", fit == null ? "none" : fit);
    List<Path> files = new ArrayList<>(opened.model().files());
    files.add(image);
    files.addAll(inputs);
    Path tokenizerFile = opened.tokenizer().file();
    if (tokenizerFile != null) {
      files.add(tokenizerFile);
    }
    opened.tokenizer().requirePossible(picture.grid(), image.toString());
    long pictures = (long) images.count() * Flag.positive("--seeds", seeds);
    EditRequest request =
        new EditRequest(
            image,
            target,
            opened.tokenizer(),
            opened.backend(),
            images,
            seeds,
            knownOrder.choose(),
            decode,
            picture,
            windows,
            outputOptions.choose(pictures, original.size(), files),
            all);
    request.outputs().requireApart(request.files(), files);
    return request;
  }

  /** The model's settings, as edits use them. */
  private Recommended recommended(LocalModel model) {
    Recommended best = model.recommended();
    DecodeSettings strict = best.settings().withPass1(Pass1Mask.STRICT);
    if (imageOptions.classesGiven()) {
      return best.with(strict);
    }
    if (!best.architecture().hasNullClass()) {
      throw new InvalidInputException(
          "--class: expected one; %s has no null class".formatted(best.variant().title()));
    }
    if (decodeOptions.guided()) {
      throw new InvalidInputException(
          "--cfg, --cfg-schedule: without a class there is nothing to guide towards; expected --class");
    }
    return best.with(strict.withGuidance(Guidance.NONE));
  }
}
