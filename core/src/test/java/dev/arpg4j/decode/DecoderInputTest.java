package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a decoder refuses, and in which words. */
class DecoderInputTest {
  private static final ArpgConfig CONFIG = ArpgConfig.published(16, 2, 1, 1, 3, 7, 4);
  private static final DecodeSettings SETTINGS = DecodeSettings.EMBEDDED.withSteps(3);

  private Backend backend;

  @BeforeEach
  void open() {
    backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private Decoder decoder(ArpgConfig config, DecodeSettings settings) {
    Arpg model = Arpg.load(backend, config, new RandomWeights(config, 1, 0.3), DType.F32);
    return new Decoder(model, settings);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(DecodeBatch batch) {
    return assertThatThrownBy(() -> decoder(CONFIG, SETTINGS).decode(batch, DecodeObserver.NONE))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void unknownClass() {
    refused(DecodeBatch.of(0, 1, 4)).hasMessage("class 4: expected 0 .. 3");
  }

  @Test
  void moreStepsThanCells() {
    assertThatThrownBy(
            () ->
                decoder(CONFIG, SETTINGS.withSteps(10))
                    .decode(DecodeBatch.of(0, 1), DecodeObserver.NONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("steps 10: expected 1 .. 9, the number of cells to decode");
  }

  @Test
  void severalCellsAStepWithoutQueries() {
    assertThatThrownBy(
            () ->
                decoder(CONFIG.withLayers(2, 0), SETTINGS)
                    .decode(DecodeBatch.of(0, 1), DecodeObserver.NONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("steps 3: a model without cross layers decodes one cell a step, expected 9");
  }

  @Test
  void knownCellOutsideTheGrid() {
    KnownCells known = new KnownCells(new int[] {9}, new int[][] {{0}});
    refused(new DecodeBatch(0, new int[] {1}, known)).hasMessage("known cell 9: expected 0 .. 8");
  }

  @Test
  void idsThatAreNoCodes() {
    for (int id : new int[] {-1, 7}) {
      KnownCells known = new KnownCells(new int[] {0}, new int[][] {{id}});
      refused(new DecodeBatch(0, new int[] {1}, known))
          .hasMessage("known tokens: id " + id + ": expected 0 .. 6");
      int[][] tokens = new int[1][9];
      tokens[0][8] = id;
      Decoder decoder = decoder(CONFIG, SETTINGS);
      DecodeBatch batch = DecodeBatch.of(0, 1);
      assertThatThrownBy(
              () -> decoder.replay(batch, decoder.plan(batch), tokens, DecodeObserver.NONE))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("given tokens: id " + id + ": expected 0 .. 6");
      int[][] orders = {{0, 1, 2, 3, 4, 5, 6, 7, 8}};
      OneShot.Path path = new OneShot.Path(new int[] {8}, tokens, orders, Plan.ones(9));
      Arpg model = Arpg.load(backend, CONFIG, new RandomWeights(CONFIG, 1, 0.3), DType.F32);
      assertThatThrownBy(() -> OneShot.teacherForced(model).logits(path))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("tokens: id " + id + ": expected 0 .. 6");
    }
  }

  @Test
  void knownCellNamedTwice() {
    assertThatThrownBy(() -> new KnownCells(new int[] {3, 3}, new int[][] {{0, 1}}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("known cells: a cell is named twice");
  }

  @Test
  void knownTokensOfOtherImages() {
    assertThatThrownBy(() -> new DecodeBatch(0, new int[] {1, 2}, KnownCells.none(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("known tokens of 1 images for 2 classes");
  }

  @Test
  void noClassesAndNegativePlaces() {
    assertThatThrownBy(() -> DecodeBatch.of(0)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> DecodeBatch.of(-1, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("first image -1: expected 0 or more");
  }

  @Test
  void guidanceBelowOne() {
    assertThatThrownBy(() -> new Guidance(GuidanceSchedule.LINEAR, 0.5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("guidance 0.5: expected a number of 1 or more");
    assertThatThrownBy(() -> new Guidance(GuidanceSchedule.LINEAR, Double.NaN))
        .isInstanceOf(InvalidInputException.class);
  }
}
