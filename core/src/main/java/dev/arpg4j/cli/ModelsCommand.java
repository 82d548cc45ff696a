package dev.arpg4j.cli;

import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.VariantCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code arpg models}: the models known by name, their sizes, best settings and published files,
 * and the tokenizer that draws the ids of most of them.
 */
@Command(
    name = "models",
    description = {
      "Lists the models known by name: the embedded one and the published sizes of every variant;"
          + " and the tokenizer of ids that are drawn here."
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
            "file",
            "weights");
    for (String name : EmbeddedModel.names()) {
      VariantCheckpoint embedded = VariantCheckpoint.embedded(name).orElseThrow();
      table.add(row(name, Recommended.of(embedded), "", "embedded"));
    }
    for (Family.Published model : Family.published()) {
      table.add(row(model.name(), recommended(model), model.file().orElse(""), "--model FILE"));
    }
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

  private static Recommended recommended(Family.Published model) {
    Architecture architecture = model.architecture();
    return new Recommended(model.variant(), architecture, model.variant().settings(architecture));
  }

  private static List<String> row(String name, Recommended model, String file, String weights) {
    Architecture architecture = model.architecture();
    Map<String, String> sizes = architecture.metadata();
    List<String> row = new ArrayList<>();
    row.add(name);
    row.add(String.format(Locale.ROOT, "%.1f M", architecture.parameterCount() / MILLION));
    row.add(layers(sizes));
    row.add(sizes.getOrDefault("dim", ""));
    row.add(sizes.getOrDefault("n_head", ""));
    row.add(architecture.grid().toString());
    row.add(Integer.toString(architecture.vocabulary()));
    row.add(Integer.toString(architecture.classes()));
    row.add(model.describe());
    row.add(file);
    row.add(weights);
    return row;
  }

  /** Of a decoder in two passes those of each. */
  private static String layers(Map<String, String> sizes) {
    String all = sizes.getOrDefault("n_layer", "");
    String self = sizes.get("n_self");
    return self == null ? all : self + "+" + (Integer.parseInt(all) - Integer.parseInt(self));
  }
}
