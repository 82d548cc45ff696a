package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.KnownIds;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.AdaLnSizes;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.RarConfig;
import dev.arpg4j.model.RarModel;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * RAR (Yu et al., 2024; VARIANTS.md 4.4): trained on permutations that anneal to raster order, and
 * decoded in it. The row that holds a token also knows the place of the next, which it predicts.
 */
public final class Rar implements Variant {
  /** What is published of a size: its sizes, and how it is guided and drawn. */
  private record Published(RarConfig config, double scale, double power, double temperature) {}

  private static final Map<String, Published> PUBLISHED = new LinkedHashMap<>();

  static {
    PUBLISHED.put("B", new Published(RarConfig.imageNet(24, 768, 3072), 16, 2.75, 1));
    PUBLISHED.put("L", new Published(RarConfig.imageNet(24, 1024, 4096), 15.5, 2.5, 1.02));
    PUBLISHED.put("XL", new Published(RarConfig.imageNet(32, 1280, 5120), 6.9, 1.5, 1.02));
    PUBLISHED.put("XXL", new Published(RarConfig.imageNet(40, 1408, 6144), 8, 1.2, 1.02));
  }

  /**
   * RAR's guidance: {@code 1 + (w-1)·½(1 - cos(π (s/N)^p))}, s tokens being known. It begins at 1
   * and ends below w; with p = 0 it is w throughout.
   *
   * @param power p
   */
  public record CosinePower(double power) implements GuidanceSchedule {
    @Override
    public double weight(double scale, Plan.Step step, Plan plan) {
      double known = (double) step.from() / plan.cells();
      return 1 + (scale - 1) * (1 - Math.cos(Math.PI * Math.pow(known, power))) / 2;
    }
  }

  /**
   * Permutation annealing, the paper's schedule of training: the probability that an image is fed
   * in a random order instead of raster. 1 up to epoch 200, then falling to 0 at epoch 300 of 400.
   */
  public static double randomOrders(double epoch) {
    return Math.clamp((300 - epoch) / 100, 0, 1);
  }

  @Override
  public String name() {
    return "rar";
  }

  @Override
  public String title() {
    return "RAR";
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .holds("P1", "P4", "P5", "P7a", "P7b", "P9", "P10", "P13")
        .says("P12", Contract.Claim.HOLDS, "of rows fed in any order; decoding is raster")
        .violates("a cached row holds the place of its successor, and serves no other", "P2")
        .violates("a row is a function of the rows before it, and of its place among them", "P6")
        .violates("positions are learned, cell by cell", "P8", "P11")
        .lacks("one cell a step, and which one is fixed", "P3", "P14");
  }

  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = new LinkedHashMap<>();
    PUBLISHED.forEach((size, each) -> sizes.put(size, new Sized(each.config())));
    return sizes;
  }

  @Override
  public Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    PUBLISHED
        .keySet()
        .forEach(size -> files.put(size, "rar_" + size.toLowerCase(Locale.ROOT) + ".bin"));
    return files;
  }

  @Override
  public Sized read(Metadata metadata) {
    return new Sized(RarConfig.of(metadata));
  }

  @Override
  public Sized tiny(TinySizes wish) {
    int rows = RarConfig.BEFORE + wish.grid().cells();
    return new Sized(new RarConfig(wish.adaLn(), wish.grid(), rows, rows));
  }

  @Override
  public boolean drawable() {
    return false;
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    Published like =
        PUBLISHED.values().stream()
            .filter(each -> new Sized(each.config()).equals(architecture))
            .findFirst()
            .orElseGet(() -> PUBLISHED.get("XL"));
    return ((Sized) architecture)
        .settings(1)
        .withGuidance(new Guidance(new CosinePower(like.power()), like.scale()))
        .withSampling(new Sampling(like.temperature(), 0, 1));
  }

  /** RAR at a size. */
  record Sized(RarConfig config) implements AdaLnArchitecture {
    @Override
    public Network load(Backend backend, ModelWeights weights, DType storage) {
      AdaLnSizes sizes = config.sizes();
      WeightLoader loader = new WeightLoader(backend, weights, storage);
      RarModel model = RarModel.load(loader, sizes);
      return new AdaLnNetwork(
          backend,
          sizes,
          grid(),
          places(),
          config.classId(0),
          1 / Math.sqrt(sizes.headDim()),
          model.stack(),
          new Rows(model),
          List.of(Sized::ownRow, Sized::targetRow, (slot, cells) -> slot.index()),
          loader.learned());
    }

    /** The row of {@code pos_embed}: cls, condition, cells. */
    private static int ownRow(Slot slot, int[] cells) {
      return switch (slot.role()) {
        case SPECIAL -> 0;
        case CONDITION -> 1;
        default -> RarConfig.BEFORE + cells[slot.place()];
      };
    }

    /** The row of {@code target_aware_pos_embed}; that of cls is not read. */
    private static int targetRow(Slot slot, int[] cells) {
      return switch (slot.role()) {
        case SPECIAL -> 0;
        case CONDITION -> RarConfig.BEFORE + cells[0];
        default -> RarConfig.BEFORE + cells[slot.place() + 1];
      };
    }

    @Override
    public boolean trainsInAnyOrder() {
      return true;
    }

    @Override
    public Objective objective() {
      return new TeacherForced(this).in(new TrainingOrder.Annealed());
    }

    @Override
    public String rule() {
      return "RAR decodes one cell a step in raster order, to which its training anneals";
    }

    @Override
    public String forbiddenBy() {
      return "a row is fed with the place of the one cell it predicts: P2, query independence, is"
          + " violated";
    }

    @Override
    public String knownForbiddenBy() {
      return "other orders are its training's alone (P12, order equivariance, holds of that)";
    }

    @Override
    public int[] sizes() {
      return Plan.ones(places()).sizes();
    }

    @Override
    public Pass1Mask fedTogether() {
      return Pass1Mask.STRICT;
    }

    @Override
    public void begin(Feed.Builder feed, int from, Plan.Step step) {
      if (step.index() == 0) {
        feed.add(Role.SPECIAL, 0);
      }
      AdaLnArchitecture.super.begin(feed, from, step);
    }

    @Override
    public boolean sees(Slot query, Slot key) {
      return key.index() <= query.index();
    }
  }

  /** The rows: cls and the condition before the first step, then tokens. */
  private record Rows(RarModel model) implements AdaLnNetwork.Rows {
    @Override
    public Tensor embed(Ops ops, FeedInputs in, KnownIds known, AdaLnNetwork.Zeros zeros) {
      List<Tensor> parts = new ArrayList<>();
      boolean begins = in.feed().rows().getFirst().role() == Role.SPECIAL;
      if (begins) {
        int sequences = in.conditions().shape().dim(0);
        parts.add(model.cls(ops, ops.reshape(zeros.of(ops, sequences), Shape.of(sequences, 1))));
        parts.add(model.ids(ops, in.conditions()));
      }
      if (in.feed().contents().length > 0) {
        parts.add(model.ids(ops, known.contents()));
      }
      Tensor x = ops.concat(1, parts.toArray(Tensor[]::new)); // [B, m, D]
      return model.placed(ops, x, in.positions().get(0), in.positions().get(1), begins ? 1 : 0);
    }

    /** The class and which row of the sequence it is. */
    @Override
    public Tensor condition(Ops ops, FeedInputs in, AdaLnNetwork.Zeros zeros) {
      Tensor one = model.ids(ops, in.conditions()); // [B, 1, D]
      Tensor each = ops.gather(one, zeros.of(ops, in.feed().rows().size()));
      return model.stepped(ops, each, in.positions().get(2));
    }
  }
}
