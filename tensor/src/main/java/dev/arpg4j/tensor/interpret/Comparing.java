package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.DrawMargin;
import dev.arpg4j.tensor.cases.DrawMargin.Margin;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.interpret.Difference.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs two backends in step and finds the first op where they part beyond the op's declared error
 * bound. Every tensor is the leader's: the follower says each op again on the leader's inputs, so
 * an error is that op's own and not what it inherited, and the leader's sampled ids are the ones
 * that go on. Another id drawn by the follower is a difference unless rounding explains it.
 *
 * <p>Weights and caches must be made here, since they live in both backends. Values pass through
 * the host at every op: this is for finding faults, not for speed.
 */
public final class Comparing extends ForwardingOps {
  /** What to do about a difference. */
  public enum OnDifference {
    /** Throw a {@link DifferenceException}. */
    STOP,
    /** Write it into the report and go on with the leader's result. */
    GATHER
  }

  private final Backend follower;
  private final OnDifference onDifference;
  private final OpBounds bounds;
  private final ComparisonLog log = new ComparisonLog();
  private final AtomicLong calls = new AtomicLong();

  public Comparing(Backend leader, Backend follower, OnDifference onDifference) {
    super(leader);
    this.follower = follower;
    this.onDifference = onDifference;
    this.bounds =
        new OpBounds(
            ErrorBounds.fedFrom(leader, follower), weight -> PairedWeight.of(weight).largestRow());
  }

  /** What was found so far, by any thread. */
  public ComparisonReport report() {
    return log.report();
  }

  // ---- memory in both

  @Override
  public String device() {
    return "%s; compared with %s: %s".formatted(super.device(), follower.name(), follower.device());
  }

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return new PairedWeight(
        super.weight(source, storage, uses), follower.weight(source, storage, uses), source);
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    PairedWeight pair = PairedWeight.of(weight);
    super.assign(pair.leader(), source);
    follower.assign(pair.follower(), source);
    pair.assigned(source);
  }

  /** The leader's values go on in both. */
  @Override
  public void assign(Weight weight, Tensor values) {
    PairedWeight pair = PairedWeight.of(weight);
    super.assign(pair.leader(), values);
    try (Scope _ = follower.scope()) {
      follower.assign(pair.follower(), toFollower(values));
    }
    pair.assigned(new ArraySource(weight.name(), values.shape(), values.toDoubles()));
  }

  @Override
  public List<Weight> weights(List<WeightSource> sources, DType storage, Weight.Use... uses) {
    List<Weight> leading = super.weights(sources, storage, uses);
    List<Weight> following = follower.weights(sources, storage, uses);
    List<Weight> pairs = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      pairs.add(new PairedWeight(leading.get(i), following.get(i), sources.get(i)));
    }
    return pairs;
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return new PairedCache(
        super.kvCache(batch, capacity, heads, headDim),
        follower.kvCache(batch, capacity, heads, headDim),
        this::toFollower);
  }

  @Override
  public Scope scope() {
    Scope leading = super.scope();
    Scope following;
    try {
      following = follower.scope();
    } catch (RuntimeException failure) {
      leading.close(); // nobody else could, and it would take in what belongs to the scope outside
      throw failure;
    }
    return new Scope() {
      @Override
      public Tensor keep(Tensor tensor) {
        return leading.keep(tensor);
      }

      @Override
      public void close() {
        following.close();
        leading.close();
      }
    };
  }

  @Override
  public void close() {
    follower.close();
    super.close();
  }

  // ---- ops in both

  @Override
  public void section(String name) {
    super.section(name);
    follower.section(name);
  }

  @Override
  protected List<Tensor> say(Call call) {
    Site site = site(call);
    List<Tensor> results = call.to(delegate(), new Leading());
    try (Scope _ = scope()) {
      List<Tensor> others;
      try {
        others = call.to(follower, new Following());
      } catch (RuntimeException thrown) {
        differs(site, "the follower throws " + thrown, thrown);
        return results;
      }
      if (call.appends()) {
        judgeRows(site, call);
      } else if (call.op().startsWith("sample")) {
        judgeDraws(site, call, results.getFirst(), others.getFirst());
      } else {
        judge(site, call, results, others);
      }
    }
    return results;
  }

  /** The rows a call appended; the leader's go on in both caches. */
  private void judgeRows(Site site, Call call) {
    PairedCache pair = PairedCache.of(call.cache().orElseThrow());
    int leading = pair.leader().length();
    int following = pair.follower().length();
    if (leading != following) {
      differs(site, "the caches hold %d and %d rows".formatted(leading, following), null);
      return;
    }
    int from = leading - call.tensor(1).shape().dim(1);
    List<Tensor> added = rows(delegate(), pair.leader(), from);
    judge(site, call, added, rows(follower, pair.follower(), from));
    pair.follower().replace(from, toFollower(added.get(0)), toFollower(added.get(1)));
  }

  /** Keys and values from a row on. */
  private static List<Tensor> rows(Backend backend, KvCache cache, int from) {
    return List.of(
        backend.slice(cache.keys(), 1, from, cache.length()),
        backend.slice(cache.values(), 1, from, cache.length()));
  }

  private Site site(Call call) {
    return new Site(call.op(), calls.incrementAndGet(), section(), call.describe());
  }

  private void differs(Site site, String details, @Nullable Throwable cause) {
    log.compared(site, 0, 1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    log.differs(Difference.inWords(site, details), onDifference, cause);
  }

  private void judge(Site site, Call call, List<Tensor> results, List<Tensor> others) {
    boolean ids = results.getFirst().dtype() == DType.I32;
    List<ErrorBound> allowed = ids ? List.of(bounds.ofIds(call)) : bounds.of(call);
    for (int i = 0; i < results.size(); i++) {
      judge(site, results.get(i), others.get(i), allowed.get(i));
    }
  }

  private void judge(Site site, Tensor result, Tensor other, ErrorBound bound) {
    if (!alike(site, result, other)) {
      return;
    }
    double[] leading = values(result);
    double[] following = values(other);
    Comparison comparison = Comparison.of(result.shape(), leading, following, bound);
    int worst = comparison.worst();
    if (worst < 0) {
      log.compared(site, comparison.compared(), 0, 0, 0);
      return;
    }
    double allowed = bound.allowed(worst, leading[worst], following[worst]);
    double ratio = ratio(Math.abs(leading[worst] - following[worst]), allowed);
    log.compared(site, comparison.compared(), comparison.failures(), comparison.maxError(), ratio);
    if (!comparison.passed()) {
      Difference difference =
          new Difference(
              site, worst, leading[worst], following[worst], allowed, comparison.toString());
      log.differs(difference, onDifference, null);
    }
  }

  private boolean alike(Site site, Tensor result, Tensor other) {
    boolean alike =
        result.shape().equals(other.shape())
            && (result.dtype() == DType.I32) == (other.dtype() == DType.I32);
    if (!alike) {
      String found =
          "the results are %s %s and %s %s"
              .formatted(result.dtype(), result.shape(), other.dtype(), other.shape());
      differs(site, found, null);
    }
    return alike;
  }

  /** Ids differ by rounding alone if the draw was close to both: that margin is their error. */
  private void judgeDraws(Site site, Call call, Tensor result, Tensor other) {
    if (!alike(site, result, other)) {
      return;
    }
    double[] leading = values(result);
    double[] following = values(other);
    boolean guided = call.op().equals("sampleGuided");
    double[] errors =
        guided ? bounds.ofGuided(call.tensor(0), call.tensor(1)) : new double[leading.length];
    double[] logits = guided ? guided(call) : call.tensor(0).toDoubles();
    double[] uniform = call.tensor(guided ? 2 : 1).toDoubles();
    Sampling sampling = (Sampling) call.operands().getLast();
    int width = call.tensor(0).shape().dim(-1);
    List<Difference> unexplained = new ArrayList<>();
    Margin worst = new Margin(0, 0);
    for (int row = 0; row < leading.length; row++) {
      if (leading[row] == following[row]) {
        continue;
      }
      double[] ofRow = Arrays.copyOfRange(logits, row * width, (row + 1) * width);
      DrawMargin margins = bounds.ofDraw(sampling, errors[row]);
      Margin one = margins.of(ofRow, uniform[row], (int) leading[row]);
      Margin two = margins.of(ofRow, uniform[row], (int) following[row]);
      Margin margin = ratio(one) > ratio(two) ? one : two;
      worst = ratio(margin) > ratio(worst) ? margin : worst;
      Difference difference = draw(site, row, leading[row], following[row], margin);
      if (margin.isExplained()) {
        log.drewAnotherId(difference);
      } else {
        unexplained.add(difference);
      }
    }
    log.compared(site, leading.length, unexplained.size(), worst.distance(), ratio(worst));
    for (Difference difference : unexplained) {
      log.differs(difference, onDifference, null);
    }
  }

  /** The leader's guided logits. */
  private double[] guided(Call call) {
    return delegate().guidance(call.tensor(0), call.tensor(1)).toDoubles();
  }

  private static Difference draw(
      Site site, int row, double leader, double follower, Margin margin) {
    String details =
        String.format(
            Locale.ROOT,
            "row %d drew id %.0f and %.0f, %.3g apart where rounding explains %.3g",
            row,
            leader,
            follower,
            margin.distance(),
            margin.explained());
    return new Difference(site, row, leader, follower, margin.explained(), details);
  }

  private static double ratio(Margin margin) {
    return margin.distance() == 0 ? 0 : ratio(margin.distance(), margin.explained());
  }

  /** NaN and infinity against a number are infinitely far. */
  private static double ratio(double error, double allowed) {
    double ratio = error / allowed;
    return Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio;
  }

  private static double[] values(Tensor tensor) {
    return tensor.dtype() == DType.I32
        ? Arrays.stream(tensor.toInts()).asDoubleStream().toArray()
        : tensor.toDoubles();
  }

  /** The leader's tensor as one of the follower's, in its innermost scope. */
  private Tensor toFollower(Tensor tensor) {
    Shape shape = tensor.shape();
    return tensor.dtype() == DType.I32
        ? follower.ints(shape, tensor.toInts())
        : follower.tensor(shape, tensor.toDoubles());
  }

  private static final class Leading implements Operands {
    @Override
    public Tensor tensor(Tensor tensor) {
      return tensor;
    }

    @Override
    public Weight weight(Weight weight) {
      return PairedWeight.of(weight).leader();
    }

    @Override
    public KvCache cache(KvCache cache) {
      return PairedCache.of(cache).leader();
    }
  }

  private final class Following implements Operands {
    @Override
    public Tensor tensor(Tensor tensor) {
      return toFollower(tensor);
    }

    @Override
    public Weight weight(Weight weight) {
      return PairedWeight.of(weight).follower();
    }

    @Override
    public KvCache cache(KvCache cache) {
      return PairedCache.of(cache).follower();
    }
  }
}
