package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of every command that has a model draw images and judges them. */
final class JudgedOptions {
  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images decoded together; changes no image (default: as memory allows)")
  private @Nullable Integer batch;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "where to write all numbers, with every setting")
  private @Nullable Path json;

  @Mixin private DrawnModelOptions modelOptions = new DrawnModelOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();

  /**
   * What draws the images.
   *
   * @param batch images decoded together; 0 for as many as memory allows
   * @param json where the report goes, or nowhere
   */
  record Chosen(
      DrawnModelOptions.Chosen drawn,
      BackendOptions.Chosen backend,
      int batch,
      @Nullable Path json) {
    LocalModel model() {
      return drawn.model();
    }

    LocalTokenizer tokenizer() {
      return drawn.tokenizer();
    }

    /** Ends a report with what was drawn and how, and writes it if that was asked for. */
    void finish(CommandReport report, Map<String, Object> settings, Object rows) {
      report.put("model", RunReport.model(model()));
      report.put("tokenizer", tokenizer().describe());
      report.put("settings", settings);
      report.put("rows", rows);
      report.finish();
      if (json != null) {
        AtomicFile.write(json, out -> out.write(report.json()));
      }
    }
  }

  /**
   * What was asked for, checked.
   *
   * @param usual the model, if none is named
   * @throws InvalidInputException naming the flag
   */
  Chosen choose(String usual) {
    if (json != null) {
      AtomicFile.check(json);
    }
    int together = batch == null ? 0 : Flag.positive("--batch", batch);
    return new Chosen(modelOptions.judged(usual), backendOptions.choose(), together, json);
  }
}
