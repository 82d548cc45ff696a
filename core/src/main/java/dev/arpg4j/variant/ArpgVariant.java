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
import dev.arpg4j.decode.TwoPass;
import dev.arpg4j.decode.TwoPassDecoding;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.ArpgMetadata;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.KvSharing;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.Readout;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.variant.Contract.Claim;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ARPG (VARIANTS.md 1) under each mask of pass 1, and its ablation without self layers (1.11): the
 * model and the loop are {@link TwoPass} and {@link TwoPassDecoding}; here stands what is true of
 * them.
 */
public abstract class ArpgVariant implements Variant {
  private static final ControlSizes TINY = new ControlSizes(ControlKind.GREY, 3, 5);

  private final String name;
  private final String title;
  private final Pass1Mask mask;

  private ArpgVariant(String name, String title, Pass1Mask mask) {
    this.name = name;
    this.title = title;
    this.mask = mask;
  }

  /** What all of them promise: targets are queries, which nothing reads. */
  private static Contract queries() {
    return Contract.none()
        .holds("P1", "P2", "P3", "P4", "P7b", "P8", "P9", "P10", "P13")
        .violates("cells of a step are drawn independently of each other", "P14");
  }

  /** And under the mask of training. */
  private static Contract causal() {
    return queries()
        .holds("P5")
        .violates("a row is a function of the rows before it", "P6")
        .says("P12", Claim.GROUP, "where known tokens came in the same order, which P6 is about")
        .says("P7a", Claim.FIRST, "later targets of a step do not see the ones before them");
  }

  /** As released: tokens that are fed together see each other in both directions. */
  public static final class Released extends ArpgVariant {
    /** For the service loader. */
    public Released() {
      super("arpg", "ARPG", Pass1Mask.CHUNK);
    }

    @Override
    public Map<String, String> files() {
      Map<String, String> files = new LinkedHashMap<>();
      Zoo.models().forEach(model -> files.put(size(model), model.fileStem() + ".pt"));
      return files;
    }

    @Override
    public Contract contract() {
      return queries()
          .holds("P11", "P12")
          .violates("a chunk's keys and values are functions of all its tokens", "P5")
          .says("P6", Claim.GROUP, "a chunk is a set, and a function of the chunks before it")
          .violates("training is causal; the same only if every chunk has one token", "P7a");
    }
  }

  /** Under the mask of training. */
  public static final class Strict extends ArpgVariant {
    /** For the service loader. */
    public Strict() {
      super("arpg-strict", "ARPG strict", Pass1Mask.STRICT);
    }

    @Override
    public Contract contract() {
      return causal().holds("P11");
    }
  }

  /** Without self layers: keys and values are projections of single tokens. */
  public static final class GuidedOnly extends ArpgVariant {
    /** For the service loader. */
    public GuidedOnly() {
      super("arpg-0+l2", "ARPG 0+L2", Pass1Mask.STRICT);
    }

    @Override
    public Contract contract() {
      return queries()
          .holds("P5", "P6", "P11", "P12")
          .says("P7a", Claim.FIRST, "later targets of a step do not see the ones before them");
    }

    /** Only L was published so, with 24 cross layers. */
    @Override
    public Map<String, Sized> published() {
      ArpgConfig large = Zoo.models().getFirst().config();
      return Map.of("L", sized(large.withLayers(0, large.selfLayers() + large.crossLayers())));
    }

    @Override
    int selfLayers(int layers) {
      return 0;
    }
  }

  /**
   * Under the mask of training, with queries that carry what their cells are conditioned by (1.10).
   * No sizes were published.
   */
  public static final class Controlled extends ArpgVariant {
    /** For the service loader. */
    public Controlled() {
      super("arpg-control", "ARPG control", Pass1Mask.STRICT);
    }

    @Override
    public Contract contract() {
      return causal().violates("each query carries what its own cell is conditioned by", "P11");
    }

    @Override
    public Map<String, Sized> published() {
      return Map.of();
    }

    /** Of edges in cells of 16x16 pixels, and half a cell around each. */
    @Override
    public Map<String, Sized> on(BackboneConfig backbone) {
      ControlSizes edges = new ControlSizes(ControlKind.EDGES, 32 * 32, backbone.dim());
      return Map.of("", sized(like(backbone).config().withControl(edges)));
    }

    @Override
    public Sized read(Metadata metadata) {
      Sized sized = super.read(metadata);
      if (!sized.config().control().present()) {
        throw new InvalidInputException("control is missing, expected edges, grey or tokens");
      }
      return sized;
    }

    @Override
    public Sized tiny(TinySizes wish) {
      return sized(super.tiny(wish).config().withControl(TINY));
    }

    @Override
    public DecodeSettings settings(Architecture architecture) {
      return DecodeSettings.EMBEDDED.withSteps(
          Math.min(DecodeSettings.EMBEDDED.steps(), architecture.places()));
    }
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String title() {
    return title;
  }

  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = new LinkedHashMap<>();
    for (Zoo.Published model : Zoo.models()) {
      sizes.put(size(model), sized(model.config()));
    }
    return sizes;
  }

  private static String size(Zoo.Published model) {
    return model.name().replace("ARPG-", "");
  }

  @Override
  public Sized read(Metadata metadata) {
    return sized(ArpgMetadata.sizes(metadata));
  }

  @Override
  public Map<String, Sized> on(BackboneConfig backbone) {
    return Map.of("", like(backbone));
  }

  @Override
  public Sized tiny(TinySizes wish) {
    return like(wish.backbone());
  }

  /** As many layers as a backbone has, the first half of them self layers. */
  final Sized like(BackboneConfig backbone) {
    int self = selfLayers(backbone.layers());
    return sized(
        new ArpgConfig(
            backbone.dim(),
            backbone.heads(),
            self,
            Math.max(1, backbone.layers() - self),
            backbone.grid(),
            backbone.vocabulary(),
            backbone.classes(),
            backbone.multipleOf(),
            backbone.ropeBase(),
            backbone.normEpsilon(),
            KvSharing.SHARED,
            Readout.QUERY_ROWS));
  }

  int selfLayers(int layers) {
    return Math.ceilDiv(layers, 2);
  }

  /** The released sampler's (VARIANTS.md 1.7), guided as the published models are. */
  @Override
  public DecodeSettings settings(Architecture architecture) {
    return new DecodeSettings(
        Math.min(64, architecture.places()),
        StepSchedule.ARCCOS,
        new Guidance(GuidanceSchedule.CONSTANT, 4),
        Sampling.PLAIN,
        GenerationOrder.IMAGE,
        mask,
        0);
  }

  final Sized sized(ArpgConfig config) {
    return new Sized(config, mask);
  }

  /**
   * ARPG at a size.
   *
   * @param mask of pass 1, which the variant's settings have; others decode under another
   */
  record Sized(ArpgConfig config, Pass1Mask mask) implements ArpgArchitecture {
    @Override
    public Map<String, String> metadata() {
      return ArpgMetadata.of(config, List.of());
    }

    /** The angles of the positions simply continue (VARIANTS.md 1.9). */
    @Override
    public Sized on(TokenGrid other) {
      return new Sized(config.withGrid(other), mask);
    }

    @Override
    public Plan plan(DecodeSettings settings, int cells) {
      return decoding().plan(settings, cells);
    }

    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      return decoding().layout(settings, plan, known);
    }

    private TwoPassDecoding decoding() {
      return new TwoPassDecoding(config.readout());
    }

    /** No row sees a query; a query sees all that is cached, a token what its mask shows it. */
    @Override
    public boolean sees(Slot query, Slot key) {
      boolean earlier =
          mask == Pass1Mask.STRICT && query.role() != Role.QUERY
              ? key.index() <= query.index()
              : key.group() <= query.group();
      return key.role() != Role.QUERY && earlier;
    }

    @Override
    public boolean trainsInAnyOrder() {
      return true;
    }

    /** Without queries a row predicts what comes next, and there is one cell a step. */
    @Override
    public boolean trainsInChunks() {
      return config.readout() == Readout.QUERY_ROWS;
    }

    /** One query a cell, each after all cells before it (VARIANTS.md 1.6): causal in any case. */
    @Override
    public Feed training() {
      return Feed.joined(decoding().layout(Pass1Mask.STRICT, Plan.ones(places()), 0).feeds());
    }
  }
}
