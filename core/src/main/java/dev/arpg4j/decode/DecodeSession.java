package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.Queries;
import dev.arpg4j.model.Readout;
import dev.arpg4j.model.Rope;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The generation loop of VARIANTS.md 1.7 over cached keys and values, for one batch after another
 * of equal size: feed the tokens decoded last, query the next cells, guide, choose, and go on.
 *
 * <p>Caches and {@linkplain SessionInputs inputs} are made once and filled anew for each batch, and
 * each step is a {@link Routine}, so that a backend may learn a step by heart. The {@linkplain
 * Arpg#maskQuery query} of all targets is made once too, and again for each batch after one of its
 * weights was assigned: a batch sees the weights as they are when it begins. Nothing is read back
 * before the batch is done, except by observers.
 *
 * <p>A session is a scope of the thread that opened it: those of one thread close in reverse order
 * of opening. A batch that fails leaves it fit for the next.
 */
public final class DecodeSession implements AutoCloseable {
  private final Arpg model;
  private final ArpgConfig config;
  private final Backend backend;
  private final SessionLayout layout;
  private final Gives gives;
  private final Function<DecodeBatch, int[][]> orders;
  private final Scope scope;
  private final TokenChooser chooser;
  private final SessionInputs inputs;
  private final KvMemory.Cached memory;
  private final @Nullable Routine<Queries> newMaskQuery;
  private final long maskQueryVersion;
  private final List<Routine<?>> routines = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final @Nullable Routine<Tensor> prefill;
  private final Routine<Tensor> result;
  private @Nullable Queries maskQuery;

  /**
   * What a step gives.
   *
   * @param kept the logits, if the session keeps them
   * @param ids I32 [I, n]
   */
  public record Said(@Nullable Tensor kept, Tensor ids) {
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

  /** Rows to feed, with what each sees of the cache. */
  private record Feed(Tensor ids, Tensor rows, Tensor visibleEnd) {}

  /** A step, what it needs of the host, and what it gave last. */
  private static final class Step {
    private final Plan.Step places;
    private final SessionInputs.OfStep inputs;
    private final Routine<Said> routine;
    private @Nullable Tensor ids;

    Step(Plan.Step places, SessionInputs.OfStep inputs, Routine<Said> routine) {
      this.places = places;
      this.inputs = inputs;
      this.routine = routine;
    }

    Tensor ids() {
      if (ids == null) {
        throw new IllegalStateException("step " + places.index() + " was not said yet");
      }
      return ids;
    }
  }

  /**
   * Opens a session on the calling thread.
   *
   * @param orders gives the cells of each image of a batch in decoding order, [I][N']
   * @param choosers makes what turns logits into ids
   */
  DecodeSession(
      Arpg model,
      SessionLayout layout,
      Gives gives,
      Function<DecodeBatch, int[][]> orders,
      Function<Backend, TokenChooser> choosers) {
    this.model = model;
    this.config = model.config();
    this.backend = model.backend();
    this.layout = layout;
    this.gives = gives;
    this.orders = orders;
    this.scope = backend.scope();
    try {
      this.chooser = choosers.apply(backend);
      this.inputs = new SessionInputs(model, layout);
      this.memory = KvMemory.cached(backend, config, layout.sequences(), layout.capacity());
      if (config.readout() == Readout.CONTENT_ROWS) {
        this.maskQueryVersion = 0;
        this.newMaskQuery = null;
      } else {
        Tensor maskIds = model.maskIds(layout.sequences());
        this.maskQueryVersion = model.maskQueryVersion();
        this.maskQuery = model.maskQuery(maskIds);
        this.newMaskQuery = routine(() -> model.maskQuery(maskIds));
      }
      for (Plan.Step places : layout.plan().steps()) {
        SessionInputs.OfStep ofStep = inputs.ofStep(places);
        steps.add(new Step(places, ofStep, routine(() -> say(places, ofStep))));
      }
      this.prefill = layout.known() == 0 ? null : routine(() -> encode(classToken()));
      this.result = routine(this::joined);
    } catch (RuntimeException | Error e) {
      close();
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
      for (Plan.Step step : layout.plan().steps()) {
        try (Scope inner = backend.scope()) {
          Said said = step(step.index());
          Tensor ids = inner.keep(said.ids());
          observer.step(step, () -> guided(step.index(), said.logits()), ids);
        }
      }
      return raster(batch.known(), order, result.run().toInts());
    }
  }

  /**
   * Takes in a batch and empties the caches; {@link #step} says its steps one by one. Results live
   * in the innermost scopes.
   *
   * @return the cells of each image in decoding order, [I][N']
   */
  public int[][] begin(DecodeBatch batch) {
    layout.check(batch, config);
    int[][] order = orders.apply(batch);
    inputs.assign(batch, order);
    chooser.begin(batch);
    memory.truncate(0);
    if (newMaskQuery != null && model.maskQueryVersion() != maskQueryVersion) {
      maskQuery = newMaskQuery.run();
    }
    if (prefill != null) {
      try (Scope unread = backend.scope()) {
        prefill.run();
      }
    }
    return order;
  }

  /**
   * Says a step; the one before has to have been said since {@link #begin}, and its ids still live.
   *
   * @param index s, from 0
   */
  public Said step(int index) {
    Step step = steps.get(index);
    Said said = step.routine.run();
    step.ids = said.ids();
    return said;
  }

  /** Makes the caches forget a step that was said last, so that it may be said again. */
  public void rewind(int index) {
    memory.truncate(layout.cachedBefore(layout.plan().steps().get(index)));
  }

  /**
   * Logits of all branches guided as a step is: [I, n, V], in the innermost scope.
   *
   * @param logits [B, n, V]
   */
  public Tensor guided(int index, Tensor logits) {
    if (layout.branches() == 1) {
      return logits;
    }
    backend.section("guidance and sampling");
    return backend.guidance(logits, steps.get(index).inputs.guidance());
  }

  // ---- what the routines say

  private Said say(Plan.Step step, SessionInputs.OfStep in) {
    try (Scope inner = backend.scope()) {
      Tensor content = encode(feed(step, in)); // [B, m_s, D]
      Tensor logits = readout(content, step, in); // [B, n_s, V]
      backend.section("guidance and sampling");
      Tensor cells = backend.slice(inputs.order(), 1, step.from(), step.to()); // [I, n_s]
      Tensor ids = chooser.choose(step, logits, in.guidance(), cells); // [I, n_s]
      return new Said(gives == Gives.LOGITS ? inner.keep(logits) : null, inner.keep(ids));
    }
  }

  /** Pass 1 over rows to feed. */
  private Tensor encode(Feed feed) {
    backend.section("pass 1");
    Rope rope = new Rope(inputs.table(), feed.rows());
    return model.encode(feed.ids(), rope, feed.visibleEnd(), memory);
  }

  /** Pass 2 over the cells of a step, or the content rows alone. */
  private Tensor readout(Tensor content, Plan.Step step, SessionInputs.OfStep in) {
    Queries mask = maskQuery;
    if (mask == null) {
      int m = content.shape().dim(1);
      return model.head(backend.slice(content, 1, m - 1, m));
    }
    backend.section("pass 2");
    Queries queries = mask.gathered(backend, in.maskRows());
    Rope targets = new Rope(inputs.table(), rows(step));
    return model.predict(queries, targets, in.targetEnd(), memory);
  }

  /** What was decoded last; before anything was, the known cells or else the class token. */
  private Feed feed(Plan.Step step, SessionInputs.OfStep in) {
    if (step.index() > 0) {
      Step before = steps.get(step.index() - 1);
      return new Feed(branched(before.ids()), rows(before.places), in.contentEnd());
    }
    return layout.known() > 0
        ? new Feed(inputs.knownIds(), inputs.knownRows(), in.contentEnd())
        : classToken();
  }

  private Feed classToken() {
    return new Feed(inputs.classIds(), inputs.classRow(), inputs.classEnd());
  }

  /** The rope rows of a step's cells, I32 [I, n_s]. */
  private Tensor rows(Plan.Step step) {
    return backend.slice(inputs.rows(), 1, step.from(), step.to());
  }

  /** The same ids for every guidance branch: [I, n] to [branches·I, n]. */
  private Tensor branched(Tensor ids) {
    return layout.branches() == 1 ? ids : backend.concat(0, ids, ids);
  }

  /** The ids of all steps, [I, N']. */
  private Tensor joined() {
    return backend.concat(1, steps.stream().map(Step::ids).toArray(Tensor[]::new));
  }

  private int[][] raster(KnownCells known, int[][] order, int[] chosen) {
    int[][] tokens = new int[order.length][config.grid().cells()];
    for (int i = 0; i < tokens.length; i++) {
      for (int k = 0; k < known.cells().length; k++) {
        tokens[i][known.cells()[k]] = known.tokens()[i][k];
      }
      for (int j = 0; j < order[i].length; j++) {
        tokens[i][order[i][j]] = chosen[i * order[i].length + j];
      }
    }
    return tokens;
  }

  /** Gives back all that the session holds. */
  @Override
  public void close() {
    try (scope) {
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
