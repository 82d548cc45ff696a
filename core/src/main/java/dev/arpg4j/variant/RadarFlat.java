package dev.arpg4j.variant;

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
import dev.arpg4j.decode.TwoPassDecoding;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.KvSharing;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.Readout;
import dev.arpg4j.tensor.Sampling;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * RadAR without its corrections (arXiv 2512.24639; VARIANTS.md 3.3, "flat"), on ARPG's two passes:
 * rings around the middle, one a step, every cell of a ring independently of the others. The paper
 * was read in part only; the stack, the partition and the sizes are a reconstruction. On one stack,
 * where the cells of a ring see each other, it is {@link IntraRing}; the contract is this one's.
 */
public final class RadarFlat implements Variant {
  @Override
  public String name() {
    return "radar-flat";
  }

  @Override
  public String title() {
    return "RadAR-flat";
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .holds("P1", "P2", "P3", "P4")
        .violates("the rows of a ring see each other, so where rings are cut matters", "P5")
        .says("P6", Contract.Claim.GROUP, "exact inside a ring")
        .says("P7a", Contract.Claim.HOLDS, "training has the ring mask")
        .holds("P7b", "P8", "P9", "P10", "P11", "P12", "P13")
        .violates("the cells of a ring are drawn independently", "P14");
  }

  /** Equal halves at the depth that comes nearest to the paper's 310M and 610M. */
  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = new LinkedHashMap<>();
    sizes.put("310M", sized(ArpgConfig.published(1024, 16, 12, 12, 16, 16_384, 1_000)));
    sizes.put("610M", sized(ArpgConfig.published(1280, 20, 15, 15, 16, 16_384, 1_000)));
    return sizes;
  }

  @Override
  public Architecture read(Metadata metadata) {
    if (!metadata.has("n_self")) { // one stack has no passes to count the layers of
      BackboneConfig config = BackboneConfig.of(metadata);
      return new IntraRing(config, Rings.of(metadata, config.grid()));
    }
    ArpgConfig config = ArpgConfig.of(metadata);
    return new Sized(config, Rings.of(metadata, config.grid()));
  }

  @Override
  public Sized tiny(TinySizes wish) {
    return halves(wish.backbone());
  }

  @Override
  public Map<String, Architecture> on(BackboneConfig backbone) {
    Map<String, Architecture> ways = new LinkedHashMap<>();
    ways.put("", halves(backbone));
    ways.put("intra-ring", new IntraRing(backbone, Rings.standard(backbone.grid())));
    return ways;
  }

  /** As many layers as a backbone has, half of them in each pass. */
  private static Sized halves(BackboneConfig backbone) {
    int cross = (backbone.layers() + 1) / 2;
    return sized(
        new ArpgConfig(
            backbone.dim(),
            backbone.heads(),
            backbone.layers() - cross,
            cross,
            backbone.grid(),
            backbone.vocabulary(),
            backbone.classes(),
            backbone.multipleOf(),
            backbone.ropeBase(),
            backbone.normEpsilon(),
            KvSharing.SHARED,
            Readout.QUERY_ROWS));
  }

  private static Sized sized(ArpgConfig config) {
    return new Sized(config, Rings.standard(config.grid()));
  }

  /** Guided as ARPG is; what the paper used is not known. */
  @Override
  public DecodeSettings settings(Architecture architecture) {
    return new DecodeSettings(
        ((Ringed) architecture).rings().count(),
        StepSchedule.COSINE,
        new Guidance(GuidanceSchedule.LINEAR, 4.5),
        Sampling.PLAIN,
        GenerationOrder.RASTER,
        Pass1Mask.CHUNK,
        0);
  }

  /** RadAR-flat at a size. */
  record Sized(ArpgConfig config, Rings rings) implements ArpgArchitecture, Ringed {
    @Override
    public Map<String, String> metadata() {
      return ringed(config.metadata());
    }

    /** Under the ring mask, whatever settings say: it is what the model was trained with. */
    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      return new TwoPassDecoding(config.readout()).layout(Pass1Mask.CHUNK, plan, known);
    }

    /** Rows of one ring see each other; a target sees the rings before its own. */
    @Override
    public boolean sees(Slot query, Slot key) {
      return key.role() != Role.QUERY && key.group() <= query.group();
    }

    /** The rings of {@link #rings}, each a chunk: places are to be in ring order. */
    @Override
    public Feed training() {
      DecodeSettings settings = new RadarFlat().settings(this);
      return Feed.joined(layout(settings, rings.plan(), 0).feeds());
    }
  }
}
