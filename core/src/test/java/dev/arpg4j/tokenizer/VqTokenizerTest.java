package dev.arpg4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VqTokenizerTest {
  private static final TokenGrid GRID = new TokenGrid(3, 5);
  private static final int[] IDS =
      IntStream.range(0, GRID.cells()).map(i -> i * 17 % Micro.CONFIG.codes()).toArray();

  /** An image of smooth waves, 6x10 pixels. */
  private static Pixels waves(double phase) {
    double[] values =
        IntStream.range(0, 6 * 10 * 3).mapToDouble(i -> Math.sin(phase + i * 0.37)).toArray();
    return new Pixels(6, 10, values);
  }

  /** The tokenizer with the values of one parameter changed. */
  private static VqTokenizer changed(Backend backend, String name, DoubleUnaryOperator change) {
    VqCheckpoint sound = VqCheckpoint.random(Micro.CONFIG, 3);
    ModelWeights weights =
        each -> {
          ArraySource source = ArraySource.copyOf(sound.weights().of(each));
          if (!each.equals(name)) {
            return source;
          }
          double[] values = new double[(int) source.shape().size()];
          source.open().read(0, values, 0, values.length);
          return new ArraySource(
              each,
              source.shape(),
              IntStream.range(0, values.length)
                  .mapToDouble(i -> change.applyAsDouble(values[i]))
                  .toArray());
        };
    return VqTokenizer.load(backend, new VqCheckpoint("changed", Micro.CONFIG, weights), DType.F32);
  }

  @Test
  void anImageHasTheSidesOfItsGrid() {
    try (Backend oracle = Micro.backend("oracle", 1)) {
      VqTokenizer tokenizer = VqTokenizer.random(oracle, Micro.CONFIG, 3);
      Pixels pixels = tokenizer.pixels(GRID, IDS);
      assertThat(pixels.height()).isEqualTo(6);
      assertThat(pixels.width()).isEqualTo(10);
      assertThat(tokenizer.decode(GRID, IDS).getWidth()).isEqualTo(10);
      assertThat(tokenizer.encode(pixels)).hasSize(15);
    }
  }

  /** Neighbouring ids move pixels: the decoder is no constant, whatever the random weights. */
  @Test
  void everyIdMatters() {
    try (Backend oracle = Micro.backend("oracle", 1)) {
      VqTokenizer tokenizer = VqTokenizer.random(oracle, Micro.CONFIG, 3);
      double[] before = tokenizer.pixels(GRID, IDS).values();
      for (int cell = 0; cell < IDS.length; cell++) {
        int[] ids = IDS.clone();
        ids[cell] = (ids[cell] + 1) % Micro.CONFIG.codes();
        assertThat(tokenizer.pixels(GRID, ids).values()).isNotEqualTo(before);
      }
    }
  }

  @Test
  void codesCountByDirectionAlone() {
    try (Backend oracle = Micro.backend("oracle", 1)) {
      VqTokenizer tokenizer = VqTokenizer.random(oracle, Micro.CONFIG, 3);
      VqTokenizer longer = changed(oracle, "quantize.embedding.weight", value -> 4 * value);
      assertThat(longer.pixels(GRID, IDS).values()).isEqualTo(tokenizer.pixels(GRID, IDS).values());
      assertThat(longer.encode(waves(0))).isEqualTo(tokenizer.encode(waves(0)));
    }
  }

  @Test
  void ofEqualCodesTheFirstIsTaken() {
    try (Backend oracle = Micro.backend("oracle", 1)) {
      VqTokenizer same = changed(oracle, "quantize.embedding.weight", value -> 1);
      assertThat(same.encode(waves(0))).containsOnly(0);
    }
  }

  /** What the golden folder allows of a backend in float32: 1e-4 of a pixel in [-1, 1]. */
  @Test
  void theVectorBackendIsClose() {
    try (Backend oracle = Micro.backend("oracle", 1);
        Backend cpu = Micro.backend("cpu", 2)) {
      VqTokenizer expected = VqTokenizer.random(oracle, Micro.CONFIG, 3);
      VqTokenizer found = VqTokenizer.random(cpu, Micro.CONFIG, 3);
      assertThat(found.pixels(GRID, IDS).values())
          .containsExactly(expected.pixels(GRID, IDS).values(), within(1e-4));
      assertThat(found.encode(waves(0))).isEqualTo(expected.encode(waves(0)));
    }
  }

  @Test
  void bitsDoNotDependOnThreadsOrCompany() {
    double[][] alone = new double[2][];
    int[][] ids = new int[2][];
    for (int threads = 1; threads <= 2; threads++) {
      try (Backend cpu = Micro.backend("cpu", threads)) {
        VqTokenizer tokenizer = VqTokenizer.random(cpu, Micro.CONFIG, 3);
        if (threads == 2) {
          tokenizer.pixels(new TokenGrid(7, 2), new int[14]);
          tokenizer.encode(waves(1));
        }
        alone[threads - 1] = tokenizer.pixels(GRID, IDS).values();
        ids[threads - 1] = tokenizer.encode(waves(0));
      }
    }
    assertThat(alone[1]).isEqualTo(alone[0]);
    assertThat(ids[1]).isEqualTo(ids[0]);
  }

  @Test
  void imagesDifferInTheirIds() {
    try (Backend oracle = Micro.backend("oracle", 1)) {
      VqTokenizer tokenizer = VqTokenizer.random(oracle, Micro.CONFIG, 3);
      assertThat(tokenizer.encode(waves(1))).isNotEqualTo(tokenizer.encode(waves(0)));
    }
  }

  @Test
  void halfATokenizerDoesHalfTheWork() {
    try (Backend oracle = Micro.backend("oracle", 1)) {
      VqCheckpoint checkpoint = VqCheckpoint.random(Micro.CONFIG, 3);
      VqTokenizer whole = VqTokenizer.load(oracle, checkpoint, DType.F32);
      VqTokenizer encoder = VqTokenizer.loadEncoder(oracle, checkpoint, DType.F32);
      VqTokenizer decoder = VqTokenizer.loadDecoder(oracle, checkpoint, DType.F32);
      assertThat(encoder.encode(waves(0))).isEqualTo(whole.encode(waves(0)));
      assertThat(decoder.pixels(GRID, IDS).values()).isEqualTo(whole.pixels(GRID, IDS).values());
      assertThatThrownBy(() -> decoder.encode(waves(0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the encoder is not loaded");
      assertThatThrownBy(() -> encoder.pixels(GRID, IDS))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the decoder is not loaded");
    }
  }

  @Test
  void whatIsNoGridOfCodesIsRefused() {
    try (Backend oracle = Micro.backend("oracle", 1)) {
      VqTokenizer tokenizer = VqTokenizer.random(oracle, Micro.CONFIG, 3);
      assertThatThrownBy(() -> tokenizer.pixels(GRID, new int[14]))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("14 ids for a grid of 3x5: expected 15");
      int[] ids = IDS.clone();
      ids[4] = 50;
      assertThatThrownBy(() -> tokenizer.decode(GRID, ids))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("cell 4 holds id 50: expected 0 .. 49");
      assertThatThrownBy(() -> tokenizer.encode(new Pixels(1, 2, new double[6])))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("2x1 pixels (width x height), expected both sides");
    }
  }
}
