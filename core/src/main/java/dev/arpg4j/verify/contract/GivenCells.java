package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.verify.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A case some of whose cells are known beforehand.
 *
 * @param layout of a decode of the others
 */
record GivenCells(Trial trial, DecodeSettings settings, DecodeBatch batch, Layout layout) {
  /** How a system begins to refuse what it cannot do; all else that it refuses is a fault. */
  private static final String REFUSED = "known cells: ";

  /** Random cells of the case's tokens; nothing if the system knows none beforehand. */
  static Optional<GivenCells> of(Trial trial) {
    Numbers numbers = trial.numbers();
    int places = trial.architecture().places();
    int known = numbers.between(1, places - 1);
    int[] cells = Arrays.copyOf(numbers.permutation(places), known);
    int[][] tokens =
        Arrays.stream(trial.tokens())
            .map(image -> Arrays.stream(cells).map(cell -> image[cell]).toArray())
            .toArray(int[][]::new);
    DecodeBatch batch = new DecodeBatch(0, trial.classes(), new KnownCells(cells, tokens));
    // One step is a plan wherever steps may be chosen.
    boolean free = trial.plan(trial.settings().withSteps(1)).isPresent();
    DecodeSettings settings =
        free ? trial.settings().withSteps(Math.min(2, places - known)) : trial.settings();
    try {
      Plan plan = new Decoder(trial.network(), trial.architecture(), settings).plan(batch);
      Layout layout = trial.architecture().layout(settings, plan, known);
      return Optional.of(new GivenCells(trial, settings, batch, layout));
    } catch (InvalidInputException refused) {
      if (!String.valueOf(refused.getMessage()).startsWith(REFUSED)) {
        throw refused;
      }
      return Optional.empty();
    }
  }

  /** A decode beside its layout's feeds said by hand, and its ids beside the case's tokens. */
  List<Comparison> decoded() {
    Loop loop = trial.loop(settings, layout.plan(), batch, trial::given);
    int[][] orders = orders();
    List<Feed> feeds = layout.feeds();
    Comparison.Pairs logits = new Comparison.Pairs();
    try (FeedRun run = new FeedRun(trial.network(), feeds, trial.classIds(), orders)) {
      int first = layout.before().size();
      for (int i = 0; i < first; i++) {
        run.say(i, batch.known().tokens());
      }
      for (int s = 0; s < loop.steps().size(); s++) {
        int[][] known = s == 0 ? batch.known().tokens() : loop.steps().get(s - 1).after();
        logits.add(run.say(first + s, known), loop.steps().get(s).logits());
      }
    }
    Comparison.Pairs ids = new Comparison.Pairs();
    int[][] last = loop.steps().getLast().after();
    for (int image = 0; image < last.length; image++) {
      int[] tokens = trial.tokens()[image];
      ids.add(
          Arrays.stream(orders[image]).mapToDouble(cell -> tokens[cell]).toArray(),
          Arrays.stream(last[image]).asDoubleStream().toArray());
    }
    return List.of(
        logits.rows("logits with known cells, of the layout and in the loop", trial),
        ids.bits("ids with known cells, and those decoded"));
  }

  /** The cells of all places, [I][places]. */
  private int[][] orders() {
    int[] known = batch.known().cells();
    return Stream.of(new Decoder(trial.network(), trial.architecture(), settings).orders(batch))
        .map(rest -> IntStream.concat(IntStream.of(known), IntStream.of(rest)).toArray())
        .toArray(int[][]::new);
  }
}
