package dev.arpg4j.decode;

import dev.arpg4j.decode.SessionInputs.OfStep;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The generation loop of the family (VARIANTS.md 1.7 and 5) over cached keys and values, for one
 * batch after another of equal size: feed what the {@link Layout} says, read the targets out,
 * guide, choose, commit, and go on.
 *
 * <p>Caches and {@linkplain SessionInputs inputs} are made once and filled anew for each batch, and
 * each step is a {@link Routine}, so that a backend may learn a step by heart. A batch sees the
 * weights as they are when it begins. Nothing is read back before the batch is done, except by
 * observers.
 *
 * <p>A session is a scope of the thread that opened it: those of one thread close in reverse order
 * of opening. A batch that fails leaves it fit for the next.
 */
public final class DecodeSession implements AutoCloseable {
  private final Network network;
  private final Backend backend;
  private final Layout layout;
  private final int images;
  private final Gives gives;
  private final Function<DecodeBatch, int[][]> orders;
  private final Scope scope;
  private final TokenChooser chooser;
  private final Commit commit;
  private final SessionInputs inputs;
  private final @Nullable ConditionInputs conditions;
  private final Network.Passes passes;
  private final KvMemory.Cached memory;
  private final List<Routine<?>> routines = new ArrayList<>();
  private final List<Routine<Tensor>> before = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  /**
   * What a step gives.
   *
   * @param kept the logits, if the session keeps them
   * @param chosen I32 [I, n], the ids chosen for the targets
   * @param ids I32 [I, k], the latest ids of all places known, in decoding order
   */
  public record Said(@Nullable Tensor kept, Tensor chosen, Tensor ids) {
    /**
     * The logits of all guidance branches, [B, n, V].
     *
     * @throws IllegalStateException if the session keeps none
     */
    public Tensor logits() {
      if (kept == null) {
        throw new IllegalStateException("this session gives ids alone");
      }
      return kept;
    }
  }

  /** What a session hands out beside ids. */
  enum Gives {
    /**
     * Nothing: a backend that learns steps by heart need not hold the logits of each of them, which
     * are gigabytes for many images.
     */
    IDS,
    /** The logits too, for who looks at them. */
    LOGITS
  }

  /** A step and what it gave last. */
  private static final class Step {
    private final Plan.Step places;
    private final Routine<Said> routine;
    private @Nullable Said said;

    Step(Plan.Step places, Routine<Said> routine) {
      this.places = places;
      this.routine = routine;
    }

    Said said() {
      if (said == null) {
        throw new IllegalStateException("step " + places.index() + " was not said yet");
      }
      return said;
    }
  }

  /**
   * How a session decodes, beside the network and the layout.
   *
   * @param conditioned whether its batches have conditions of their own
   */
  record Parts(
      Guidance guidance,
      boolean conditioned,
      Gives gives,
      Function<DecodeBatch, int[][]> orders,
      Function<Backend, TokenChooser> choosers,
      Function<Backend, Commit> commits) {}

  /**
   * Opens a session on the calling thread.
   *
   * @param images I, the images of a batch
   */
  DecodeSession(Network of, Layout layout, int images, Parts parts) {
    this.backend = of.backend();
    this.layout = layout;
    this.images = images;
    this.gives = parts.gives();
    this.orders = parts.orders();
    this.scope = backend.scope();
    int branches = parts.guidance().branches();
    int sequences = branches * images;
    Network.@Nullable Passes opened = null;
    try {
      this.conditions =
          parts.conditioned()
              ? new ConditionInputs(of, images, branches, parts.guidance().conditioned())
              : null;
      this.network = conditions == null ? of : of.under(conditions);
      this.chooser = parts.choosers().apply(backend);
      this.commit = parts.commits().apply(backend);
      this.inputs = new SessionInputs(network, layout, parts.guidance(), images);
      this.memory = KvMemory.cached(backend, network.kvShape(), sequences, layout.capacity());
      opened = network.open(sequences);
      this.passes = opened;
      for (FeedInputs feed : inputs.before()) {
        before.add(routine(() -> run(feed, inputs.knownIds())));
      }
      for (Plan.Step places : layout.plan().steps()) {
        OfStep in = inputs.ofStep(places);
        steps.add(new Step(places, routine(() -> say(places, in))));
      }
    } catch (RuntimeException | Error e) {
      closeAll(opened);
      throw e;
    }
  }

  private <T> Routine<T> routine(Supplier<T> work) {
    Routine<T> routine = backend.routine(work);
    routines.add(routine);
    return routine;
  }

  /** Tokens [I][N] of a batch in raster order. */
  public int[][] decode(DecodeBatch batch, DecodeObserver observer) {
    try (Scope whole = backend.scope()) {
      int[][] order = begin(batch);
      Tensor last = inputs.knownIds();
      for (Plan.Step step : layout.plan().steps()) {
        try (Scope inner = backend.scope()) {
          Said said = step(step.index());
          inner.keep(said.chosen());
          last = inner.keep(said.ids());
          observer.step(step, () -> guided(step.index(), said.logits()), said.chosen());
        }
      }
      return raster(batch.known(), order, last.toInts());
    }
  }

  /**
   * Takes in a batch and empties the caches; {@link #step} says its steps one by one. Results live
   * in the innermost scopes.
   *
   * @return the cells of each image in decoding order, [I][N']
   */
  public int[][] begin(DecodeBatch batch) {
    check(batch);
    int[][] order = orders.apply(batch);
    inputs.assign(batch, order);
    if (conditions != null) {
      conditions.assign(batch.conditions());
    }
    chooser.begin(batch);
    commit.begin(batch);
    memory.truncate(0);
    passes.begin();
    for (int i = 0; i < before.size(); i++) {
      memory.truncate(layout.before().get(i).keep());
      try (Scope unread = backend.scope()) {
        before.get(i).run();
      }
    }
    return order;
  }

  /** Refuses a batch of another form than the session's. */
  private void check(DecodeBatch batch) {
    int known = batch.known().cells().length;
    if (batch.images() != images || known != layout.known()) {
      throw new IllegalArgumentException(
          "%d images with %d known cells in a session of %d with %d"
              .formatted(batch.images(), known, images, layout.known()));
    }
    if (conditions == null && batch.conditions().any()) {
      throw new IllegalArgumentException("conditions in a session of none");
    }
    TokenIds.check("known tokens", batch.known().tokens(), network);
  }

  /**
   * Says a step; the one before has to have been said since {@link #begin}, and its ids still live.
   *
   * @param index s, from 0
   */
  public Said step(int index) {
    if (index > 0) {
      steps.get(index - 1).said();
    }
    memory.truncate(layout.steps().get(index).keep());
    Step step = steps.get(index);
    Said said = step.routine.run();
    step.said = said;
    return said;
  }

  /** Makes the caches forget a step that was said last, so that it may be said again. */
  public void rewind(int index) {
    memory.truncate(layout.heldBefore(index));
  }

  /**
   * Logits of all branches guided as a step is: [I, n, V], in the innermost scope.
   *
   * @param logits [B, n, V]
   */
  public Tensor guided(int index, Tensor logits) {
    Tensor weights = inputs.ofStep(layout.plan().steps().get(index)).guidance();
    if (weights.shape().size() == 0) {
      return logits;
    }
    backend.section("guidance and sampling");
    return backend.guidance(logits, weights);
  }

  // ---- what the routines say

  private Said say(Plan.Step step, OfStep in) {
    try (Scope inner = backend.scope()) {
      Tensor known = knownBefore(step);
      Tensor logits = run(in.feed(), known); // [B, n, V]
      backend.section("guidance and sampling");
      Tensor cells = inputs.targetCells(in); // [I, n]
      Tensor chosen = chooser.choose(step, logits, in.guidance(), cells); // [I, n]
      Commit.Step committed = new Commit.Step(backend, step, in.feed().feed(), cells);
      Tensor ids =
          commit.commit(committed, known, () -> guided(step.index(), logits), chosen); // [I, k]
      return new Said(
          gives == Gives.LOGITS ? inner.keep(logits) : null, inner.keep(chosen), inner.keep(ids));
    }
  }

  private Tensor run(FeedInputs feed, @Nullable Tensor known) {
    return passes.logits(feed, new Branched(feed, known), memory);
  }

  /** The latest ids of all places known, I32 [I, k]; null if there are none. */
  private @Nullable Tensor knownBefore(Plan.Step step) {
    if (step.index() > 0) {
      return steps.get(step.index() - 1).said().ids();
    }
    return layout.known() == 0 ? null : inputs.knownIds();
  }

  /** The tokens known, repeated for every guidance branch. */
  private final class Branched implements KnownIds {
    private final FeedInputs feed;
    private final @Nullable Tensor ids;

    Branched(FeedInputs feed, @Nullable Tensor ids) {
      this.feed = feed;
      this.ids = ids;
    }

    @Override
    public Tensor contents() {
      return branched(backend.gather(present(), feed.contents()));
    }

    @Override
    public Tensor all() {
      return branched(present());
    }

    private Tensor present() {
      if (ids == null) {
        throw new IllegalStateException("no token is known before the first step");
      }
      return ids;
    }

    private Tensor branched(Tensor each) {
      int branches = feed.conditions().shape().dim(0) / images;
      if (branches == 1) {
        return each;
      }
      Tensor[] all = new Tensor[branches];
      Arrays.fill(all, each);
      return backend.concat(0, all);
    }
  }

  private int[][] raster(KnownCells known, int[][] order, int[] chosen) {
    int places = layout.known() + layout.plan().cells();
    int[][] tokens = new int[order.length][places];
    for (int i = 0; i < tokens.length; i++) {
      for (int place = 0; place < places; place++) {
        int cell = place < layout.known() ? known.cells()[place] : order[i][place - layout.known()];
        tokens[i][cell] = chosen[i * places + place];
      }
    }
    return tokens;
  }

  /** Gives back all that the session holds. */
  @Override
  public void close() {
    closeAll(passes);
  }

  private void closeAll(Network.@Nullable Passes opened) {
    try (scope;
        opened) {
      closeRoutines(0);
    }
  }

  /** Closes those from that one on, last first; one that throws leaves none of the others open. */
  private void closeRoutines(int from) {
    if (from < routines.size()) {
      try (Routine<?> _ = routines.get(from)) {
        closeRoutines(from + 1);
      }
    }
  }
}
