package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.DrawMargin;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.Precision;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Decodes the same images on two backends, in batches of equal size so that recordings of their
 * steps are repeated, and traces every difference: both repeat the reference's tokens up to the
 * first step in which an image differs, so that both have the same context there, and their guided
 * logits are laid side by side.
 */
public final class TokenComparison {
  private static final int TOGETHER = 20;

  /** A backend that learns steps by heart says them once, records them once and repeats them. */
  private static final int LEARNT_BATCHES = 3;

  private final Checkpoint checkpoint;
  private final DecodeSettings settings;
  private final Backend reference;
  private final Backend subject;
  private final Decoder referenceDecoder;
  private final Decoder subjectDecoder;

  /** Loads the model into both. */
  public TokenComparison(
      Checkpoint checkpoint, DecodeSettings settings, Backend reference, Backend subject) {
    this.checkpoint = checkpoint;
    this.settings = settings;
    this.reference = reference;
    this.subject = subject;
    this.referenceDecoder = new Decoder(load(reference), settings);
    this.subjectDecoder = new Decoder(load(subject), settings);
  }

  private Arpg load(Backend backend) {
    return Arpg.load(backend, checkpoint, DType.F32);
  }

  /**
   * Decodes images 0 .. images-1, of each class in turn.
   *
   * @param said called after each of the {@link #pieces} of the work
   */
  public TokenAgreement compare(int images, Runnable said) {
    List<DecodeBatch> batches = batches(images);
    List<int[][]> expected = decode(referenceDecoder, batches, said);
    List<int[][]> found = decode(subjectDecoder, batches, said);
    int differing = 0;
    List<TokenDifference> differences = new ArrayList<>();
    for (int b = 0; b < batches.size(); b++) {
      int[][] one = expected.get(b);
      int[][] other = found.get(b);
      int[] unequal =
          IntStream.range(0, one.length).filter(i -> !Arrays.equals(one[i], other[i])).toArray();
      if (unequal.length > 0) {
        differing += unequal.length;
        differences.addAll(trace(batches.get(b), one, other, unequal));
      }
    }
    return new TokenAgreement(images, differing, differences);
  }

  /** How often {@code said} is called for so many images. */
  public long pieces(int images) {
    return 2L * settings.steps() * Math.ceilDiv(images, together(images));
  }

  /** So few that a backend which learns steps by heart comes to repeat them. */
  private static int together(int images) {
    return Math.clamp(images / LEARNT_BATCHES, 1, TOGETHER);
  }

  /** All of one size but for the last. */
  private List<DecodeBatch> batches(int images) {
    int classes = checkpoint.config().classes();
    int together = together(images);
    List<DecodeBatch> batches = new ArrayList<>();
    for (int from = 0; from < images; from += together) {
      int[] labels =
          IntStream.range(from, Math.min(images, from + together))
              .map(image -> image % classes)
              .toArray();
      batches.add(DecodeBatch.of(from, labels));
    }
    return batches;
  }

  /** Tokens [I][N] of each batch, those of one size in one session. */
  private static List<int[][]> decode(Decoder decoder, List<DecodeBatch> batches, Runnable said) {
    DecodeObserver observer = (step, logits, ids) -> said.run();
    List<int[][]> tokens = new ArrayList<>();
    while (tokens.size() < batches.size()) {
      DecodeBatch first = batches.get(tokens.size());
      try (DecodeSession session = decoder.sessionOfIds(first)) {
        batches.stream()
            .skip(tokens.size())
            .takeWhile(batch -> batch.images() == first.images())
            .forEach(batch -> tokens.add(session.decode(batch, observer)));
      }
    }
    return tokens;
  }

  private List<TokenDifference> trace(
      DecodeBatch batch, int[][] expected, int[][] found, int[] unequal) {
    int[][] orders = referenceDecoder.orders(batch);
    Plan plan = referenceDecoder.plan(batch);
    Map<Integer, Plan.Step> firstSteps = new TreeMap<>();
    for (int i : unequal) {
      int place = firstDifference(orders[i], expected[i], found[i]).orElseThrow();
      firstSteps.put(
          i, plan.steps().stream().filter(step -> place < step.to()).findFirst().orElseThrow());
    }
    // In the same company as before: a backend's bits may depend on it.
    StepLogits expectedLogits = new StepLogits(firstSteps);
    referenceDecoder.replay(batch, plan, expected, expectedLogits);
    StepLogits foundLogits = new StepLogits(firstSteps);
    subjectDecoder.replay(batch, plan, expected, foundLogits);
    List<TokenDifference> differences = new ArrayList<>();
    for (Map.Entry<Integer, Plan.Step> first : firstSteps.entrySet()) {
      int i = first.getKey();
      Plan.Step step = first.getValue();
      for (int place = step.from(); place < step.to(); place++) {
        int cell = orders[i][place];
        if (expected[i][cell] != found[i][cell]) {
          differences.add(
              difference(
                  batch.firstImage() + i,
                  step,
                  cell,
                  new Draw(expected[i][cell], expectedLogits.row(step, i, place)),
                  new Draw(found[i][cell], foundLogits.row(step, i, place))));
        }
      }
    }
    return differences;
  }

  private static OptionalInt firstDifference(int[] order, int[] expected, int[] found) {
    return IntStream.range(0, order.length)
        .filter(place -> expected[order[place]] != found[order[place]])
        .findFirst();
  }

  /** An id and the row of guided logits that it was drawn from. */
  private record Draw(int id, double[] logits) {}

  private TokenDifference difference(
      int image, Plan.Step step, int cell, Draw expected, Draw found) {
    double uniform = Philox.uniform(settings.seed(), image, cell, 0, Purpose.SAMPLE);
    double largest = 1;
    double error = 0;
    for (int id = 0; id < expected.logits.length; id++) {
      double one = expected.logits[id];
      double other = found.logits[id];
      largest = Math.max(largest, Math.max(Math.abs(one), Math.abs(other)));
      double difference = Math.abs(one - other);
      error = Math.max(error, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    Precision one = Precision.of(reference.computeType());
    Precision other = Precision.of(subject.computeType());
    boolean ownDraws =
        margin(one, Precision.EXACT, 0).of(expected.logits, uniform, expected.id).isExplained()
            && margin(other, Precision.EXACT, 0).of(found.logits, uniform, found.id).isExplained();
    // The measured error as a share of the largest logit, which is how margins take it.
    double share = error / Arrays.stream(expected.logits).map(Math::abs).max().orElse(1);
    return new TokenDifference(
        image,
        step.index(),
        cell,
        expected.id,
        found.id,
        uniform,
        error,
        stated(reference, largest) + stated(subject, largest),
        margin(one, other, share).of(expected.logits, uniform, found.id),
        ownDraws);
  }

  private DrawMargin margin(Precision one, Precision other, double share) {
    return ErrorBounds.between(one, other, share).decoding().draw(settings.sampling());
  }

  /** How far a backend's guided logits may be from the exact ones. */
  private double stated(Backend backend, double largest) {
    ArpgConfig config = checkpoint.config();
    return Guiding.amplified(Tolerance.of(backend, config), settings.guidance()).bound(largest);
  }

  /** Keeps the guided logits of the steps that matter. */
  private final class StepLogits implements DecodeObserver {
    private final Map<Integer, Plan.Step> wanted;
    private final Map<Integer, double[]> logits = new HashMap<>();

    /**
     * @param wanted the step of each image that differs
     */
    StepLogits(Map<Integer, Plan.Step> wanted) {
      this.wanted = wanted;
    }

    @Override
    public void step(Plan.Step step, Supplier<Tensor> guided, Tensor ids) {
      if (wanted.containsValue(step)) {
        logits.put(step.index(), guided.get().toDoubles());
      }
    }

    double[] row(Plan.Step step, int image, int place) {
      int vocabulary = checkpoint.config().vocabulary();
      int row = image * step.size() + place - step.from();
      return Arrays.copyOfRange(logits.get(step.index()), row * vocabulary, (row + 1) * vocabulary);
    }
  }
}
