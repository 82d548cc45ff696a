package dev.arpg4j.cli;

import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tokenizer.Tokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code arpg tokens decode}: ids to pictures, one by one. */
@Command(
    name = "decode",
    sortOptions = false,
    description = {
      "Decodes a file of ids, as 'generate --tokens' or 'tokens encode' writes it.",
      "Ids of the embedded model need no tokenizer."
    })
final class TokensDecodeCommand implements Callable<Integer> {
  /** Of a folder of pictures. */
  private static final String FOLDER_REPORT = "run.json";

  @Option(
      names = LocalTokenizer.FLAG,
      paramLabel = "FILE",
      description = "the tokenizer, a safetensors or PyTorch file")
  private @Nullable Path vq;

  @Parameters(paramLabel = "TOKENS", description = "the file of ids")
  private Path tokens;

  @Option(
      names = "--out",
      paramLabel = "FILE.png|FOLDER",
      required = true,
      description =
          "one picture of all images, with labels, and settings beside as .json; or a folder, for"
              + " each image as its own PNG, there as soon as it is made, and at the end run.json")
  private Path out;

  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("tokens decode", spec.commandLine().getParseResult().originalArgs());
    BackendOptions.Chosen backend = backendOptions.choose();
    TokenFile ids = TokenFile.read(tokens);
    LocalTokenizer tokenizer = tokenizer(ids);
    tokenizer.requirePossible(ids.grid(), tokens.toString());
    requireCodes(ids, tokenizer);
    boolean folder = ResultFiles.isFolder("--out", out, ".png");
    Path json = folder ? out.resolve(FOLDER_REPORT) : ResultFiles.beside(out);
    if (folder) {
      ResultFiles.requireFolder("--out", out);
    } else {
      requireDrawable(ids, tokenizer);
      ResultFiles.requireWritable("--out", out, inputs());
      AtomicFile.check(json);
    }
    report.put("tokenizer", tokenizer.describe());
    report.put("tokens", tokens.toString());
    report.put("images", ids.tokens().length);
    report.put("grid", ids.grid().toString());
    tokenizer.use(
        backend,
        backend.weights().value(),
        report,
        loaded -> {
          try (Progress progress = Progress.of("decoding", ids.tokens().length)) {
            Work work = new Work(ids, loaded, report, progress);
            Map<Path, AtomicFile.Content> last = folder ? work.pictures(out) : work.sheet(out);
            last.put(json, stream -> stream.write(finished(report)));
            AtomicFile.writeAll(last);
          }
        });
    spec.commandLine().getOut().println(line(ids, report));
    return ExitCode.OK;
  }

  private LocalTokenizer tokenizer(TokenFile ids) {
    if (vq != null) {
      return LocalTokenizer.named(vq);
    }
    String model = ids.metadata().get(TokenFile.MODEL);
    if (model == null || !EmbeddedModel.names().contains(model)) {
      throw new InvalidInputException(
          "%s: holds ids of %s; expected --vq FILE, the tokenizer they belong to"
              .formatted(tokens, model == null ? maker(ids) : model));
    }
    return LocalTokenizer.Patches.embedded();
  }

  private static String maker(TokenFile ids) {
    String encoder = ids.metadata().get(TokenFile.TOKENIZER);
    return encoder == null ? "a model it does not name" : "the tokenizer " + encoder;
  }

  private void requireCodes(TokenFile ids, LocalTokenizer tokenizer) {
    String codes = ids.metadata().get(TokenFile.CODES);
    if (codes != null && !codes.equals(Integer.toString(tokenizer.codes()))) {
      throw new InvalidInputException(
          "%s: holds ids of %s codes; expected the %d of %s"
              .formatted(tokens, codes, tokenizer.codes(), vq == null ? EmbeddedModel.NAME : vq));
    }
    for (int image = 0; image < ids.tokens().length; image++) {
      try {
        Tokenizer.check(ids.grid(), tokenizer.codes(), ids.tokens()[image]);
      } catch (InvalidInputException e) {
        throw new InvalidInputException(
            "%s: image %d: %s".formatted(tokens, image, e.getMessage()), e);
      }
    }
  }

  private void requireDrawable(TokenFile ids, LocalTokenizer tokenizer) {
    int images = ids.tokens().length;
    ContactSheet.requireDrawable(
        "--out " + out,
        images,
        ContactSheet.columns(images, images),
        tokenizer.width(ids.grid()),
        tokenizer.height(ids.grid()),
        "give a folder for each image as its own file");
  }

  private List<Path> inputs() {
    return Stream.of(tokens, vq).filter(Objects::nonNull).toList();
  }

  /** What is done with the tokenizer; both kinds of result say what is to be written last. */
  private record Work(TokenFile ids, Tokenizer tokenizer, CommandReport report, Progress progress) {
    /** Each is in place as soon as it is made: an interrupt leaves those that are whole. */
    Map<Path, AtomicFile.Content> pictures(Path folder) {
      create(folder);
      for (int i = 0; i < ids.tokens().length; i++) {
        String name = String.format(Locale.ROOT, "%06d.png", ids.firstImage() + i);
        BufferedImage picture = decoded(i);
        AtomicFile.write(folder.resolve(name), out -> ContactSheet.writePng(picture, out));
      }
      return new LinkedHashMap<>();
    }

    Map<Path, AtomicFile.Content> sheet(Path file) {
      int count = ids.tokens().length;
      List<BufferedImage> images = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        images.add(decoded(i));
      }
      ContactSheet sheet =
          new ContactSheet(
              IntStream.range(0, count).mapToObj(ids::label).toList(),
              ContactSheet.columns(count, count),
              images.getFirst().getWidth(),
              images.getFirst().getHeight(),
              ContactSheet.PICTURE_SIDE);
      BufferedImage drawn = sheet.draw(images);
      Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
      files.put(file, out -> ContactSheet.writePng(drawn, out));
      return files;
    }

    private BufferedImage decoded(int image) {
      BufferedImage picture =
          report.addTime("decode_seconds", () -> tokenizer.decode(ids.grid(), ids.tokens()[image]));
      progress.step();
      return picture;
    }

    private static void create(Path folder) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new InvalidInputException(
            "--out %s: the folder cannot be made: %s".formatted(folder, e.getMessage()), e);
      }
    }
  }

  private static byte[] finished(CommandReport report) {
    report.finish();
    return report.json();
  }

  private String line(TokenFile ids, CommandReport report) {
    return String.format(
        Locale.ROOT,
        "%s: %d images, %.2f s, peak memory %.0f MiB (%s)",
        out,
        ids.tokens().length,
        report.seconds("decode_seconds"),
        report.peak().mebibytes(),
        report.peak().measure());
  }
}
