package dev.arpg4j.properties.mutants;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.decode.Visibility;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.verify.Case;
import dev.arpg4j.verify.Subject;
import java.util.Arrays;
import java.util.List;

/** Faults of masks, plans, orders, sizes and threads: of the parts around the model. */
final class PartMutants {
  private PartMutants() {}

  static List<Mutant> all() {
    return List.of(
        new Mutant(
            "mask top-left",
            "row i of a chunk sees i + 1 rows of the whole cache",
            (sound, threads) -> masks(sound, mask -> (cached, i, added) -> i + 1)),
        new Mutant(
            "chunk is strict",
            "the chunk mask does as the strict one",
            (sound, threads) -> masks(sound, mask -> Pass1Mask.STRICT)),
        new Mutant(
            "strict is chunk",
            "the strict mask does as the chunk one",
            (sound, threads) -> masks(sound, mask -> Pass1Mask.CHUNK)),
        new Mutant(
            "schedule off by one",
            "step s has the share of step s - 1",
            (sound, threads) ->
                plans(
                    sound,
                    (schedule, cells, steps) ->
                        Plan.of((s, of) -> schedule.maskedAfter(s - 1, of), cells, steps))),
        new Mutant(
            "last step dropped", "the largest step never runs", PartMutants::withoutLastStep),
        new Mutant(
            "order not un-permuted", "ids stay in decoding order", PartMutants::inDecodingOrder),
        new Mutant(
            "inner width not rounded",
            "F is not rounded up to a multiple of 256",
            PartMutants::narrow),
        new Mutant(
            "guidance stops short",
            "the weight counts from 0 to N - 1",
            PartMutants::guidanceStopsShort),
        new Mutant(
            "sums split by thread",
            "each thread adds up a part of a dot product",
            PartMutants::splitSums));
  }

  @FunctionalInterface
  private interface Masks {
    Visibility of(Pass1Mask mask);
  }

  private static Subject masks(Subject sound, Masks masks) {
    return new BrokenSubject(sound, (other, threads) -> masks(other, masks)) {
      @Override
      public Visibility pass1(Pass1Mask mask) {
        return masks.of(mask);
      }
    };
  }

  @FunctionalInterface
  private interface Plans {
    Plan of(StepSchedule schedule, int cells, int steps);
  }

  private static Subject plans(Subject sound, Plans plans) {
    return new BrokenSubject(sound, (other, threads) -> plans(other, plans)) {
      @Override
      public Plan plan(StepSchedule schedule, int cells, int steps) {
        return plans.of(schedule, cells, steps);
      }
    };
  }

  private static Subject withoutLastStep(Subject sound, int threads) {
    return plans(
        sound,
        (schedule, cells, steps) -> {
          int[] sizes = Plan.of(schedule, cells, steps).sizes();
          return Plan.ofSizes(Arrays.copyOf(sizes, steps - 1));
        });
  }

  private static Subject inDecodingOrder(Subject sound, int threads) {
    return new BrokenSubject(sound, PartMutants::inDecodingOrder) {
      @Override
      public int[][] decode(Decoder decoder, DecodeBatch batch, DecodeObserver observer) {
        return reorder(decoder, batch, decoder.decode(batch, observer));
      }

      @Override
      public int[][] replay(
          Decoder decoder, DecodeBatch batch, Plan plan, int[][] tokens, DecodeObserver observer) {
        return reorder(decoder, batch, decoder.replay(batch, plan, tokens, observer));
      }
    };
  }

  private static int[][] reorder(Decoder decoder, DecodeBatch batch, int[][] raster) {
    int[][] orders = decoder.orders(batch);
    int[] cells = batch.known().unknown(raster[0].length);
    int[][] wrong = Arrays.stream(raster).map(int[]::clone).toArray(int[][]::new);
    for (int i = 0; i < wrong.length; i++) {
      for (int place = 0; place < cells.length; place++) {
        wrong[i][cells[place]] = raster[i][orders[i][place]];
      }
    }
    return wrong;
  }

  private static Subject narrow(Subject sound, int threads) {
    return new BrokenSubject(sound, PartMutants::narrow) {
      @Override
      public ArpgConfig sizes(ArpgConfig published) {
        return new ArpgConfig(
            published.dim(),
            published.heads(),
            published.selfLayers(),
            published.crossLayers(),
            published.grid(),
            published.vocabulary(),
            published.classes(),
            1,
            published.ropeBase(),
            published.normEpsilon(),
            published.kvSharing(),
            published.readout());
      }
    };
  }

  private static Subject guidanceStopsShort(Subject sound, int threads) {
    return new BrokenSubject(sound, PartMutants::guidanceStopsShort) {
      @Override
      public double guidanceWeight(Guidance guidance, Plan.Step step, Plan plan) {
        return guidance.weight(new Plan.Step(step.index(), step.from() - 1, step.to() - 1), plan);
      }
    };
  }

  private static Subject splitSums(Subject sound, int threads) {
    return new BrokenSubject(sound, PartMutants::splitSums) {
      @Override
      public Backend backend(Case drawn) {
        return new SplitSums(sound.backend(drawn), threads);
      }
    };
  }

  /** Multiplies each thread's stretch of the channels alone and adds up the parts. */
  private static final class SplitSums extends BrokenOps {
    private final int threads;

    SplitSums(Backend sound, int threads) {
      super(sound);
      this.threads = threads;
    }

    @Override
    public Tensor linear(Tensor x, Weight weight) {
      int width = x.shape().dim(-1);
      Tensor sum = super.linear(part(x, 0, width), weight);
      for (int t = 1; t < threads; t++) {
        sum = add(sum, super.linear(part(x, t, width), weight));
      }
      return sum;
    }

    private Tensor part(Tensor x, int thread, int width) {
      double[] values = x.toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] = i % width * threads / width == thread ? values[i] : 0;
      }
      return like(x, values);
    }
  }
}
