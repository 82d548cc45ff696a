package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GenerationOrderTest {
  private static final long SEED = 5;
  private static final TokenGrid GRID = TokenGrid.square(4);

  private static int[] cells(int count) {
    return IntStream.range(0, count).toArray();
  }

  @Test
  void randomOrderIsTheArgsortOfTheImagesUniforms() {
    int[] order = GenerationOrder.IMAGE.order(SEED, GRID, 3, cells(64));

    assertThat(order).containsExactlyInAnyOrder(cells(64)).isNotEqualTo(cells(64));
    assertThat(IntStream.of(order).boxed())
        .isSortedAccordingTo(
            (a, b) ->
                Float.compare(
                    Philox.uniform(SEED, 3, a, 0, Purpose.ORDER),
                    Philox.uniform(SEED, 3, b, 0, Purpose.ORDER)));
  }

  @Test
  void tiesGoToTheLowerCell() {
    // Some 2^15 of the 2^24 uniforms: pairs of cells with equal numbers are certain.
    int[] order = GenerationOrder.IMAGE.order(SEED, GRID, 0, cells(1 << 15));
    double[] uniforms = new double[order.length];
    Arrays.setAll(uniforms, i -> Philox.uniform(SEED, 0, order[i], 0, Purpose.ORDER));
    int[] tied =
        IntStream.range(1, order.length).filter(i -> uniforms[i] == uniforms[i - 1]).toArray();

    assertThat(tied).isNotEmpty();
    assertThat(IntStream.of(tied)).allMatch(i -> order[i - 1] < order[i]);
  }

  @Test
  void imagesDifferUnlessTheyShare() {
    int[] third = GenerationOrder.IMAGE.order(SEED, GRID, 3, cells(16));

    assertThat(GenerationOrder.IMAGE.order(SEED, GRID, 4, cells(16))).isNotEqualTo(third);
    assertThat(GenerationOrder.IMAGE.order(SEED, GRID, 3, cells(16))).isEqualTo(third);
    assertThat(GenerationOrder.SHARED.order(SEED, GRID, 4, cells(16)))
        .isEqualTo(GenerationOrder.SHARED.order(SEED, GRID, 3, cells(16)))
        .isEqualTo(GenerationOrder.IMAGE.order(SEED, GRID, 0, cells(16)));
  }

  @Test
  void fewerCellsKeepTheirOrder() {
    int[] all = GenerationOrder.IMAGE.order(SEED, GRID, 3, cells(16));
    int[] even = IntStream.range(0, 8).map(i -> 2 * i).toArray();

    assertThat(GenerationOrder.IMAGE.order(SEED, GRID, 3, even))
        .containsExactly(Arrays.stream(all).filter(cell -> cell % 2 == 0).toArray());
  }

  @Test
  void cornersComeFirstAndTheOthersInTheirOrder() {
    TokenGrid grid = new TokenGrid(3, 4);
    int[] all = GenerationOrder.IMAGE.order(SEED, grid, 3, cells(12));
    int[] inner =
        IntStream.of(all)
            .filter(cell -> cell != 0 && cell != 3 && cell != 8 && cell != 11)
            .toArray();

    assertThat(GenerationOrder.CORNERS.order(SEED, grid, 3, cells(12)))
        .startsWith(0, 11, 3, 8)
        .endsWith(inner)
        .hasSize(12);
  }

  @Test
  void cornersThatAreKnownAreNotDecoded() {
    assertThat(GenerationOrder.CORNERS.order(SEED, GRID, 0, new int[] {1, 2, 12}))
        .startsWith(12)
        .containsExactlyInAnyOrder(1, 2, 12);
  }

  @Test
  void aLineHasTwoCorners() {
    assertThat(GenerationOrder.CORNERS.order(SEED, new TokenGrid(1, 5), 0, cells(5)))
        .startsWith(0, 4)
        .containsExactlyInAnyOrder(cells(5));
  }

  @Test
  void givenOrderMustVisitEachCellOnce() {
    assertThat(GenerationOrder.given(2, 0, 1).order(SEED, GRID, 0, cells(3)))
        .containsExactly(2, 0, 1);
    assertThatThrownBy(() -> GenerationOrder.given(2, 0, 0).order(SEED, GRID, 0, cells(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("order: expected each of the 3 cells to decode once");
  }
}
