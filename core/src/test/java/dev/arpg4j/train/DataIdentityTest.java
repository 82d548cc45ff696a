package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.data.DataSet;
import dev.arpg4j.model.TokenGrid;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two runs have the same data only if all of it is the same. */
class DataIdentityTest {
  private static final int IMAGES = 600;
  private static final Images SAME = new Images(IMAGES, -1, -1, -1, false);
  private static final int[][] NO_ORDERS = {};

  /** Images of two views, of which one code of one view or one label may be another. */
  private record Images(int size, int image, int view, int label, boolean filePerImage)
      implements CodeSet {
    @Override
    public TokenGrid grid() {
      return TokenGrid.square(2);
    }

    @Override
    public int vocabulary() {
      return 9;
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b", "c");
    }

    @Override
    public int label(int index) {
      return index == label ? 2 : index % 2;
    }

    @Override
    public int views() {
      return 2;
    }

    @Override
    public int[] codes(int index) {
      return codes(index, 0);
    }

    @Override
    public int[] codes(int index, int asked) {
      return new int[] {index % 9, asked, 0, index == image && asked == view ? 1 : 0};
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 299, 598, 599})
  void everyImageTells(int image) {
    for (int view = 0; view < 2; view++) {
      Images other = new Images(IMAGES, image, view, -1, false);
      assertThat(of(other, SAME, NO_ORDERS)).isNotEqualTo(of(SAME, SAME, NO_ORDERS));
      assertThat(of(SAME, other, NO_ORDERS)).isNotEqualTo(of(SAME, SAME, NO_ORDERS));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyLabelTells(boolean filePerImage) {
    String same = of(new Images(IMAGES, -1, -1, -1, filePerImage), SAME, NO_ORDERS);
    for (int image : new int[] {0, 1, 598}) {
      assertThat(of(new Images(IMAGES, -1, -1, image, filePerImage), SAME, NO_ORDERS))
          .isNotEqualTo(same);
    }
  }

  /** Where reading takes long, some images are read, all views of them. */
  @Test
  void ofFilesForEachImageSomeTell() {
    String same = of(new Images(IMAGES, -1, -1, -1, true), SAME, NO_ORDERS);
    assertThat(of(new Images(IMAGES, 0, 1, -1, true), SAME, NO_ORDERS)).isNotEqualTo(same);
    assertThat(of(new Images(IMAGES, 1, 0, -1, true), SAME, NO_ORDERS)).isEqualTo(same);
    int[] all = IntStream.range(0, IMAGES).toArray();
    CodeSet part = new Images(IMAGES, 1, 0, -1, true).subset(all);
    assertThat(of(part, SAME, NO_ORDERS)).isEqualTo(same);
  }

  @Test
  void howManyAreHeldOutAndInWhichOrderTells() {
    assertThat(identity(SAME, SAME, NO_ORDERS).entries()).containsEntry("held_out", "600");
    assertThat(of(SAME, SAME, new int[][] {{0, 1, 2, 3}}))
        .isNotEqualTo(of(SAME, SAME, NO_ORDERS))
        .isNotEqualTo(of(SAME, SAME, new int[][] {{0, 1, 3, 2}}));
  }

  private static String of(CodeSet training, CodeSet validation, int[][] orders) {
    return identity(training, validation, orders).digest();
  }

  private static DataIdentity identity(CodeSet training, CodeSet validation, int[][] orders) {
    return DataIdentity.of(new DataSet(training, validation, orders, Optional.empty()));
  }
}
