package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * RandAR (Pang et al., arXiv 2412.01827; VARIANTS.md 4.2): a causal decoder for any order. Before
 * each token stands an instruction, one learned vector rotated to the token's cell, which predicts
 * it. A parallel step asks several instructions in a row; the next feeds them again with their
 * tokens between, over their old places in the cache.
 */
public final class RandAr extends BackboneVariant<RandAr.Sized> {
  private static final String INSTRUCTION = "pos_instruct_embeddings";

  /** Its cosine, rounded as the released sampler rounds it. */
  static final StepSchedule COSINE = (step, steps) -> Math.cos(Math.PI / 2 * (step + 1) / steps);

  /** For the service loader. */
  public RandAr() {
    super("randar", "RandAR", Sized::new);
  }

  @Override
  public Contract contract() {
    String asked = "later instructions of a step see the earlier ones in place of tokens";
    return Contract.none()
        .holds("P1", "P4", "P5", "P10", "P13")
        .says("P12", Contract.Claim.GROUP, "where rows came in the same order, which P6 is about")
        .says("P2", Contract.Claim.FIRST, asked)
        .says("P7a", Contract.Claim.FIRST, asked)
        .says("P7b", Contract.Claim.FIRST, asked + ", and are dropped from the cache")
        .violates("instructions of a step see those before them", "P3", "P14")
        .violates("a row is a function of the rows before it", "P6")
        .violates("the cell is part of what an instruction says", "P8", "P11")
        .violates("the instructions of a step are overwritten by the next", "P9");
  }

  /** 88 steps of 256 cells, and as many of fewer or more; guidance from 1 to 4. */
  @Override
  public DecodeSettings settings(Architecture architecture) {
    return new DecodeSettings(
        Math.ceilDiv(architecture.places() * 88, 256),
        COSINE,
        new Guidance(GuidanceSchedule.LINEAR_BEFORE, 4),
        Sampling.PLAIN,
        GenerationOrder.IMAGE,
        Pass1Mask.STRICT,
        0);
  }

  /** RandAR at a size. */
  record Sized(BackboneConfig config) implements BackboneArchitecture {
    @Override
    public List<Parameter> added() {
      return List.of(BackboneConfig.table(INSTRUCTION, 1, config.dim()));
    }

    @Override
    public BackboneNetwork.Rows rows(WeightLoader loader) {
      Weight instruction = loader.table(INSTRUCTION);
      return new BackboneNetwork.Rows() {
        @Override
        public Tensor queries(Backend backend, FeedInputs in, Rope rope) {
          return rope.rotate(backend, backend.embed(instruction, in.sameQuery()), config.heads());
        }
      };
    }

    /** One cell first; after step s, {@code trunc((1 - masked share)·N + 1)} cells are known. */
    @Override
    public Plan plan(DecodeSettings settings, int cells) {
      int steps = settings.steps();
      Plan.checkSteps(steps, cells);
      int[] sizes = new int[steps];
      int known = 0;
      for (int s = 0; s < steps - 1; s++) {
        int wanted = (int) ((1 - settings.schedule().maskedAfter(s, steps)) * cells + 1) - known;
        sizes[s] = s == 0 ? 1 : Math.clamp(wanted, 1, cells - known - (steps - 1 - s));
        known += sizes[s];
      }
      sizes[steps - 1] = cells - known;
      return Plan.ofSizes(sizes);
    }

    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      List<Feed> before = new ArrayList<>();
      if (known > 0) {
        Feed.Builder pairs = Feed.after(0, -1).add(Role.CONDITION, 0);
        before.add(pairs(pairs, 0, known).seeing(Pass1Mask.STRICT));
      }
      List<Feed> steps = new ArrayList<>();
      int asked = known; // the first place of the step before
      for (Plan.Step step : plan.steps()) {
        int from = known + step.from();
        Feed.Builder feed;
        if (step.index() > 0) {
          feed = Feed.after(instruction(asked) + 1, step.index()).add(Role.CONTENT, asked);
          pairs(feed, asked + 1, from);
        } else if (known > 0) {
          feed = Feed.after(instruction(known), 0);
        } else {
          feed = Feed.after(0, 0).add(Role.CONDITION, 0);
        }
        feed.add(Role.QUERY, from, known + step.to()).predicts(from, known + step.to());
        steps.add(feed.seeing(Pass1Mask.STRICT));
        asked = from;
      }
      return new Layout(plan, known, before, steps);
    }

    /** The row of a place's instruction in training, and in the cache once it is known. */
    private static int instruction(int place) {
      return 1 + 2 * place;
    }

    private static Feed.Builder pairs(Feed.Builder feed, int from, int to) {
      for (int place = from; place < to; place++) {
        feed.add(Role.QUERY, place).add(Role.CONTENT, place);
      }
      return feed;
    }

    @Override
    public boolean sees(Slot query, Slot key) {
      return key.index() <= query.index();
    }

    @Override
    public boolean trainsInAnyOrder() {
      return true;
    }

    @Override
    public Feed training() {
      Feed.Builder feed = Feed.after(0, 0).add(Role.CONDITION, 0);
      for (int place = 0; place < places(); place++) {
        feed.add(Role.QUERY, place).predicts(place).add(Role.CONTENT, place);
      }
      return feed.seeing(Pass1Mask.STRICT);
    }
  }
}
