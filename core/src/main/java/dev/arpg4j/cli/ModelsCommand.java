package dev.arpg4j.cli;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tokenizer.VqConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code arpg models}: the models known by name, their sizes and their best settings, and the
 * tokenizer they are published with.
 */
@Command(
    name = "models",
    description = {
      "Lists the models known by name: the embedded one and the published sizes; and the tokenizer of"
          + " the published ones."
    })
final class ModelsCommand implements Callable<Integer> {
  private static final double MILLION = 1e6;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    TextTable table =
        new TextTable(
            "model",
            "parameters",
            "layers",
            "width",
            "heads",
            "grid",
            "codes",
            "classes",
            "best",
            "weights");
    table.add(row(EmbeddedModel.NAME, EmbeddedModel.checkpoint().config(), "embedded"));
    Zoo.sizes().forEach((name, config) -> table.add(row(name, config, "--model FILE")));
    spec.commandLine().getOut().print(table);
    spec.commandLine().getOut().println();
    spec.commandLine().getOut().print(tokenizers());
    return ExitCode.OK;
  }

  private static TextTable tokenizers() {
    VqConfig vq = VqConfig.published();
    TokenGrid grid = TokenGrid.square(16);
    TextTable table =
        new TextTable("tokenizer", "parameters", "codes", "pixels", "grid", "file", "weights");
    table.add(
        List.of(
            "VQ-16",
            String.format(Locale.ROOT, "%,d", vq.parameterCount()),
            vq.codes() + " x " + vq.codeWidth(),
            "%dx%d".formatted(grid.rows() * vq.factor(), grid.columns() * vq.factor()),
            grid.toString(),
            "vq_ds16_c2i.pt",
            "--vq FILE"));
    return table;
  }

  private static List<String> row(String name, ArpgConfig config, String weights) {
    List<String> row = new ArrayList<>();
    row.add(name);
    row.add(String.format(Locale.ROOT, "%.1f M", config.parameterCount() / MILLION));
    row.add(config.selfLayers() + "+" + config.crossLayers());
    row.add(Integer.toString(config.dim()));
    row.add(Integer.toString(config.heads()));
    row.add(config.grid().toString());
    row.add(Integer.toString(config.vocabulary()));
    row.add(Integer.toString(config.classes()));
    row.add(Recommended.of(config).describe());
    row.add(weights);
    return row;
  }
}
