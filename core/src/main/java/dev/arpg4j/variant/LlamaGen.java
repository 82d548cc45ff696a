package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * LlamaGen (Sun et al., 2024; VARIANTS.md 4.1): plain next-token prediction, cell by cell in raster
 * order. The row that holds a token predicts the next cell.
 */
public final class LlamaGen implements Variant {
  @Override
  public String name() {
    return "llamagen";
  }

  @Override
  public String title() {
    return "LlamaGen";
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .holds("P1", "P4", "P5", "P7a", "P7b", "P8", "P9", "P10", "P13")
        .violates("a row is a function of the rows before it", "P6")
        .lacks("one cell a step, and which one is fixed", "P2", "P3", "P11", "P12", "P14");
  }

  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = new LinkedHashMap<>();
    BackboneConfig.published().forEach((size, config) -> sizes.put(size, new Sized(config)));
    return sizes;
  }

  @Override
  public Sized read(Metadata metadata) {
    return new Sized(BackboneConfig.of(metadata));
  }

  @Override
  public Sized tiny(TinySizes wish) {
    return new Sized(wish.backbone());
  }

  @Override
  public Optional<Sized> on(BackboneConfig backbone) {
    return Optional.of(new Sized(backbone));
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    return new DecodeSettings(
        architecture.places(),
        StepSchedule.COSINE,
        new Guidance(GuidanceSchedule.CONSTANT, 2),
        Sampling.PLAIN,
        GenerationOrder.RASTER,
        Pass1Mask.STRICT,
        0);
  }

  /** LlamaGen at a size. */
  record Sized(BackboneConfig config) implements Architecture {
    @Override
    public TokenGrid grid() {
      return config.grid();
    }

    @Override
    public int vocabulary() {
      return config.vocabulary();
    }

    @Override
    public int classes() {
      return config.classes();
    }

    @Override
    public List<Parameter> parameters() {
      return config.parameters();
    }

    @Override
    public Map<String, String> metadata() {
      return config.metadata();
    }

    @Override
    public Network load(Backend backend, ModelWeights weights, DType storage) {
      return BackboneNetwork.load(backend, config, weights, storage);
    }

    @Override
    public Plan plan(DecodeSettings settings, int cells) {
      if (settings.steps() != cells) {
        throw new InvalidInputException(
            "steps %d: LlamaGen decodes one cell a step, the next in raster order (P2, query"
                    .formatted(settings.steps())
                + " independence, is not defined for it); expected "
                + cells);
      }
      return Plan.ones(cells);
    }

    @Override
    public int[] order(DecodeSettings settings, int image, int[] cells) {
      return cells.clone();
    }

    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      if (known > 0) {
        throw new InvalidInputException(
            "known cells: LlamaGen decodes in raster order, and no row says which cell comes next"
                + " (P12, order equivariance, is not defined for it)");
      }
      List<Feed> steps = new ArrayList<>();
      for (Plan.Step step : plan.steps()) {
        int place = step.from();
        Feed.Builder feed = Feed.after(place, place);
        steps.add(
            (place == 0 ? feed.add(Role.CONDITION, 0) : feed.add(Role.CONTENT, place - 1))
                .predicts(place)
                .seeing(Pass1Mask.STRICT));
      }
      return Layout.of(plan, steps);
    }

    @Override
    public boolean sees(Slot query, Slot key) {
      return key.index() <= query.index();
    }

    @Override
    public Feed training() {
      int places = places();
      return Feed.after(0, 0)
          .add(Role.CONDITION, 0)
          .add(Role.CONTENT, 0, places - 1)
          .predicts(0, places)
          .seeing(Pass1Mask.STRICT);
    }
  }
}
