package dev.arpg4j.jmh.kernels;

import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where in which decode an op is measured: a published size, a number of images, and a step of the
 * released sampler's 64 (arccos, guidance on).
 *
 * @param name for instance {@code XXL/64/last}
 * @param images I; with guidance B is twice that
 * @param fed rows that the step feeds to pass 1
 * @param targets rows that it predicts in pass 2
 * @param cached rows of the cache once the step has fed its own
 */
record DecodePoint(String name, ArpgConfig config, int images, int fed, int targets, int cached) {
  private static final int STEPS = 64;
  private static final int BRANCHES = 2;
  private static final List<Integer> IMAGES = List.of(1, 64);

  /** The points at which everything is measured: three models, two batches, two steps. */
  static List<DecodePoint> all() {
    List<DecodePoint> points = new ArrayList<>();
    for (Map.Entry<String, ArpgConfig> model : Zoo.sizes().entrySet()) {
      String size = model.getKey().substring(model.getKey().indexOf('-') + 1);
      for (int images : IMAGES) {
        String name = size + "/" + images;
        points.add(at(name + "/middle", model.getValue(), images, STEPS / 2));
        points.add(at(name + "/last", model.getValue(), images, STEPS - 1));
      }
    }
    return points;
  }

  private static DecodePoint at(String name, ArpgConfig config, int images, int step) {
    List<Plan.Step> steps = Plan.of(StepSchedule.ARCCOS, config.grid().cells(), STEPS).steps();
    Plan.Step now = steps.get(step);
    return new DecodePoint(
        name, config, images, steps.get(step - 1).size(), now.size(), 1 + now.from());
  }

  /** All extents, with {@code n} the rows that pass 2 predicts. */
  Sizes sizes() {
    return Sizes.of(
        "I", images,
        "B", BRANCHES * images,
        "n", targets,
        "m", cached,
        "N", config.grid().cells(),
        "H", config.heads(),
        "d", config.headDim(),
        "D", config.dim(),
        "F", config.innerDim(),
        "V", config.vocabulary());
  }

  /** All extents, with {@code n} the rows that pass 1 is fed. */
  Sizes sizesOfFeed() {
    return sizes().with(Sizes.of("n", fed));
  }

  /** A shape of this point with these extents alone. */
  NamedShape shape(Sizes sizes, List<String> letters) {
    return new NamedShape(name, sizes.only(letters));
  }

  /** The product of this point's rows with a matrix [O, K], {@code G} of them side by side. */
  NamedShape product(String matrix, int outputs, int inputs, int group) {
    Sizes rows = sizes().only(List.of("B", "n"));
    return new NamedShape(
        name + "/" + matrix, rows.with(Sizes.of("O", outputs, "K", inputs, "G", group)));
  }
}
