package dev.arpg4j.cli;

import dev.arpg4j.decode.GenerationOrder;
import java.util.List;
import picocli.CommandLine.Option;

/** The flag that says in which order kept cells are fed. */
final class KnownOrderOption {
  private static final List<Choice<GenerationOrder>> ORDERS =
      List.of(
          new Choice<>("raster", GenerationOrder.RASTER),
          new Choice<>("random", GenerationOrder.SHARED));

  @Option(
      names = "--known-order",
      paramLabel = "NAME",
      description =
          "order in which kept cells are fed: raster or random, by the seed"
              + " (default: ${DEFAULT-VALUE})")
  private String order = "raster";

  Choice<GenerationOrder> choose() {
    return Choice.named("--known-order", ORDERS, order);
  }
}
