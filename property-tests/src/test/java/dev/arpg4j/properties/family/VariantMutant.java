package dev.arpg4j.properties.family;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Contract;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Variant;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * A system of the family with one fault.
 *
 * @param of the sound system's name
 * @param fault what is wrong, as one would tell it after finding it
 * @param clause the property that has to notice
 * @param parts what is broken
 */
record VariantMutant(String of, String fault, String clause, Parts parts) {

  /**
   * What a fault may sit in.
   *
   * @param feed what a step feeds
   * @param hidden keys that a row ought to see by the mask's meaning, and does not
   * @param network the network
   * @param commit what becomes of ids
   */
  record Parts(
      UnaryOperator<Feed> feed,
      BiPredicate<Slot, Slot> hidden,
      UnaryOperator<Network> network,
      UnaryOperator<Commit> commit) {
    boolean sees(Slot query, Slot key, boolean sound) {
      return sound && !hidden.test(query, key);
    }
  }

  private static final BiPredicate<Slot, Slot> NONE = (query, key) -> false;

  /** A fault of what steps feed. */
  static VariantMutant ofFeeds(String of, String fault, String clause, UnaryOperator<Feed> breaks) {
    return ofMask(of, fault, clause, NONE, breaks);
  }

  /** A fault of the mask, by numbers and by meaning alike. */
  static VariantMutant ofMask(
      String of,
      String fault,
      String clause,
      BiPredicate<Slot, Slot> hidden,
      UnaryOperator<Feed> breaks) {
    Parts parts = new Parts(breaks, hidden, UnaryOperator.identity(), UnaryOperator.identity());
    return new VariantMutant(of, fault, clause, parts);
  }

  /** A fault of how rows become logits. */
  static VariantMutant ofNetwork(
      String of, String fault, String clause, UnaryOperator<Network> breaks) {
    Parts parts = new Parts(UnaryOperator.identity(), NONE, breaks, UnaryOperator.identity());
    return new VariantMutant(of, fault, clause, parts);
  }

  /** A fault of what is kept of drawn ids. */
  static VariantMutant ofCommit(
      String of, String fault, String clause, UnaryOperator<Commit> breaks) {
    Parts parts = new Parts(UnaryOperator.identity(), NONE, UnaryOperator.identity(), breaks);
    return new VariantMutant(of, fault, clause, parts);
  }

  /** The system, broken. */
  Variant variant() {
    return new Broken(Family.named(of), parts);
  }

  @Override
  public String toString() {
    return of + ": " + fault;
  }

  private record Broken(Variant sound, Parts parts) implements Variant {
    @Override
    public String name() {
      return sound.name();
    }

    @Override
    public String title() {
      return sound.title();
    }

    @Override
    public Contract contract() {
      return sound.contract();
    }

    @Override
    public Map<String, ? extends Architecture> published() {
      return sound.published();
    }

    @Override
    public Architecture read(Metadata metadata) {
      return sound.read(metadata);
    }

    @Override
    public Architecture tiny(TinySizes wish) {
      return new BrokenArchitecture(sound.tiny(wish), parts);
    }

    @Override
    public Map<String, ? extends Architecture> on(BackboneConfig backbone) {
      return sound.on(backbone);
    }

    @Override
    public DecodeSettings settings(Architecture architecture) {
      return sound.settings(
          architecture instanceof BrokenArchitecture broken ? broken.sound() : architecture);
    }
  }

  private record BrokenArchitecture(Architecture sound, Parts parts) implements Architecture {
    @Override
    public TokenGrid grid() {
      return sound.grid();
    }

    @Override
    public int places() {
      return sound.places();
    }

    @Override
    public int vocabulary() {
      return sound.vocabulary();
    }

    @Override
    public int classes() {
      return sound.classes();
    }

    @Override
    public List<Parameter> parameters() {
      return sound.parameters();
    }

    @Override
    public Map<String, String> metadata() {
      return sound.metadata();
    }

    @Override
    public Network load(Backend backend, ModelWeights weights, DType storage) {
      return parts.network().apply(sound.load(backend, weights, storage));
    }

    @Override
    public boolean sees(Slot query, Slot key) {
      return parts.sees(query, key, sound.sees(query, key));
    }

    @Override
    public Feed training() {
      return sound.training();
    }

    @Override
    public int[] order(DecodeSettings settings, TokenGrid grid, int image, int[] cells) {
      return sound.order(settings, grid, image, cells);
    }

    @Override
    public Plan plan(DecodeSettings settings, int cells) {
      return sound.plan(settings, cells);
    }

    @Override
    public Plan plan(DecodeSettings settings, int[] cells) {
      return sound.plan(settings, cells);
    }

    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int known) {
      Layout laid = sound.layout(settings, plan, known);
      return new Layout(
          plan,
          known,
          laid.before().stream().map(parts.feed()).toList(),
          laid.steps().stream().map(parts.feed()).toList());
    }

    @Override
    public Commit commit(Backend backend, Layout layout, DecodeSettings settings, int images) {
      return parts.commit().apply(sound.commit(backend, layout, settings, images));
    }

    @Override
    public boolean redraws() {
      return sound.redraws();
    }
  }
}
