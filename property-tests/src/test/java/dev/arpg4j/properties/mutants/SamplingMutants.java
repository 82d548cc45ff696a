package dev.arpg4j.properties.mutants;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import dev.arpg4j.verify.Case;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Faults of drawing. */
final class SamplingMutants {
  private SamplingMutants() {}

  static List<Mutant> all() {
    return List.of(
        settings(
            "temperature ignored",
            "logits are not divided by the temperature",
            set -> set.greedy() ? set : new Sampling(1, set.topK(), set.topP())),
        settings(
            "temperature inverted",
            "logits are multiplied by the temperature",
            set ->
                set.greedy() ? set : new Sampling(1 / set.temperature(), set.topK(), set.topP())),
        settings(
            "top-k off by one",
            "one logit too many is kept",
            set ->
                set.topK() == 0
                    ? set
                    : new Sampling(set.temperature(), set.topK() + 1, set.topP())),
        settings(
            "greedy draws",
            "temperature 0 acts as 1",
            set -> set.greedy() ? new Sampling(1, set.topK(), set.topP()) : set),
        Mutant.ofOps(
            "top-p drops the crossing", "the entry that crosses p is not kept", DropsCrossing::new),
        Mutant.ofOps(
            "another cell's number", "a cell is drawn with the number of the next", NextCell::new),
        Mutant.ofOps(
            "numbers by batch place",
            "an image's numbers follow its place in the batch, not in the request",
            BatchPlaces::new));
  }

  private static Mutant settings(String name, String fault, UnaryOperator<Sampling> change) {
    return Mutant.ofOps(
        name,
        fault,
        (sound, drawn) ->
            new BrokenOps(sound) {
              @Override
              public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
                return super.sample(logits, uniform, change.apply(sampling));
              }
            });
  }

  private static final class DropsCrossing extends BrokenOps {
    DropsCrossing(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
      if (sampling.topP() == 1 || sampling.topK() != 0 || sampling.greedy()) {
        return super.sample(logits, uniform, sampling);
      }
      double[] values = logits.toDoubles();
      double[] p = softmax(scale(logits, 1 / sampling.temperature())).toDoubles();
      int width = logits.shape().dim(-1);
      for (int row = 0; row < values.length; row += width) {
        drop(values, p, row, width, sampling.topP());
      }
      Sampling rest = new Sampling(sampling.temperature(), 0, 1);
      return super.sample(like(logits, values), uniform, rest);
    }

    private static void drop(double[] values, double[] p, int row, int width, double limit) {
      int[] descending =
          IntStream.range(row, row + width)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -p[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      double sum = p[descending[0]];
      for (int rank = 1; rank < width; rank++) {
        sum += p[descending[rank]];
        if (sum > limit) {
          values[descending[rank]] = -1e6;
        }
      }
    }
  }

  private static final class NextCell extends BrokenOps {
    NextCell(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
      return super.uniform(seed, images, each(slots, slot -> slot + 1), draw, purpose);
    }
  }

  private static final class BatchPlaces extends BrokenOps {
    BatchPlaces(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
      return super.uniform(seed, places(images), slots, draw, purpose);
    }
  }
}
