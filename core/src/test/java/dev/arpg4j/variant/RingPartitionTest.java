package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RingPartitionTest {
  /** The table of VARIANTS.md 3.2. */
  @ParameterizedTest
  @CsvSource({
    "ceil-euclidean, 1 4 8 16 20 32 32 36 46 36 20 4 1",
    "floor-euclidean, 1 8 16 20 24 40 36 48 38 16 8 1",
    "round-euclidean, 1 8 12 16 32 28 40 40 38 28 8 5",
    "middle-euclidean, 4 8 20 20 28 32 44 52 24 20 4",
    "chebyshev, 1 8 16 24 32 40 48 56 31",
    "middle-chebyshev, 4 12 20 28 36 44 52 60",
    "manhattan, 1 4 8 12 16 20 24 28 30 28 24 20 16 12 8 4 1",
    "crops-10, 1 3 5 7 9 11 28 36 69 87",
    "crops-13, 1 3 5 7 9 11 13 15 17 19 44 52 60"
  })
  void ringsOf16x16HaveTheSizesOfTheTable(String name, String sizes) {
    String found =
        RingPartition.of(name).rings(TokenGrid.square(16)).stream()
            .map(ring -> Integer.toString(ring.length))
            .collect(Collectors.joining(" "));
    assertThat(found).isEqualTo(sizes);
  }

  static Stream<Arguments> everywhere() {
    return RingPartition.named().keySet().stream()
        .flatMap(
            name ->
                Stream.of(new TokenGrid(1, 1), new TokenGrid(3, 11), new TokenGrid(24, 8))
                    .map(grid -> Arguments.of(name, grid)));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void ringsPartitionAGridOfAnySides(String name, TokenGrid grid) {
    List<int[]> rings = RingPartition.of(name).rings(grid);
    assertThat(rings).allMatch(ring -> ring.length > 0);
    assertThat(rings.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, grid.cells()).toArray());
  }

  @Test
  void ringsOfAGridThatIsNotSquareAreAroundItsMiddle() {
    assertThat(RingPartition.CEIL_EUCLIDEAN.rings(new TokenGrid(3, 5)))
        .containsExactly(
            new int[] {7},
            new int[] {2, 6, 8, 12},
            new int[] {1, 3, 5, 9, 11, 13},
            new int[] {0, 4, 10, 14});
  }

  @Test
  void aRingOfWhichAllCellsAreKnownIsNone() {
    assertThat(RingPartition.CEIL_EUCLIDEAN.rings(new TokenGrid(3, 5), new int[] {0, 3, 7}))
        .containsExactly(new int[] {7}, new int[] {3}, new int[] {0});
  }

  @Test
  void aPartitionNobodyKnowsIsRefusedByName() {
    assertThatThrownBy(() -> RingPartition.of("spiral"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("rings 'spiral': expected one of ceil-euclidean, ");
  }
}
