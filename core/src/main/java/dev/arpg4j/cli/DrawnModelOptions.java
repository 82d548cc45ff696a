package dev.arpg4j.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that name a model of which pictures are needed. */
final class DrawnModelOptions {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "shapes10 or shapes10-edges, which follows edges (embedded, the default where they are"
              + " asked for), or a safetensors or PyTorch file")
  private @Nullable String model;

  @Option(
      names = {LocalTokenizer.FLAG, "--codebook"},
      paramLabel = "FILE",
      description =
          "what makes pictures of ids, and ids of pictures: a codebook of patches or a VQ tokenizer"
              + " (default: codebook.safetensors beside the model)")
  private @Nullable Path vq;

  /**
   * A model, and what makes its pictures.
   *
   * @param named the flag as it was given
   */
  record Chosen(String named, LocalModel model, LocalTokenizer tokenizer) {}

  /**
   * Finds both.
   *
   * @param usual the model, if none is named
   * @throws dev.arpg4j.tensor.InvalidInputException if one is not at hand, or they do not go
   *     together
   */
  Chosen choose(String usual) {
    String name = model == null ? usual : model;
    LocalModel found = LocalModel.named(name);
    LocalTokenizer tokenizer =
        found.tokenizer(vq).orElseThrow(() -> OutputOptions.notDrawn(found, ""));
    return new Chosen("--model " + name, found, tokenizer);
  }

  /**
   * The same where the classifier of procedural images has to know the pictures.
   *
   * @param usual the model, if none is named
   * @throws dev.arpg4j.tensor.InvalidInputException as {@link Judging#requireJudged}
   */
  Chosen judged(String usual) {
    Chosen chosen = choose(usual);
    LocalModel found = chosen.model();
    Judging.requireJudged(
        chosen.named(),
        found.checkpoint().architecture().classes(),
        found.checkpoint().classNames(),
        chosen.tokenizer().width(found.grid()),
        chosen.tokenizer().height(found.grid()));
    return chosen;
  }
}
