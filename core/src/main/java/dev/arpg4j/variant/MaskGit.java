package dev.arpg4j.variant;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.Bert;
import dev.arpg4j.model.BertConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.variant.ConfidenceCommit.Noise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * MaskGIT (Chang et al., CVPR 2022; VARIANTS.md 4.3): each iteration predicts every masked cell
 * from all cells at once, and {@link ConfidenceCommit} keeps what the model was surest of.
 *
 * <p>The schedule is counted in float64. The original counts in float32, where 256·cos(π/3) is 127:
 * at T = 12 it commits 28 and 30 cells in iterations 8 and 9 in place of 27 and 31.
 */
public final class MaskGit implements Variant {
  /** The released choice temperature τ. */
  private static final double CHOICE_TEMPERATURE = 4.5;

  /** T of the released {@code decode}. */
  private static final int ITERATIONS = 12;

  @Override
  public String name() {
    return "maskgit";
  }

  @Override
  public String title() {
    return "MaskGIT";
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .says("P1", Contract.Claim.HOLDS, "a masked cell's own id is not fed")
        .violates("masked cells are keys too", "P2")
        .holds("P3")
        .lacks("nothing is cached", "P4", "P5", "P7b", "P9")
        .holds("P6", "P7a")
        .violates("positions are learned", "P8", "P11")
        .holds("P10", "P12")
        .lacks("no class is dropped in training, so nothing guides", "P13")
        .violates("the cells of an iteration are drawn independently", "P14");
  }

  @Override
  public Map<String, Sized> published() {
    return Map.of("L", new Sized(BertConfig.published(), CHOICE_TEMPERATURE));
  }

  @Override
  public Sized read(Metadata metadata) {
    return new Sized(BertConfig.of(metadata), CHOICE_TEMPERATURE);
  }

  @Override
  public Sized tiny(TinySizes wish) {
    BertConfig config =
        new BertConfig(
            wish.dim(),
            wish.heads(),
            wish.layers(),
            4 * wish.dim(),
            wish.grid(),
            wish.vocabulary(),
            wish.classes(),
            1e-12);
    return new Sized(config, CHOICE_TEMPERATURE);
  }

  @Override
  public boolean drawable() {
    return false;
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    return new DecodeSettings(
        Math.min(ITERATIONS, architecture.places()),
        StepSchedule.COSINE,
        Guidance.NONE,
        Sampling.PLAIN,
        GenerationOrder.RASTER,
        Pass1Mask.CHUNK,
        0);
  }

  /**
   * MaskGIT at a size.
   *
   * @param choiceTemperature τ of the noise on confidence, 0 or more
   */
  public record Sized(BertConfig config, double choiceTemperature) implements SizedArchitecture {
    public Sized {
      if (!(choiceTemperature >= 0 && Double.isFinite(choiceTemperature))) {
        throw new InvalidInputException(
            "choice temperature " + choiceTemperature + ": expected a number of 0 or more");
      }
    }

    @Override
    public Network load(Backend backend, ModelWeights weights, DType storage) {
      return load(backend, weights, storage, vocabulary());
    }

    /** As {@link #load}, with logits of classes and [MASK] too, which decoding leaves out. */
    public Network loadOfAllIds(Backend backend, ModelWeights weights, DType storage) {
      return load(backend, weights, storage, config.ids());
    }

    private Network load(Backend backend, ModelWeights weights, DType storage, int ids) {
      WeightLoader loader = new WeightLoader(backend, weights, storage);
      Bert model = new Bert(config, loader, ids);
      return new MaskGitNetwork(backend, model, loader.learned());
    }

    /**
     * What an iteration decodes is chosen as it goes; a step's size is how many it commits. Of the
     * last masked cell none is committed before the last iteration, so that there may be more
     * iterations than cells: of three cells, four iterations commit 1, 1, 0 and 1.
     */
    @Override
    public Plan plan(DecodeSettings settings, int cells) {
      if (settings.guidance().branches() > 1) {
        throw new InvalidInputException(
            "guidance: MaskGIT has no null class to be guided away from (P13, guidance of weight"
                + " one, is not defined for it); expected none");
      }
      return Plan.withEmptySteps(settings.schedule(), cells, settings.steps());
    }

    /** All cells are asked for in every iteration, so that no order is better than another. */
    @Override
    public int[] order(DecodeSettings settings, TokenGrid grid, int image, int[] cells) {
      return cells.clone();
    }

    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      int places = known + plan.cells();
      List<Feed> steps = new ArrayList<>();
      for (Plan.Step step : plan.steps()) {
        Feed.Builder feed = Feed.after(0, step.index()).add(Role.CONDITION, 0);
        if (step.index() == 0) {
          feed.add(Role.CONTENT, 0, known).add(Role.QUERY, known, places);
        } else {
          feed.add(Role.CONTENT, 0, places);
        }
        steps.add(feed.predicts(known, places).seeing(Pass1Mask.CHUNK));
      }
      return new Layout(plan, known, List.of(), steps);
    }

    @Override
    public Commit commit(Backend backend, Layout layout, DecodeSettings settings, int images) {
      int steps = layout.plan().steps().size();
      return commit(backend, layout, images, Noise.philox(backend, settings.seed(), images, steps));
    }

    /** What commits with noise from elsewhere. */
    public ConfidenceCommit commit(Backend backend, Layout layout, int images, Noise noise) {
      return new ConfidenceCommit(
          backend, layout, images, config.maskId(), choiceTemperature, noise);
    }

    /** A cell is drawn in every iteration until it is committed. */
    @Override
    public boolean redraws() {
      return true;
    }

    /** Every row sees every row of its iteration; none stays for the next. */
    @Override
    public boolean sees(Slot query, Slot key) {
      return true;
    }

    @Override
    public Objective objective() {
      return new MaskedTokens(this, MaskedTokens.SMOOTHING);
    }

    @Override
    public boolean hasNullClass() {
      return false;
    }

    /** All cells, those that are masked fed as {@link BertConfig#maskId}: masking is data. */
    @Override
    public Feed training() {
      return Feed.after(0, 0)
          .add(Role.CONDITION, 0)
          .add(Role.CONTENT, 0, places())
          .predicts(0, places())
          .seeing(Pass1Mask.CHUNK);
    }
  }
}
