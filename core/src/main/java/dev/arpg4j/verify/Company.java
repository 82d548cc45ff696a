package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What an image may not depend on: its batch, its shard, the threads. And where its ids go. */
final class Company {
  private Company() {}

  /** Image i is the same, bit for bit, alone and in a batch. */
  static Outcome batch(Trial trial) {
    Case drawn = trial.drawn();
    Decoder decoder = trial.decoder(drawn.mask(), drawn.guidance());
    Transcript replayed = replay(trial, decoder, 0, drawn.images());
    Transcript decoded = trial.decode(decoder, drawn.batch());
    Tolerance tolerance = trial.tolerance().forRows();
    int numbers = drawn.targets() * trial.config().vocabulary();
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < drawn.images(); i++) {
      String image = " of image " + i + ", in the batch and alone";
      DecodeBatch alone = drawn.batch(i, i + 1, drawn.tokens());
      outcomes.add(
          Outcome.agree(
              "logits" + image + " [place, id]",
              Arrays.copyOfRange(replayed.logits(), i * numbers, (i + 1) * numbers),
              replay(trial, decoder, i, i + 1).logits(),
              tolerance,
              trial.config().vocabulary()));
      outcomes.add(
          Outcome.equal(
              "sampled ids" + image + " [cell]",
              decoded.tokens()[i],
              trial.decode(decoder, alone).tokens()[0]));
    }
    return Outcome.all(outcomes);
  }

  private static Transcript replay(Trial trial, Decoder decoder, int from, int to) {
    Case drawn = trial.drawn();
    return trial.replay(
        decoder,
        drawn.batch(from, to, drawn.tokens()),
        drawn.plan(),
        Arrays.copyOfRange(drawn.tokens(), from, to));
  }

  /** The number of threads changes no bit. */
  static Outcome threads(Trial trial) {
    Case drawn = trial.drawn();
    Trial one = new Trial(trial.subject().withThreads(1), drawn);
    Trial three = new Trial(trial.subject().withThreads(3), drawn);
    return Outcome.all(
        Outcome.agree(
            "logits on one thread and on three [image, place, id]",
            one.loop(drawn.mask(), drawn.guidance(), drawn.tokens()),
            three.loop(drawn.mask(), drawn.guidance(), drawn.tokens()),
            trial.tolerance().forRows(),
            drawn.targets(),
            trial.config().vocabulary()),
        Outcome.equal(
            "ids drawn on one thread and on three [image, place]",
            decode(one).ids(),
            decode(three).ids(),
            drawn.targets()));
  }

  private static Transcript decode(Trial trial) {
    Case drawn = trial.drawn();
    return trial.decode(trial.decoder(drawn.mask(), drawn.guidance()), drawn.batch());
  }

  /** Every cell gets the id chosen for it, once; known ids stay; replaying gives back the ids. */
  static Outcome places(Trial trial) {
    Case drawn = trial.drawn();
    Decoder decoder = trial.decoder(drawn.mask(), drawn.guidance());
    Transcript decoded = trial.decode(decoder, drawn.batch());
    List<Outcome> outcomes = new ArrayList<>();
    int decodedCells = drawn.targets();
    outcomes.add(
        Outcome.equal("places decoded", new int[] {decodedCells}, new int[] {decoded.seen()}));
    for (int i = 0; i < drawn.images(); i++) {
      int[] expected = drawn.tokens()[i].clone();
      for (int place = 0; place < decodedCells; place++) {
        expected[drawn.orders()[i][place]] = decoded.ids()[i * decodedCells + place];
      }
      outcomes.add(Outcome.equal("ids of image " + i + " [cell]", expected, decoded.tokens()[i]));
      outcomes.add(
          Outcome.equal(
              "replayed ids of image " + i + " [cell]",
              drawn.tokens()[i],
              replay(trial, decoder, 0, drawn.images()).tokens()[i]));
      int[] all = IntStream.range(0, trial.config().grid().cells()).toArray();
      int[] visited =
          IntStream.concat(
                  IntStream.of(drawn.known()), IntStream.of(decoder.orders(drawn.batch())[i]))
              .sorted()
              .toArray();
      outcomes.add(Outcome.equal("cells visited in image " + i, all, visited));
    }
    return Outcome.all(outcomes);
  }
}
