package dev.arpg4j.jmh.kernels;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Where ops occur when a published size is trained (VARIANTS.md 1.6): all cells of a micro-batch
 * are predicted at once, each from the cells before it. Named {@code XXL/train}.
 */
final class TrainingPoint {
  private static final int IMAGES = 8;

  private TrainingPoint() {}

  /** The shapes of all sizes with these extents alone. */
  static Supplier<List<NamedShape>> of(List<String> letters) {
    return each((name, config) -> List.of(new NamedShape(name, sizes(config).only(letters))));
  }

  /** The rows of a micro-batch by the matrices of a block. */
  static List<NamedShape> products() {
    return each((name, config) ->
            List.of(
                product(name + "/projection", config, config.dim(), config.dim()),
                product(name + "/narrow", config, config.dim(), config.innerDim()),
                product(name + "/head", config, config.vocabulary(), config.dim())))
        .get();
  }

  private static NamedShape product(String name, ArpgConfig config, int outputs, int inputs) {
    Sizes rows = sizes(config).only(List.of("B", "n"));
    return new NamedShape(name, rows.with(Sizes.of("O", outputs, "K", inputs)));
  }

  private static Supplier<List<NamedShape>> each(
      BiFunction<String, ArpgConfig, List<NamedShape>> shapes) {
    return () -> {
      List<NamedShape> all = new ArrayList<>();
      for (Map.Entry<String, ArpgConfig> model : Zoo.sizes().entrySet()) {
        String size = model.getKey().substring(model.getKey().indexOf('-') + 1);
        all.addAll(shapes.apply(size + "/train", model.getValue()));
      }
      return all;
    };
  }

  private static Sizes sizes(ArpgConfig config) {
    int cells = config.grid().cells();
    return Sizes.of(
        "B", IMAGES,
        "n", cells,
        "m", cells,
        "H", config.heads(),
        "d", config.headDim(),
        "D", config.dim(),
        "F", config.innerDim(),
        "V", config.vocabulary());
  }
}
