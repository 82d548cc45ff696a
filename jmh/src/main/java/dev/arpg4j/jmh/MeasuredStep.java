package dev.arpg4j.jmh;

import dev.arpg4j.cli.BenchModel;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * One step of a decode of 64 steps with guidance. Its logits have to be those of {@link
 * Decoder#replay} on the same backend, bit by bit: so what is measured is what the decoder does.
 */
@State(Scope.Benchmark)
public abstract class MeasuredStep extends Measured {
  /** The parameter that names the model. */
  static final String MODEL = "model";

  private static final long SEED = 1;

  /** Which step of the decode. */
  public enum Moment {
    /** Feeds the class token; nothing is cached. */
    FIRST,
    /** Half of the steps are done. */
    MIDDLE,
    /** Feeds the tokens of the last but one; with the arccos schedule by far the most targets. */
    LAST
  }

  @Param public Moment step;

  /** I, images decoded together. */
  @Param("1")
  public int batch;

  private Arpg loaded;

  /** As {@code --model} of other benchmarks: a published size has random weights. */
  abstract String modelName();

  /** How matrices are held. */
  abstract DType storage();

  @Override
  Program prepare(Backend backend) {
    loaded = Arpg.load(backend, BenchModel.named(modelName()), storage());
    DecodeStep prepared = prepareStep();
    return new Program() {
      @Override
      public Tensor say() {
        return prepared.say();
      }

      @Override
      public void close() {
        prepared.close();
      }
    };
  }

  private DecodeStep prepareStep() {
    DecodeSettings settings = settings();
    int index =
        switch (step) {
          case FIRST -> 0;
          case MIDDLE -> settings.steps() / 2;
          case LAST -> settings.steps() - 1;
        };
    return new DecodeStep(loaded, settings, images(), tokens(), index);
  }

  @Override
  void check(Backend measured) {
    try (DecodeStep prepared = prepareStep();
        var scope = measured.scope()) {
      double[] found = prepared.sayLogits().toDoubles();
      // A backend may say it, learn it, and do it by heart: three ways to one result.
      for (int again = 0; again < 2; again++) {
        if (!Arrays.equals(found, prepared.sayLogits().toDoubles())) {
          throw new WrongResultException(
              prepared.places() + ": said again, it gives different logits");
        }
      }
      double[] expected = replayed(prepared);
      if (!Arrays.equals(found, expected)) {
        throw new WrongResultException(
            "%s: its logits part from the decoder's at entry %d"
                .formatted(prepared.places(), Arrays.mismatch(found, expected)));
      }
    }
  }

  /** The logits of the step as the decoder's own loop gives them. */
  private double[] replayed(DecodeStep prepared) {
    List<double[]> seen = new ArrayList<>();
    new Decoder(loaded, settings())
        .replay(
            images(),
            prepared.aroundTheStep(),
            tokens(),
            (replayed, guided, ids) -> {
              if (replayed.from() == prepared.places().from()) {
                seen.add(guided.get().toDoubles());
              }
            });
    return seen.getFirst();
  }

  /** Each model as it is sampled best, in the causal mask. */
  private DecodeSettings settings() {
    DecodeSettings embedded = DecodeSettings.EMBEDDED;
    if (modelName().equalsIgnoreCase(EmbeddedModel.NAME)) {
      return embedded;
    }
    return new DecodeSettings(
        embedded.steps(),
        StepSchedule.ARCCOS,
        new Guidance(GuidanceSchedule.CONSTANT, 4),
        embedded.sampling(),
        embedded.order(),
        embedded.pass1(),
        embedded.seed());
  }

  private DecodeBatch images() {
    int classes = loaded.config().classes();
    return DecodeBatch.of(0, IntStream.range(0, batch).map(i -> i % classes).toArray());
  }

  /** Random ids [I][N]: what a step costs does not depend on them. */
  private int[][] tokens() {
    int cells = loaded.config().grid().cells();
    int[][] tokens = new int[batch][cells];
    for (int i = 0; i < tokens.length; i++) {
      for (int cell = 0; cell < cells; cell++) {
        float uniform = Philox.uniform(SEED, i, cell, 0, Purpose.CASES);
        tokens[i][cell] = (int) (uniform * loaded.config().vocabulary());
      }
    }
    return tokens;
  }
}
