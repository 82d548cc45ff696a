package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.ConditionInputs;
import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.GivenTokens;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.decode.TokenChooser;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.verify.Numbers;
import dev.arpg4j.verify.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A variant on a case: a tiny random model, images and a plan, all drawn from a seed; and the ways
 * to run them that the probes share.
 */
final class Trial {
  /** Times 1/√D: activations of order one through a few layers, hence logits of order one. */
  private static final double WEIGHT_SCALE = 1.5;

  /** More columns than a tiny grid has. */
  private static final int FARTHEST_COLUMN = 100;

  private final Variant variant;
  private final Backend backend;
  private final long seed;
  private final TinySizes wish;
  private final Architecture architecture;
  private final Network network;
  private final int[] classes;
  private final int[][] tokens;
  private final DecodeSettings settings;
  private final Plan plan;
  private final Layout layout;
  private final int[][] orders;
  private @Nullable Loop loop;

  Trial(Variant variant, Backend backend, long seed) {
    this.variant = variant;
    this.backend = backend;
    this.seed = seed;
    Numbers numbers = new Numbers(seed, 0);
    this.wish = wish(numbers);
    this.architecture = variant.tiny(wish);
    this.network = conditioned(load(architecture), 0, 0);
    int images = numbers.between(1, 2);
    int places = architecture.places();
    this.classes = ids(numbers, images, architecture.classes());
    this.tokens = new int[images][];
    int[][] wishedOrders = new int[images][];
    for (int i = 0; i < images; i++) {
      tokens[i] = ids(numbers, places, architecture.vocabulary());
      wishedOrders[i] = numbers.permutation(places);
    }
    DecodeSettings wished = settings(numbers, wishedOrders);
    this.settings = plan(wished).isPresent() ? wished : own(wished);
    Decoder decoder = new Decoder(network, architecture, settings);
    this.plan = decoder.plan(batch());
    this.layout = architecture.layout(settings, plan, 0);
    this.orders = decoder.orders(batch());
  }

  private static TinySizes wish(Numbers numbers) {
    int dim = numbers.pick(16, 24, 32);
    return new TinySizes(
        dim,
        numbers.oneOf(1, 2, dim / 8),
        numbers.between(2, 4),
        new TokenGrid(numbers.between(2, 4), numbers.between(2, 4)),
        numbers.between(5, 24),
        numbers.between(2, 5),
        numbers.oneOf(100.0, 10_000.0));
  }

  private static int[] ids(Numbers numbers, int count, int below) {
    return IntStream.range(0, count).map(i -> numbers.between(0, below - 1)).toArray();
  }

  /** The variant's own settings, but any order and any steps, unguided. */
  private DecodeSettings settings(Numbers numbers, int[][] wishedOrders) {
    DecodeSettings own = variant.settings(architecture);
    int places = architecture.places();
    int[] sizes = numbers.partition(places, numbers.between(2, Math.max(2, places / 2)));
    Plan random = Plan.ofSizes(sizes);
    // Half a cell keeps the schedule's truncation off the edge.
    StepSchedule schedule =
        (step, steps) -> (places - random.steps().get(step).to() + 0.5) / places;
    return new DecodeSettings(
        sizes.length,
        schedule,
        Guidance.NONE,
        Sampling.PLAIN,
        (key, grid, image, cells) -> among(wishedOrders[image], cells),
        own.pass1(),
        seed);
  }

  /** An order's cells that are to be decoded. */
  private static int[] among(int[] order, int... cells) {
    return Arrays.stream(order)
        .filter(cell -> IntStream.of(cells).anyMatch(each -> each == cell))
        .toArray();
  }

  /** The plan under other settings, if the variant can do it. */
  Optional<Plan> plan(DecodeSettings other) {
    try {
      return Optional.of(new Decoder(network, architecture, other).plan(batch()));
    } catch (InvalidInputException fixed) {
      return Optional.empty();
    }
  }

  /** The variant's own number of steps. */
  private DecodeSettings own(DecodeSettings wished) {
    DecodeSettings own = variant.settings(architecture);
    return new DecodeSettings(
        own.steps(),
        own.schedule(),
        wished.guidance(),
        wished.sampling(),
        wished.order(),
        own.pass1(),
        seed);
  }

  private Network load(Architecture sized) {
    double deviation = WEIGHT_SCALE / Math.sqrt(wish.dim());
    RandomWeights weights = new RandomWeights(sized.parameters(), seed, deviation);
    return sized.load(backend, weights, DType.F32);
  }

  /**
   * The network with a condition for every cell, if cells can have one: a function of its row and
   * column, counted from these.
   */
  private Network conditioned(Network plain, int down, int right) {
    ControlSizes control = plain.control();
    if (!control.present()) {
      return plain;
    }
    TokenGrid grid = plain.grid();
    float[] values = new float[grid.cells() * control.values()];
    for (int k = 0; k < values.length; k++) {
      int cell = k / control.values();
      int slot = (cell / grid.columns() - down) * FARTHEST_COLUMN + cell % grid.columns() - right;
      double drawn = Philox.uniform(seed, slot, k % control.values(), 0, Purpose.CASES);
      values[k] =
          (float) (control.kind() == ControlKind.TOKENS ? (int) (drawn * control.inputs()) : drawn);
    }
    return plain.under(ConditionInputs.of(plain, Conditions.same(values, 1)));
  }

  // ---- what was drawn

  Backend backend() {
    return backend;
  }

  Architecture architecture() {
    return architecture;
  }

  Network network() {
    return network;
  }

  Layout layout() {
    return layout;
  }

  Plan plan() {
    return plan;
  }

  DecodeSettings settings() {
    return settings;
  }

  int images() {
    return classes.length;
  }

  int vocabulary() {
    return architecture.vocabulary();
  }

  /** [I][places], the cell of each place. */
  int[][] orders() {
    return orders;
  }

  /** [I][places], in raster order. */
  int[][] tokens() {
    return tokens;
  }

  /** [I], class labels. */
  int[] classes() {
    return classes;
  }

  int[] classIds() {
    return IntStream.of(classes).map(network::classId).toArray();
  }

  /** Numbers of the case's seed for a probe of its own. */
  Numbers numbers() {
    return new Numbers(seed, 1);
  }

  /** The same architecture and weights on a larger grid, or what the variant makes of the wish. */
  Architecture larger(int rows, int columns) {
    TokenGrid grid = architecture.grid();
    return variant.tiny(wish.withGrid(new TokenGrid(grid.rows() + rows, grid.columns() + columns)));
  }

  /**
   * Another architecture with the case's weights, and the case's conditions where its cells are
   * moved to.
   */
  Network network(Architecture other, int down, int right) {
    return conditioned(load(other), down, right);
  }

  Tolerance exact() {
    return Tolerance.of(backend, maps(), longest());
  }

  Tolerance likely() {
    return Tolerance.likely(backend, maps(), longest());
  }

  /** No sublayer is without a matrix of its own. */
  private int maps() {
    return (int)
        architecture.parameters().stream().filter(each -> each.use() == Weight.Use.PANELS).count();
  }

  private int longest() {
    int widest =
        architecture.parameters().stream()
            .map(Parameter::shape)
            .mapToInt(shape -> Math.max(shape.dim(0), shape.dim(-1)))
            .max()
            .orElse(1);
    return Math.max(widest, layout.capacity() + layout.rows());
  }

  // ---- ways to run it

  private DecodeBatch batch() {
    return DecodeBatch.of(0, classes);
  }

  /** The loop along the case's tokens, which several probes hold others against. */
  Loop loop() {
    Loop said = loop;
    if (said == null) {
      said = loop(settings, plan, this::given);
      loop = said;
    }
    return said;
  }

  /** What repeats the case's tokens. */
  TokenChooser given(Backend on) {
    return new GivenTokens(on, tokens);
  }

  /** What draws as settings say. */
  TokenChooser drawing(DecodeSettings how) {
    return new Decoder(network, architecture, how).sampler(backend, batch());
  }

  /** The loop under other settings or a plan of them, or along other tokens. */
  Loop loop(DecodeSettings how, Plan steps, Function<Backend, TokenChooser> choosers) {
    return loop(how, steps, batch(), choosers);
  }

  /** The loop for another batch of the case's images, where cells may be known beforehand. */
  Loop loop(
      DecodeSettings how, Plan steps, DecodeBatch batch, Function<Backend, TokenChooser> choosers) {
    Decoder decoder = new Decoder(network, architecture, how);
    Layout laid = architecture.layout(how, steps, batch.known().cells().length);
    List<Loop.Step> said = new ArrayList<>();
    try (DecodeSession session = decoder.session(batch, steps, choosers);
        Scope whole = backend.scope()) {
      session.begin(batch);
      int[][] before = null;
      for (Plan.Step step : steps.steps()) {
        DecodeSession.Said now = session.step(step.index());
        double[] logits = session.guided(step.index(), now.logits()).toDoubles();
        int[][] after = rows(now.ids().toInts());
        said.add(new Loop.Step(laid.steps().get(step.index()), before, logits, after));
        before = after;
      }
    }
    return new Loop(images(), vocabulary(), List.copyOf(said));
  }

  private int[][] rows(int[] flat) {
    int each = flat.length / images();
    return IntStream.range(0, images())
        .mapToObj(i -> Arrays.copyOfRange(flat, i * each, (i + 1) * each))
        .toArray(int[][]::new);
  }

  /** Feeds said by hand, for all images. */
  FeedRun run(List<Feed> feeds) {
    return new FeedRun(network, feeds, classIds(), orders);
  }

  /** Logits of a feed over whole images without a cache, [I, n, V]. */
  double[] forward(Feed feed, int[][] raster) {
    return forward(feed, new ForwardPass.Images(classIds(), raster, orders));
  }

  /** Logits of a feed over other images without a cache. */
  double[] forward(Feed feed, ForwardPass.Images images) {
    try (Scope scope = backend.scope()) {
      return new ForwardPass(network, feed).logits(images).toDoubles();
    }
  }

  /** Ids [I][places] in raster order, place by place. */
  int[][] byPlace(int[][] raster) {
    return IntStream.range(0, images())
        .mapToObj(i -> Arrays.stream(orders[i]).map(cell -> raster[i][cell]).toArray())
        .toArray(int[][]::new);
  }

  /** The case's tokens, raster, with other ids in all places from {@code place} on. */
  int[][] changedFrom(int place) {
    int[][] changed = new int[images()][];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = tokens[i].clone();
      for (int later = place; later < orders[i].length; later++) {
        int cell = orders[i][later];
        changed[i][cell] = (tokens[i][cell] + 1) % vocabulary();
      }
    }
    return changed;
  }

  @Override
  public String toString() {
    return "%s, seed %d: %s, grid %s, width %d, %d heads, %d codes; %d images, steps of %s"
        .formatted(
            variant.title(),
            seed,
            network.kvShape(),
            architecture.grid(),
            wish.dim(),
            wish.heads(),
            vocabulary(),
            images(),
            Arrays.toString(plan.sizes()));
  }
}
