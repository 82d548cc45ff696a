package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.Readout;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The generation loop of VARIANTS.md 1.7 over cached keys and values: feed the tokens decoded last,
 * query the next cells, guide, choose, and go on.
 */
public final class Decoder {
  private final Arpg model;
  private final ArpgConfig config;
  private final Backend backend;
  private final DecodeSettings settings;

  public Decoder(Arpg model, DecodeSettings settings) {
    this.model = model;
    this.config = model.config();
    this.backend = model.backend();
    this.settings = settings;
  }

  /** Tokens [I][N] in raster order, sampled as the settings say. */
  public int[][] decode(DecodeBatch batch, DecodeObserver observer) {
    return decode(
        batch,
        plan(batch),
        scope -> new Sampler(backend, settings.sampling(), settings.seed(), batch),
        observer);
  }

  /** Tokens [I][N] in raster order, along the given tokens [I][N]: only the logits are new. */
  public int[][] replay(DecodeBatch batch, Plan plan, int[][] tokens, DecodeObserver observer) {
    TokenIds.checkImages("given tokens", tokens, batch.images(), config);
    return decode(batch, plan, scope -> new GivenTokens(backend, tokens), observer);
  }

  /** The steps in which a batch is decoded. */
  public Plan plan(DecodeBatch batch) {
    int cells = batch.known().unknown(config.grid().cells()).length;
    return Plan.of(settings.schedule(), cells, settings.steps());
  }

  /** The order in which each image's cells are decoded, [I][N']. */
  public int[][] orders(DecodeBatch batch) {
    int[] unknown = batch.known().unknown(config.grid().cells());
    int[][] orders = new int[batch.images()][];
    for (int i = 0; i < orders.length; i++) {
      orders[i] = settings.order().order(settings.seed(), batch.firstImage() + i, unknown);
    }
    return orders;
  }

  private int[][] decode(
      DecodeBatch batch,
      Plan plan,
      Function<Scope, TokenChooser> choosers,
      DecodeObserver observer) {
    check(plan);
    TokenIds.check("known tokens", batch.known().tokens(), config);
    int images = batch.images();
    int branches = settings.guidance().branches();
    int[][] orders = orders(batch);
    List<Tensor> decoded = new ArrayList<>();
    try (Scope whole = backend.scope()) {
      TokenChooser chooser = choosers.apply(whole);
      KvMemory.Cached memory =
          KvMemory.cached(backend, config, branches * images, capacity(batch, plan));
      Tensor table = model.ropeTable();
      Tensor order = backend.ints(Shape.of(images, plan.cells()), Rows.flatten(orders));
      Tensor rows =
          backend.ints(Shape.of(images, plan.cells()), Rows.flatten(orders, RopeTable::row));
      Feed feed = classToken(batch, branches);
      if (!batch.known().isEmpty()) {
        try (Scope prefill = backend.scope()) {
          encode(feed, table, memory);
        }
        feed = knownCells(batch.known(), branches);
      }
      for (Plan.Step step : plan.steps()) {
        try (Scope scope = backend.scope()) {
          Tensor content = encode(feed, table, memory); // [B, m_s, D]
          Tensor target = backend.slice(rows, 1, step.from(), step.to()); // [I, n_s]
          Tensor logits = readout(content, new Rope(table, target), memory); // [B, n_s, V]
          Tensor guided = guide(logits, step, plan.cells()); // [I, n_s, V]
          Tensor cells = backend.slice(order, 1, step.from(), step.to());
          Tensor ids = scope.keep(chooser.choose(step, guided, cells)); // [I, n_s]
          observer.step(step, guided, ids);
          decoded.add(ids);
          feed = new Feed(branched(ids, branches), target).keptBy(scope);
        }
      }
      int[] chosen = backend.concat(1, decoded.toArray(Tensor[]::new)).toInts();
      return raster(batch.known(), orders, chosen);
    }
  }

  /**
   * Rows to feed.
   *
   * @param ids I32 [B, n]
   * @param rows I32 [n] or [I, n], their rope rows
   */
  private record Feed(Tensor ids, Tensor rows) {
    Feed keptBy(Scope scope) {
      return new Feed(scope.keep(ids), scope.keep(rows));
    }
  }

  private Tensor encode(Feed feed, Tensor table, KvMemory.Cached memory) {
    backend.section("pass 1");
    int n = feed.ids().shape().dim(1);
    int[] ends = settings.pass1().visibleEnds(memory.length(), n);
    Tensor visibleEnd = backend.ints(Shape.of(n), ends);
    return model.encode(feed.ids(), new Rope(table, feed.rows()), visibleEnd, memory);
  }

  private Tensor readout(Tensor content, Rope targets, KvMemory.Cached memory) {
    if (config.readout() == Readout.CONTENT_ROWS) {
      int m = content.shape().dim(1);
      return model.head(backend.slice(content, 1, m - 1, m));
    }
    backend.section("pass 2");
    int n = targets.rows().shape().dim(1);
    Tensor visibleEnd = backend.ints(Shape.of(n), Rows.repeat(memory.length(), n));
    Tensor queries = model.maskQueries(content.shape().dim(0), n);
    return model.predict(queries, targets, visibleEnd, memory);
  }

  private Tensor guide(Tensor logits, Plan.Step step, int cells) {
    if (settings.guidance().branches() == 1) {
      return logits;
    }
    backend.section("guidance and sampling");
    double weight = settings.guidance().weight(step, cells);
    return backend.guidance(logits, backend.tensor(Shape.of(1), weight));
  }

  private Feed classToken(DecodeBatch batch, int branches) {
    int images = batch.images();
    int[] ids = Rows.repeat(config.nullClassId(), branches * images);
    for (int i = 0; i < images; i++) {
      ids[i] = config.classId(batch.classes()[i]);
    }
    return new Feed(
        backend.ints(Shape.of(branches * images, 1), ids),
        backend.ints(Shape.of(1), RopeTable.CLASS_ROW));
  }

  private Feed knownCells(KnownCells known, int branches) {
    int count = known.cells().length;
    Tensor ids = backend.ints(Shape.of(known.tokens().length, count), Rows.flatten(known.tokens()));
    int[] rows = Rows.flatten(new int[][] {known.cells()}, RopeTable::row);
    return new Feed(branched(ids, branches), backend.ints(Shape.of(count), rows));
  }

  /** The same ids for every guidance branch: [I, n] to [branches·I, n]. */
  private Tensor branched(Tensor ids, int branches) {
    return branches == 1 ? ids : backend.concat(0, ids, ids);
  }

  /** Class token, known cells, and all but the tokens of the last step, which nothing reads. */
  private static int capacity(DecodeBatch batch, Plan plan) {
    return 1 + batch.known().cells().length + plan.cells() - plan.steps().getLast().size();
  }

  private void check(Plan plan) {
    if (config.readout() == Readout.CONTENT_ROWS && plan.steps().size() != plan.cells()) {
      throw new InvalidInputException(
          "steps %d: a model without cross layers decodes one cell a step, expected %d"
              .formatted(plan.steps().size(), plan.cells()));
    }
  }

  private int[][] raster(KnownCells known, int[][] orders, int[] chosen) {
    int[][] tokens = new int[orders.length][config.grid().cells()];
    for (int i = 0; i < tokens.length; i++) {
      for (int k = 0; k < known.cells().length; k++) {
        tokens[i][known.cells()[k]] = known.tokens()[i][k];
      }
      for (int j = 0; j < orders[i].length; j++) {
        tokens[i][orders[i][j]] = chosen[i * orders[i].length + j];
      }
    }
    return tokens;
  }
}
