package dev.arpg4j.jmh;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Sampler;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;

/**
 * One step of a {@link Decoder}, said again and again from the state it starts in: afterwards the
 * caches forget what it fed. {@link MeasuredStep} checks that its logits are those of the decoder,
 * bit by bit.
 */
final class DecodeStep {
  private final Arpg model;
  private final Backend backend;
  private final DecodeSettings settings;
  private final Plan plan;
  private final Plan.Step step;
  private final KvMemory.Cached memory;
  private final Tensor table;
  private final Tensor order;
  private final Tensor rows;
  private final Sampler sampler;
  private final Feed feed;
  private final int cached;

  /** What a step gives: logits [I, n, V], guided, and ids [I, n]. */
  record Said(Tensor logits, Tensor ids) {}

  /**
   * Rows to feed.
   *
   * @param ids I32 [B, n]
   * @param rows I32 [n] or [I, n], their rope rows
   */
  private record Feed(Tensor ids, Tensor rows) {}

  /**
   * Feeds everything that comes before the step; the state lives in the innermost scope. The pass-1
   * mask has to be causal, so that feeding all at once is feeding step by step.
   *
   * @param tokens [I][N] in raster order, what earlier steps decoded
   * @param index of the step
   */
  DecodeStep(Arpg model, DecodeSettings settings, DecodeBatch batch, int[][] tokens, int index) {
    this.model = model;
    this.backend = model.backend();
    this.settings = settings;
    Decoder decoder = new Decoder(model, settings);
    this.plan = decoder.plan(batch);
    this.step = plan.steps().get(index);
    ArpgConfig config = model.config();
    int sequences = settings.guidance().branches() * batch.images();
    this.memory = KvMemory.cached(backend, config, sequences, 1 + config.grid().cells());
    this.table = model.ropeTable();
    int[][] orders = decoder.orders(batch);
    Shape all = Shape.of(batch.images(), plan.cells());
    this.order = backend.ints(all, flat(orders));
    this.rows = backend.ints(all, Arrays.stream(flat(orders)).map(RopeTable::row).toArray());
    this.sampler = new Sampler(backend, settings.sampling(), settings.seed(), batch);
    Feed classToken = classToken(batch, sequences);
    if (index == 0) {
      this.feed = classToken;
    } else {
      Plan.Step previous = plan.steps().get(index - 1);
      Tensor ids = backend.gather(backend.ints(all, flat(tokens)), order); // [I, N], as decoded
      prefill(classToken, ids, previous.from());
      this.feed = decoded(ids, previous.from(), previous.to());
    }
    this.cached = memory.length();
  }

  /** Says the step: what the decoder's loop does, in its order. */
  Said say() {
    try {
      Tensor content = encode(feed); // [B, m, D]
      Tensor targets = backend.slice(rows, 1, step.from(), step.to()); // [I, n]
      int[] ends = new int[step.size()];
      Arrays.fill(ends, memory.length());
      Tensor logits =
          model.predict(
              model.maskQueries(content.shape().dim(0), step.size()),
              new Rope(table, targets),
              backend.ints(Shape.of(step.size()), ends),
              memory); // [B, n, V]
      Tensor guided = guide(logits);
      Tensor ids = sampler.choose(step, guided, backend.slice(order, 1, step.from(), step.to()));
      branched(ids); // the next step's feed
      return new Said(guided, ids);
    } finally {
      forget();
    }
  }

  /**
   * The same decode in at most three steps: what comes before, this step, what comes after. Under a
   * causal mask its logits of this step are the same.
   */
  Plan aroundTheStep() {
    return Plan.ofSizes(
        Arrays.stream(new int[] {step.from(), step.size(), plan.cells() - step.to()})
            .filter(size -> size > 0)
            .toArray());
  }

  /** The places of the order that the step decodes. */
  Plan.Step places() {
    return step;
  }

  private void prefill(Feed classToken, Tensor ids, int count) {
    try (Scope scope = backend.scope()) {
      encode(classToken);
      if (count > 0) {
        encode(decoded(ids, 0, count));
      }
    }
  }

  private Tensor encode(Feed fed) {
    int n = fed.ids().shape().dim(1);
    int[] ends = settings.pass1().visibleEnds(memory.length(), n);
    Tensor visibleEnd = backend.ints(Shape.of(n), ends);
    return model.encode(fed.ids(), new Rope(table, fed.rows()), visibleEnd, memory);
  }

  private Tensor guide(Tensor logits) {
    if (settings.guidance().branches() == 1) {
      return logits;
    }
    double weight = settings.guidance().weight(step, plan.cells());
    return backend.guidance(logits, backend.tensor(Shape.of(1), weight));
  }

  private Feed classToken(DecodeBatch batch, int sequences) {
    int[] ids = new int[sequences];
    Arrays.fill(ids, model.config().nullClassId());
    for (int i = 0; i < batch.images(); i++) {
      ids[i] = model.config().classId(batch.classes()[i]);
    }
    return new Feed(
        backend.ints(Shape.of(sequences, 1), ids), backend.ints(Shape.of(1), RopeTable.CLASS_ROW));
  }

  /** The tokens at places {@code from .. to-1} of the order. */
  private Feed decoded(Tensor ids, int from, int to) {
    return new Feed(branched(backend.slice(ids, 1, from, to)), backend.slice(rows, 1, from, to));
  }

  private Tensor branched(Tensor ids) {
    return settings.guidance().branches() == 1 ? ids : backend.concat(0, ids, ids);
  }

  private void forget() {
    for (KvCache cache : memory.caches()) {
      cache.truncate(cached);
    }
  }

  private static int[] flat(int[][] values) {
    return Arrays.stream(values).flatMapToInt(Arrays::stream).toArray();
  }
}
