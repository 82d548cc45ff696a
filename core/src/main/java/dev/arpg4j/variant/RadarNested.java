package dev.arpg4j.variant;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
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
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RadAR with its corrections (arXiv 2512.24639; VARIANTS.md 3.3, "nested"), on LlamaGen's backbone:
 * step k feeds a block of all cells of the rings so far, the known ones with their latest ids and
 * the new ones as [MASK], and every row predicts its own cell. Known rows never see new ones.
 *
 * <p>The paper was read in part only. What it says is the rings, the mask and that earlier ids are
 * corrected; the backbone, the partition, the cache, the rule of revision, the name of the [MASK]
 * row and the depths are a reconstruction, and all but the first are values to choose.
 */
public final class RadarNested implements Variant {
  @Override
  public String name() {
    return "radar-nested";
  }

  @Override
  public String title() {
    return "RadAR-nested";
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .says("P1", Contract.Claim.HOLDS, "for new cells; a correction reads its cell's earlier id")
        .says("P2", Contract.Claim.GROUP, "known rows do not see new ones; those see each other")
        .says("P3", Contract.Claim.HOLDS, "among known rows and among new ones")
        .holds("P4")
        .violates("a block depends on where rings are cut", "P5")
        .says("P6", Contract.Claim.GROUP, "exact inside a ring")
        .says("P7a", Contract.Claim.HOLDS, "training has the block mask")
        .says("P7b", Contract.Claim.HOLDS, "where the cache appends")
        .holds("P8")
        .says("P9", Contract.Claim.HOLDS, "where the cache appends")
        .violates("later blocks correct earlier ids", "P10")
        .holds("P11", "P12", "P13")
        .violates("the cells of a ring are drawn independently", "P14");
  }

  /** The depths at these widths that come nearest to the paper's 310M and 610M. */
  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = new LinkedHashMap<>();
    sizes.put("310M", sized(BackboneConfig.imageNet(21, 1024, 16)));
    sizes.put("610M", sized(BackboneConfig.imageNet(28, 1280, 20)));
    return sizes;
  }

  @Override
  public Sized read(Metadata metadata) {
    BackboneConfig config = BackboneConfig.of(metadata);
    Rings rings = Rings.of(metadata, config.grid());
    return new Sized(config, rings, BlockCache.of(metadata), Revision.of(metadata));
  }

  @Override
  public Sized tiny(TinySizes wish) {
    return sized(wish.backbone());
  }

  @Override
  public Map<String, Sized> on(BackboneConfig backbone) {
    Map<String, Sized> ways = new LinkedHashMap<>();
    for (BlockCache cache : List.of(BlockCache.APPEND, BlockCache.REPLACE)) {
      Rings rings = Rings.standard(backbone.grid());
      ways.put(cache.text(), new Sized(backbone, rings, cache, Revision.ALWAYS));
    }
    return ways;
  }

  private static Sized sized(BackboneConfig config) {
    return new Sized(config, Rings.standard(config.grid()), BlockCache.APPEND, Revision.ALWAYS);
  }

  /** Guided as LlamaGen is; what the paper used is not known. */
  @Override
  public DecodeSettings settings(Architecture architecture) {
    return new DecodeSettings(
        ((Sized) architecture).rings().count(),
        StepSchedule.COSINE,
        new Guidance(GuidanceSchedule.CONSTANT, 2),
        Sampling.PLAIN,
        GenerationOrder.RASTER,
        Pass1Mask.CHUNK,
        0);
  }

  /** RadAR-nested at a size. */
  record Sized(BackboneConfig config, Rings rings, BlockCache cache, Revision revision)
      implements BackboneArchitecture, Ringed {
    @Override
    public Map<String, String> metadata() {
      Map<String, String> values = ringed(config.metadata());
      values.put(BlockCache.KEY, cache.text());
      values.put(Revision.KEY, Double.toString(revision.below()));
      return values;
    }

    @Override
    public List<Parameter> added() {
      return List.of(MaskRows.parameter(config));
    }

    @Override
    public BackboneNetwork.Rows rows(WeightLoader loader) {
      return MaskRows.load(loader);
    }

    /** Cells given beforehand are known from the first block on, and never predicted. */
    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      return layout(plan, known);
    }

    private Layout layout(Plan plan, int given) {
      List<Feed> blocks = new ArrayList<>();
      int held = 0;
      for (Plan.Step step : plan.steps()) {
        Feed block = block(cache.keep(held), given, step);
        blocks.add(block);
        held = block.held();
      }
      return new Layout(plan, given, List.of(), blocks);
    }

    private Feed block(int keep, int given, Plan.Step step) {
      int known = given + step.from();
      int conditions = keep == 0 ? 1 : 0;
      Feed.Builder feed = Feed.after(keep, step.index());
      if (keep == 0) {
        feed.add(Role.CONDITION, 0);
      }
      feed.add(Role.CONTENT, 0, known);
      if (revision.asks()) {
        feed.predicts(given, known);
      }
      feed.add(Role.QUERY, known, given + step.to()).predicts(known, given + step.to());
      return feed.seeing(MaskRows.seeing(conditions, known));
    }

    @Override
    public Commit commit(Backend backend, Layout layout, DecodeSettings settings, int images) {
      return revision.commit(backend, layout.known());
    }

    /** Each block draws its cells anew. */
    @Override
    public boolean redraws() {
      return true;
    }

    @Override
    public boolean sees(Slot query, Slot key) {
      if (key.role() == Role.CONDITION || key.group() < query.group()) {
        return true;
      }
      return key.group() == query.group()
          && query.role() != Role.CONDITION
          && (key.role() == Role.CONTENT || query.role() == Role.QUERY);
    }

    @Override
    public Objective objective() {
      return new NestedLoss(this);
    }

    /** The condition and all blocks, every row of them read out: places are to be in ring order. */
    @Override
    public Feed training() {
      Sized appending = new Sized(config, rings, BlockCache.APPEND, Revision.ALWAYS);
      return Feed.joined(appending.layout(rings.plan(), 0).feeds());
    }
  }
}
