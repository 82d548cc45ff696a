package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which ids rounding can make a sampler draw from a row: those whose interval of the cumulative
 * distribution lies within the sampler's error of the uniform number. Two backends that draw
 * different ids agree if both ids are among them.
 *
 * <p>A backend subtracts the largest logit before it divides by the temperature, so that t is off
 * by 3u·|t| however cold it is, and an exponential then by (5|t| + 4)·u (see {@link ErrorBounds}).
 * Over a distribution that averages to 5u·ln V + 4u at most, since Σ p|t| is no more than the
 * entropy; once for the sum up to the id and once for the whole. Logits that are off by i
 * themselves, A being the largest of those kept after the temperature, cost e^{4iA} - 1, and those
 * that part by e beside it {@linkplain #ofLogitsWithin as much} with e/T for iA. Sums are granted
 * γ(2√V + 2): a backend adds in blocks or in doubles, since a plain running sum of floats over a
 * vocabulary is too coarse to draw from.
 */
public final class DrawMargin {
  /**
   * How far a draw is from another id.
   *
   * @param distance what the uniform number would have to move by, or the logit if greedy, for the
   *     id to be drawn; infinite if no move suffices
   * @param explained the distance that rounding explains
   */
  public record Margin(double distance, double explained) {
    /** Whether rounding explains this id. */
    public boolean isExplained() {
      return distance < Double.POSITIVE_INFINITY && distance <= explained;
    }

    private Margin closer(Margin other) {
      if (isExplained() || other.isExplained()) {
        return isExplained() ? this : other;
      }
      return other.distance - other.explained < distance - explained ? other : this;
    }
  }

  private static final Margin NEVER = new Margin(Double.POSITIVE_INFINITY, 0);

  private final Sampling sampling;
  private final double u;
  private final double i;
  private final double apart;

  /**
   * @param u unit roundoff of both samplers together
   * @param i relative error of one's logits and uniforms against the other's
   */
  DrawMargin(Sampling sampling, double u, double i) {
    this(sampling, u, i, 0);
  }

  private DrawMargin(Sampling sampling, double u, double i, double apart) {
    this.sampling = sampling;
    this.u = u;
    this.i = i;
    this.apart = apart;
  }

  /** The margin of logits that may part by {@code error} before they are drawn from. */
  public DrawMargin ofLogitsWithin(double error) {
    return new DrawMargin(sampling, u, i, error);
  }

  /** Whether a sampler of this precision can draw {@code id}. */
  boolean explains(double[] logits, double uniform, int id) {
    return of(logits, uniform, id).isExplained();
  }

  /**
   * How far the draw of a row is from {@code id}.
   *
   * @param logits one row
   * @param uniform the row's number
   */
  public Margin of(double[] logits, double uniform, int id) {
    if (id < 0 || id >= logits.length) {
      return NEVER;
    }
    Integer[] descending =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer candidate) -> -logits[candidate]))
            .toArray(Integer[]::new);
    if (sampling.greedy()) {
      return greedy(logits, descending[0], id);
    }
    double temperature = Math.max(sampling.temperature(), Sampling.MIN_TEMPERATURE);
    double[] tempered = Arrays.stream(logits).map(logit -> logit / temperature).toArray();
    Margin asGiven = drawn(tempered, descending, uniform, id);
    return i > 0 || apart > 0 ? asGiven.closer(lifted(tempered, descending, uniform, id)) : asGiven;
  }

  /** The margin if rounding of the inputs lifted this id's logit as far as it can. */
  private Margin lifted(double[] row, Integer[] descending, double uniform, int id) {
    double[] raised = row.clone();
    raised[id] += 2 * (i * Math.abs(row[id]) + tempered());
    List<Integer> order = new ArrayList<>(List.of(descending));
    order.remove((Integer) id);
    int place = 0;
    while (place < order.size() && raised[order.get(place)] > raised[id]) {
      place++;
    }
    order.add(place, id);
    return drawn(raised, order.toArray(Integer[]::new), uniform, id);
  }

  /** Without rounding of the inputs the first of the largest comes out, even among equals. */
  private Margin greedy(double[] logits, int largest, int id) {
    if (id == largest) {
      return new Margin(0, 0);
    }
    double distance = logits[largest] - logits[id];
    return i > 0 || apart > 0
        ? new Margin(distance, 2 * (i * Math.abs(logits[largest]) + apart))
        : new Margin(Math.max(distance, Double.MIN_VALUE), 0);
  }

  /** Tries every number of entries that top-k and top-p may keep; mostly there is one of each. */
  private Margin drawn(double[] row, Integer[] descending, double uniform, int id) {
    Margin closest = NEVER;
    int fewest = fewestOfTopK(row, descending);
    int most = mostOfTopK(row, descending, fewest);
    for (int candidates = fewest; candidates <= most; candidates++) {
      double error = error(row, descending, candidates);
      double[] p = softmax(row, descending, candidates);
      double before = 0;
      for (int cut = 1; cut <= candidates; cut++) {
        before += p[descending[cut - 1]];
        boolean cuts = sampling.topP() < 1;
        boolean mayCut = cut == candidates || (cuts && before > sampling.topP() - error);
        boolean mustCut = cuts && before > sampling.topP() + error;
        if (mayCut) {
          double distance = distance(softmax(row, descending, cut), uniform, id);
          closest = closest.closer(new Margin(distance, error));
        }
        if (mustCut) {
          break;
        }
      }
    }
    return closest;
  }

  /** Every entry at least as large as the k-th. */
  private int fewestOfTopK(double[] row, Integer[] descending) {
    int k = sampling.topK();
    if (k == 0 || k >= row.length) {
      return row.length;
    }
    int kept = k;
    while (kept < row.length && row[descending[kept]] == row[descending[k - 1]]) {
      kept++;
    }
    return kept;
  }

  /** Rounding keeps the order but can make a smaller entry equal to the k-th. */
  private int mostOfTopK(double[] row, Integer[] descending, int fewest) {
    double threshold = row[descending[fewest - 1]];
    double slack = 2 * ((2 * u + i) * Math.abs(threshold) + tempered());
    int kept = fewest;
    while (kept < row.length && row[descending[kept]] >= threshold - slack) {
      kept++;
    }
    return kept;
  }

  /** The error of logits after the temperature. */
  private double tempered() {
    return apart / Math.max(sampling.temperature(), Sampling.MIN_TEMPERATURE);
  }

  /** By how much a cumulative probability can be wrong. */
  private double error(double[] row, Integer[] descending, int kept) {
    double largest = 0;
    for (int place = 0; place < kept; place++) {
      double size = Math.abs(row[descending[place]]);
      largest = Double.isInfinite(size) ? largest : Math.max(largest, size);
    }
    double weights =
        Math.expm1(4 * (i * largest + tempered())) + 10 * u * Math.log(row.length) + 8 * u;
    double depth = (2 * Math.ceil(Math.sqrt(row.length)) + 2) * u;
    return weights + 2 * depth / (1 - depth) + 4 * u + i;
  }

  /** The distribution over the {@code kept} largest entries; the others have 0. */
  private static double[] softmax(double[] row, Integer[] descending, int kept) {
    double[] p = new double[row.length];
    double sum = 0;
    for (int place = kept - 1; place >= 0; place--) {
      int id = descending[place];
      p[id] = Math.exp(row[id] - row[descending[0]]);
      sum += p[id];
    }
    for (int id = 0; id < p.length; id++) {
      p[id] /= sum;
    }
    return p;
  }

  /** How far outside the id's interval of the cumulative distribution the number is. */
  private static double distance(double[] p, double uniform, int id) {
    double before = 0;
    for (int other = 0; other < id; other++) {
      before += p[other];
    }
    return p[id] > 0
        ? Math.max(0, Math.max(before - uniform, uniform - (before + p[id])))
        : Double.POSITIVE_INFINITY;
  }
}
