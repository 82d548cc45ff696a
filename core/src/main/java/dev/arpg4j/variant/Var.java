package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.KnownIds;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.ScalePyramid;
import dev.arpg4j.model.VarConfig;
import dev.arpg4j.model.VarModel;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * VAR (Tian et al., 2024; VARIANTS.md 4.5): the image as a pyramid of scales, each decoded in one
 * step from what the smaller ones add up to. A row predicts the cell it stands for.
 *
 * <p>Its objective is the loss of all scales at once, of examples whose tokens are the ids of a
 * whole pyramid, which a tokenizer of one scale does not give. It is not trained here: its heads'
 * lengths are read through a function ({@link dev.arpg4j.model.Learned#checkTrainable}), and some
 * of its parameters are the autoencoder's.
 */
public final class Var implements Variant {
  /**
   * VAR's guidance: {@code (1 + t)·c - t·u} with {@code t = w·k/(K-1)} at scale k, that is a weight
   * of 1 + t. The first scale is not guided.
   */
  public static final GuidanceSchedule GROWING =
      (scale, step, plan) ->
          step.index() == 0 ? 1 : 1 + scale * step.index() / (plan.steps().size() - 1);

  private static final int[] DEPTHS = {16, 20, 24, 30};

  @Override
  public String name() {
    return "var";
  }

  @Override
  public String title() {
    return "VAR";
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .holds("P1", "P3", "P4", "P7a", "P7b", "P9", "P10")
        .says("P6", Contract.Claim.GROUP, "the cells of a scale see each other")
        .says("P13", Contract.Claim.HOLDS, "the first scale, where t = 0")
        .violates("the cells of a scale see each other's rows", "P2")
        .violates("a part of a scale is fed without the rest", "P5")
        .lacks("the next scale alone hears of an id: no row asks for a cell of the same", "P14")
        .lacks("a move by whole cells of one scale is none of another", "P8")
        .lacks("the first scale is one cell", "P11")
        .lacks("the scales have one order", "P12");
  }

  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = new LinkedHashMap<>();
    for (int depth : DEPTHS) {
      sizes.put("d" + depth, new Sized(VarConfig.imageNet(depth)));
    }
    return sizes;
  }

  /** The transformer; its code vectors and refinements are in the file of the autoencoder. */
  @Override
  public Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    published().keySet().forEach(size -> files.put(size, "var_" + size + ".pth"));
    return files;
  }

  @Override
  public Sized read(Metadata metadata) {
    return new Sized(VarConfig.of(metadata));
  }

  @Override
  public Sized tiny(TinySizes wish) {
    int side = Math.min(wish.grid().rows(), wish.grid().columns());
    ScalePyramid scales = new ScalePyramid(IntStream.rangeClosed(1, side).boxed().toList());
    return new Sized(new VarConfig(wish.adaLn(), scales, 8, 4));
  }

  @Override
  public boolean drawable() {
    return false;
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    return ((Sized) architecture)
        .settings(1)
        .withGuidance(new Guidance(GROWING, 1.5))
        .withSampling(new Sampling(1, 900, 0.96));
  }

  /** VAR at a size. */
  record Sized(VarConfig config) implements AdaLnArchitecture {
    /** Constants that published files keep beside what was learned, by the ends of their names. */
    private static final Set<String> BUFFERS =
        Set.of("zero_k_bias", "lvl_1L", "attn_bias_for_masking", "ema_vocab_hit_SV");

    private ScalePyramid scales() {
      return config.scales();
    }

    @Override
    public int places() {
      return scales().places();
    }

    @Override
    public boolean passesOver(String tensor) {
      return BUFFERS.contains(tensor.substring(tensor.lastIndexOf('.') + 1));
    }

    @Override
    public Network load(Backend backend, ModelWeights weights, DType storage) {
      WeightLoader loader = new WeightLoader(backend, weights, storage);
      VarModel model = VarModel.load(loader, config);
      return new AdaLnNetwork(
          backend,
          config.sizes(),
          grid(),
          places(),
          0,
          1,
          model.stack(),
          new Rows(scales(), model),
          List.of((slot, cells) -> slot.place(), (slot, cells) -> scales().scaleOf(slot.place())),
          loader.learned());
    }

    @Override
    public String rule() {
      return "VAR decodes one scale a step, the smallest first";
    }

    @Override
    public String forbiddenBy() {
      return "the cells of a scale see each other: P5, equivalence of chunks, is violated";
    }

    @Override
    public int[] sizes() {
      return scales().sizes();
    }

    /** The class, then what all scales so far add up to. */
    @Override
    public void begin(Feed.Builder feed, int from, Plan.Step step) {
      if (step.index() == 0) {
        feed.add(Role.CONDITION, 0);
      } else {
        feed.add(Role.QUERY, step.from(), step.to());
      }
    }

    @Override
    public boolean sees(Slot query, Slot key) {
      return scales().scaleOf(key.place()) <= scales().scaleOf(query.place());
    }
  }

  /** The rows: the class is the first scale's, and later ones are made of all ids before. */
  private record Rows(ScalePyramid scales, VarModel model) implements AdaLnNetwork.Rows {
    @Override
    public Tensor embed(Ops ops, FeedInputs in, KnownIds known, AdaLnNetwork.Zeros zeros) {
      int[] places = in.feed().rows().stream().mapToInt(Slot::place).toArray();
      int from = scales.scaleOf(places[0]);
      int to = scales.scaleOf(places[places.length - 1]) + 1;
      Tensor place = in.positions().get(0); // [I, m]
      Tensor x =
          Arrays.equals(places, IntStream.range(scales.from(from), scales.from(to)).toArray())
              ? scales(ops, in, known, from, to)
              : ops.gather(scales(ops, in, known, 0, highest(places) + 1), place);
      return model.placed(ops, x, place, in.positions().get(1)); // [B, m, D]
    }

    /** The rows of whole scales, in order. */
    private Tensor scales(Ops ops, FeedInputs in, KnownIds known, int from, int to) {
      List<Tensor> parts = new ArrayList<>();
      if (from == 0) {
        parts.add(model.start(ops, model.condition(ops, in.conditions())));
      }
      if (to > 1) {
        parts.add(model.feedback(ops, known.all(), Math.max(1, from), to));
      }
      return parts.size() == 1 ? parts.getFirst() : ops.concat(1, parts.get(0), parts.get(1));
    }

    private int highest(int... places) {
      return Arrays.stream(places).map(scales::scaleOf).max().orElseThrow();
    }

    /** The class, for all rows. */
    @Override
    public Tensor condition(Ops ops, FeedInputs in, AdaLnNetwork.Zeros zeros) {
      return model.condition(ops, in.conditions());
    }
  }
}
