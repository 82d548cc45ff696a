package dev.arpg4j.properties.mutants;

import dev.arpg4j.model.KvSharing;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.verify.Case;
import java.util.List;

/** Faults of the cache, of attention and of the layers around it. */
final class AttentionMutants {
  private AttentionMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.ofOps(
            "class row only", "attention reads the first cache row alone", ReadsFirstRow::new),
        Mutant.ofOps(
            "cache one step late",
            "queries do not see the rows appended last, as if the append came after them",
            OneStepLate::new),
        Mutant.ofOps(
            "cache overwritten",
            "an append also writes over the oldest image row",
            Overwrites::new),
        Mutant.ofOps("K and V swapped", "keys are read as values and values as keys", Swaps::new),
        Mutant.ofOps(
            "end off by one",
            "pass 1 sees one row more than it should, where there is one",
            NextRow::new),
        Mutant.ofOps(
            "query end off by one",
            "in a forward pass a query sees the first row of its own step",
            NextRowForQueries::new),
        Mutant.ofOps(
            "query leaks into cache", "queries append themselves as rows", QueryLeaks::new),
        Mutant.ofOps(
            "queries see each other", "queries of a step read each other", QueriesMeet::new),
        Mutant.ofOps(
            "shared, not per layer",
            "all cross layers read the keys and values of the first",
            FirstLayersKeys::new),
        Mutant.ofOps("scale missing", "scores are not divided by √d", NoScale::new),
        Mutant.ofOps(
            "first row's norm", "all rows are divided by the first row's size", FirstRowsNorm::new),
        Mutant.ofOps(
            "stale norm", "the head reads the norm computed the step before", StaleNorm::new),
        Mutant.ofOps(
            "norm weight first", "rows are scaled before they are normalized", WeightFirst::new),
        Mutant.ofOps(
            "projection without norm",
            "content is not normalized before its keys and values",
            NoContentNorm::new),
        Mutant.ofOps("gate and up swapped", "SiLU is applied to w3, not w1", GateAndUp::new),
        Mutant.ofOps(
            "residual forgotten", "pass 2's attention replaces the stream", NoResidual::new));
  }

  private static final class ReadsFirstRow extends BrokenOps {
    ReadsFirstRow(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      return super.attention(q, cache, each(visibleEnd, end -> 1), factor);
    }

    @Override
    public Tensor attention(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
      return super.attention(q, k, v, each(visibleEnd, end -> 1), heads, factor);
    }
  }

  private static final class OneStepLate extends BrokenOps {
    private int last;

    OneStepLate(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public void append(KvCache cache, Tensor k, Tensor v) {
      last = k.shape().dim(1);
      super.append(cache, k, v);
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      Tensor ends = inPass2() ? each(visibleEnd, end -> Math.max(1, end - last)) : visibleEnd;
      return super.attention(q, cache, ends, factor);
    }
  }

  private static final class Overwrites extends BrokenOps {
    Overwrites(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public void append(KvCache cache, Tensor k, Tensor v) {
      super.append(cache, k, v);
      if (cache.length() > 2) {
        cache.replace(1, slice(k, 1, 0, 1), slice(v, 1, 0, 1));
      }
    }
  }

  private static final class Swaps extends BrokenOps {
    Swaps(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public void append(KvCache cache, Tensor k, Tensor v) {
      super.append(cache, v, k);
    }

    @Override
    public Tensor attention(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
      return super.attention(q, v, k, visibleEnd, heads, factor);
    }
  }

  private static final class NextRow extends BrokenOps {
    NextRow(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      int most = cache.length();
      Tensor ends = inPass1() ? each(visibleEnd, end -> Math.min(end + 1, most)) : visibleEnd;
      return super.attention(q, cache, ends, factor);
    }

    @Override
    public Tensor attention(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
      int most = k.shape().dim(1);
      Tensor ends = inPass1() ? each(visibleEnd, end -> Math.min(end + 1, most)) : visibleEnd;
      return super.attention(q, k, v, ends, heads, factor);
    }
  }

  private static final class NextRowForQueries extends BrokenOps {
    NextRowForQueries(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor attention(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
      int most = k.shape().dim(1);
      Tensor ends = inPass2() ? each(visibleEnd, end -> Math.min(end + 1, most)) : visibleEnd;
      return super.attention(q, k, v, ends, heads, factor);
    }
  }

  private static final class QueryLeaks extends BrokenOps {
    QueryLeaks(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
      return super.kvCache(batch, 100 * capacity, heads, headDim);
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      Tensor read = super.attention(q, cache, visibleEnd, factor);
      if (inPass2()) {
        append(cache, q, q);
      }
      return read;
    }
  }

  private static final class QueriesMeet extends BrokenOps {
    QueriesMeet(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      if (!inPass2()) {
        return super.attention(q, cache, visibleEnd, factor);
      }
      int n = q.shape().dim(1);
      Tensor k = concat(1, cache.keys(), q);
      Tensor v = concat(1, cache.values(), q);
      return super.attention(q, k, v, ends(cache.length() + n, n), cache.heads(), factor);
    }
  }

  private static final class FirstLayersKeys extends BrokenOps {
    private final boolean perLayer;
    private KvCache firstCache;
    private Tensor firstKeys;
    private Tensor firstValues;

    FirstLayersKeys(Backend sound, Case drawn) {
      super(sound);
      this.perLayer = drawn.config().kvSharing() == KvSharing.PER_LAYER;
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      if (section().equals("cross 0")) {
        firstCache = cache;
      }
      KvCache read = inPass2() && perLayer ? firstCache : cache;
      return super.attention(q, read, visibleEnd, factor);
    }

    @Override
    public Tensor attention(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
      if (section().equals("cross 0")) {
        firstKeys = k;
        firstValues = v;
      }
      boolean first = inPass2() && perLayer;
      return super.attention(
          q, first ? firstKeys : k, first ? firstValues : v, visibleEnd, heads, factor);
    }
  }

  private static final class NoScale extends BrokenOps {
    NoScale(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      return super.attention(q, cache, visibleEnd, 1);
    }

    @Override
    public Tensor attention(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
      return super.attention(q, k, v, visibleEnd, heads, 1);
    }
  }

  private static final class FirstRowsNorm extends BrokenOps {
    FirstRowsNorm(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
      double[] sound = super.rmsNorm(x, scale, epsilon).toDoubles();
      double[] rows = x.toDoubles();
      int width = x.shape().dim(-1);
      double first = size(rows, 0, width);
      for (int i = 0; i < sound.length; i++) {
        sound[i] *= size(rows, i / width * width, width) / first;
      }
      return like(x, sound);
    }

    private static double size(double[] rows, int from, int width) {
      double squares = 0;
      for (int i = from; i < from + width; i++) {
        squares += rows[i] * rows[i];
      }
      return Math.sqrt(squares);
    }
  }

  private static final class StaleNorm extends BrokenOps {
    private double[] before = new double[0];

    StaleNorm(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
      Tensor sound = super.rmsNorm(x, scale, epsilon);
      if (!scale.name().equals("norm.weight")) {
        return sound;
      }
      double[] now = sound.toDoubles();
      double[] stale = before.length == now.length ? before : now;
      before = now;
      return like(x, stale);
    }
  }

  private static final class WeightFirst extends BrokenOps {
    WeightFirst(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
      double[] scaled = super.rmsNorm(x, scale, epsilon).toDoubles();
      int width = x.shape().dim(-1);
      for (int row = 0; row < scaled.length; row += width) {
        double squares = 0;
        for (int i = row; i < row + width; i++) {
          squares += scaled[i] * scaled[i];
        }
        for (int i = row; i < row + width; i++) {
          scaled[i] /= Math.sqrt(squares / width + epsilon);
        }
      }
      return like(x, scaled);
    }
  }

  private static final class NoContentNorm extends BrokenOps {
    NoContentNorm(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
      return scale.name().equals("layers.norm.weight") ? x : super.rmsNorm(x, scale, epsilon);
    }
  }

  private static final class GateAndUp extends BrokenOps {
    GateAndUp(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor swiGlu(Tensor gate, Tensor up) {
      return super.swiGlu(up, gate);
    }
  }

  private static final class NoResidual extends BrokenOps {
    NoResidual(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
      return inPass2() ? b : super.add(a, b);
    }
  }
}
