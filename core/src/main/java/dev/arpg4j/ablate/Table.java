package dev.arpg4j.ablate;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.variant.Ablation;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.NamedOrder;
import dev.arpg4j.variant.TeacherForced;
import dev.arpg4j.variant.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of models trained by one recipe, but for what the rows are about. The first trial is what
 * the others are held against, and the same in every table.
 */
public enum Table {
  /** ARPG's ablations (VARIANTS.md 1.11), and the first of them decoded in other ways. */
  ABLATIONS {
    @Override
    public List<Trial> trials(Recipe baseline) {
      List<Ablation> rows = Ablation.of(config(baseline));
      List<Trial> trials = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        Ablation row = rows.get(i);
        Line line = new Line(row.name(), settings(row.settings()), Optional.ofNullable(ROWS[i]));
        Recipe.Model model =
            new Recipe.Model(
                "arpg",
                row.architecture().metadata(),
                baseline.model().weights(),
                baseline.model().deviation());
        Recipe recipe = baseline.of(model, Recipe.Feeding.of((TeacherForced) row.objective()));
        List<Line> lines = new ArrayList<>(List.of(line));
        if (i == 0) {
          lines.addAll(otherWays(line, row.architecture().places()));
        }
        trials.add(new Trial(row.name(), recipe, lines));
      }
      return trials;
    }
  },
  /** The systems of the family at one width and depth, each on its own objective. */
  FAMILY {
    @Override
    public List<Trial> trials(Recipe baseline) {
      Trial arpg = ABLATIONS.trials(baseline).getFirst();
      Line line = arpg.lines().getFirst();
      List<Trial> trials = new ArrayList<>();
      trials.add(
          new Trial(
              arpg.name(),
              arpg.recipe(),
              List.of(new Line("ARPG", line.settings(), line.published()))));
      SYSTEMS.forEach((name, published) -> trials.add(system(name, published, baseline)));
      return trials;
    }
  };

  /** In the order of {@link Ablation#of}: 12+12, .., and nothing of chunks in training. */
  private static final Published[] ROWS = {
    new Published("12+12", 64, 62.12, 2.43, 2.44),
    new Published("18+6", 64, 50.72, 3.19, 3.82),
    new Published("6+18", 64, 66.11, 1.67, 3.51),
    new Published("24+0", 256, 11.70, 4.96, 90),
    new Published("0+24", 64, 72.26, 0.91, 4.57),
    new Published("w/o shared KV", 64, 48.02, 3.83, 2.37),
    new Published("raster order", 256, 0, 0, 2.49),
    null
  };

  private static final int[] STEPS = {256, 64, 32, 16, 8};

  /** Those beside ARPG, with the size nearest to ARPG-L that has an FID (VARIANTS.md 6). */
  private static final Map<String, Optional<Published>> SYSTEMS = systems();

  private static Map<String, Optional<Published>> systems() {
    Map<String, Optional<Published>> systems = new LinkedHashMap<>();
    systems.put("radar-flat", Optional.empty());
    systems.put("radar-nested", Optional.of(new Published("RadAR, 610M", 13, 0, 0, 2.97)));
    systems.put("randar", Optional.of(new Published("RandAR-L", 88, 0, 0, 2.55)));
    systems.put("llamagen", Optional.of(new Published("LlamaGen-L", 256, 0, 0, 3.80)));
    systems.put("maskgit", Optional.empty());
    return systems;
  }

  /**
   * Its trials.
   *
   * @param baseline an ARPG of as many self as cross layers, an even number of each
   * @throws dev.arpg4j.tensor.InvalidInputException if it is none
   */
  public abstract List<Trial> trials(Recipe baseline);

  private static ArpgConfig config(Recipe baseline) {
    return ArpgConfig.of(new Metadata("recipe", baseline.model().sizes()));
  }

  /**
   * In the steps and order of a row and under its mask, and guided as the embedded model; but not
   * as cold: of models that have learnt little, the likeliest image is an empty one.
   */
  private static DecodeSettings settings(DecodeSettings row) {
    return DecodeSettings.EMBEDDED
        .withSampling(Sampling.PLAIN)
        .withSteps(row.steps())
        .withOrder(row.order())
        .withPass1(row.pass1());
  }

  /** Under the mask of training, and in other numbers of steps. */
  private static List<Line> otherWays(Line line, int places) {
    List<Line> ways = new ArrayList<>();
    DecodeSettings settings = line.settings();
    DecodeSettings strict = settings.withPass1(Pass1Mask.STRICT);
    ways.add(new Line(line.name() + " strict", strict, Optional.empty()));
    for (int steps : STEPS) {
      if (steps <= places && steps != settings.steps()) {
        String name = "%s %d steps".formatted(line.name(), steps);
        ways.add(new Line(name, settings.withSteps(steps), Optional.empty()));
      }
    }
    return ways;
  }

  /** A system as its paper decodes, but guided as strongly as the others where it is guided. */
  private static Trial system(String name, Optional<Published> published, Recipe baseline) {
    Variant variant = Family.named(name);
    Recipe.Model usual = baseline.model();
    Recipe.Model model =
        Recipe.Model.of(name, backbone(config(baseline)), Map.of(), usual.weights());
    DecodeSettings paper = variant.settings(model.architecture());
    boolean guided = paper.guidance().branches() > 1;
    int steps = Math.min(paper.steps(), model.architecture().places());
    DecodeSettings settings =
        (guided ? paper.withGuidance(DecodeSettings.EMBEDDED.guidance()) : paper).withSteps(steps);
    Recipe recipe =
        baseline
            .of(model, new Recipe.Feeding(NamedOrder.OWN, 0))
            .with(Map.of("init_deviation", usual.deviation()));
    return new Trial(name, recipe, List.of(new Line(variant.title(), settings, published)));
  }

  private static BackboneConfig backbone(ArpgConfig config) {
    return new BackboneConfig(
        config.dim(),
        config.heads(),
        config.selfLayers() + config.crossLayers(),
        config.grid(),
        config.vocabulary(),
        config.classes(),
        config.multipleOf(),
        config.ropeBase(),
        config.normEpsilon());
  }
}
