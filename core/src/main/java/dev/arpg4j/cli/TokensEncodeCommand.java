package dev.arpg4j.cli;

import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code arpg tokens encode}: pictures to ids, one by one. */
@Command(
    name = "encode",
    sortOptions = false,
    description = {
      "Encodes pictures by a VQ tokenizer.",
      "They are taken as they are: all of one size, with sides that are multiples of a cell's (16"
          + " for VQ-16); transparency is left out."
    })
final class TokensEncodeCommand implements Callable<Integer> {
  @Option(
      names = LocalTokenizer.FLAG,
      paramLabel = "FILE",
      required = true,
      description = "the tokenizer, a safetensors or PyTorch file")
  private Path vq;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "PNG or JPEG files")
  private List<Path> images;

  @Option(
      names = "--out",
      paramLabel = "FILE.safetensors",
      required = true,
      description = "the ids, tokens [count, cells]; settings go beside as .json")
  private Path out;

  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("tokens encode", spec.commandLine().getParseResult().originalArgs());
    BackendOptions.Chosen backend = backendOptions.choose();
    LocalTokenizer.Vq tokenizer = LocalTokenizer.vq(vq);
    TokenGrid grid = grid(tokenizer.checkpoint().config());
    Path json = ResultFiles.beside(ResultFiles.named("--out", out, ".safetensors"));
    ResultFiles.requireWritable("--out", out, inputs());
    AtomicFile.check(json);
    int[][] tokens = new int[images.size()][];
    tokenizer.encode(
        backend,
        report,
        loaded -> {
          try (Progress progress = Progress.of("encoding", tokens.length)) {
            for (int i = 0; i < tokens.length; i++) {
              Pixels pixels = Pixels.of(PictureFile.read(images.get(i)));
              tokens[i] = report.addTime("encode_seconds", () -> loaded.encode(pixels));
              progress.step();
            }
          }
        });
    report.put("tokenizer", tokenizer.describe());
    report.put("images", images.stream().map(Path::toString).toList());
    report.put("grid", grid.toString());
    report.finish();
    TokenFile result =
        new TokenFile(
            grid,
            tokens,
            new int[0],
            0,
            Map.of(
                TokenFile.TOKENIZER,
                vq.toString(),
                TokenFile.CODES,
                Integer.toString(tokenizer.codes())));
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    files.put(out, result.writer().content(out));
    files.put(json, stream -> stream.write(report.json()));
    AtomicFile.writeAll(files);
    spec.commandLine().getOut().println(line(grid, report));
    return ExitCode.OK;
  }

  private List<Path> inputs() {
    return Stream.concat(images.stream(), Stream.of(vq)).toList();
  }

  /** The grid of all pictures, by their headers: known before weights are loaded. */
  private TokenGrid grid(VqConfig config) {
    PictureFile.Size size = PictureFile.commonSize(images);
    try {
      return config.grid(size.height(), size.width());
    } catch (InvalidInputException e) {
      throw new InvalidInputException(images.getFirst() + ": " + e.getMessage(), e);
    }
  }

  private String line(TokenGrid grid, CommandReport report) {
    return String.format(
        Locale.ROOT,
        "%s: %d images of %s cells, %.2f s, peak memory %.0f MiB (%s)",
        out,
        images.size(),
        grid,
        report.seconds("encode_seconds"),
        report.peak().mebibytes(),
        report.peak().measure());
  }
}
