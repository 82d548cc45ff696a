package dev.arpg4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Maps of pictures, their cells, and how maps of edges are compared. */
class ControlMapTest {
  private static BufferedImage picture(int width, int height, int... colours) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, width, height, colours, 0, width);
    return picture;
  }

  private static ControlMap map(int width, float... values) {
    return new ControlMap(width, values.length / width, values);
  }

  @Test
  void greyIsLuma() {
    ControlMap grey = ControlMap.grey(picture(2, 2, 0, 0xFFFFFF, 0xFF0000, 0x0000FF));
    assertThat(grey.values()).containsExactly(new float[] {0, 1, 0.299f, 0.114f}, within(1e-6f));
    assertThat(ControlMap.drawnEdges(picture(2, 1, 0x7F7F7F, 0x808080)).values())
        .containsExactly(0, 1);
  }

  /** Cells of 2x2 pixels are told of 4x4, cells of one pixel of that one. */
  @Test
  void cellsAreToldOfHalfACellAroundThem() {
    float[] numbered = new float[24];
    IntStream.range(0, 24).forEach(i -> numbered[i] = i + 1);
    float[] cells = map(6, numbered).cells(new TokenGrid(2, 3));
    assertThat(cells).hasSize(6 * 16);
    assertThat(Arrays.copyOfRange(cells, 16, 32))
        .containsExactly(0, 0, 0, 0, 2, 3, 4, 5, 8, 9, 10, 11, 14, 15, 16, 17);
    assertThat(Arrays.copyOfRange(cells, 80, 96))
        .containsExactly(10, 11, 12, 0, 16, 17, 18, 0, 22, 23, 24, 0, 0, 0, 0, 0);
    assertThat(ControlMap.valuesOfCell(new PictureFile.Size(6, 4), new TokenGrid(2, 3)))
        .isEqualTo(16);
    assertThat(map(6, numbered).cells(new TokenGrid(4, 6))).containsExactly(numbered);
    for (int side = 1; side < 20; side++) {
      PictureFile.Size size = new PictureFile.Size(side, side);
      assertThat(ControlMap.cellSide(ControlMap.valuesOfCell(size, TokenGrid.square(1))))
          .isEqualTo(side);
    }
    assertThatThrownBy(() -> map(6, numbered).cells(new TokenGrid(3, 2)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("map of 6x4 pixels, expected squares of pixels for 3x2 cells");
  }

  /** A square of 24 pixels on a ground of 64: its outline, a pixel to and fro, once around. */
  @Test
  void edgesAreWhereColoursMeet() {
    int[] colours = new int[64 * 64];
    for (int i = 0; i < colours.length; i++) {
      boolean inside = i % 64 >= 20 && i % 64 < 44 && i / 64 >= 20 && i / 64 < 44;
      colours[i] = inside ? 0x26547C : 0xF6F1E7;
    }
    ControlMap edges = Edges.of(picture(64, 64, colours));
    int found = 0;
    for (int i = 0; i < colours.length; i++) {
      int x = Math.abs(2 * (i % 64) - 63);
      int y = Math.abs(2 * (i / 64) - 63);
      int out = Math.max(x, y); // 23 just inside of the outline, 25 just outside
      found += edges.values()[i] > 0 ? 1 : 0;
      assertThat(edges.values()[i]).isIn(0f, 1f);
      if (out < 21 || out > 27) {
        assertThat(edges.values()[i]).isZero();
      }
    }
    assertThat(found).isBetween(80, 200); // 24 pixels a side, one or two wide
    assertThat(ControlMap.drawnEdges(edges.picture())).isEqualTo(edges);
    assertThat(Edges.of(picture(64, 64, new int[64 * 64])).values()).containsOnly(0f);
  }

  /** What the codebook makes of a drawing has the drawing's edges, and another has not. */
  @Test
  void edgesSurviveTheCodebookAndTellDrawingsApart() {
    ProceduralImages set = new ProceduralImages(-1, 20);
    PatchCodebook codebook = PatchCodebook.embedded();
    for (int i = 0; i < set.size(); i++) {
      ControlMap edges = Edges.of(set.picture(i));
      BufferedImage coded = codebook.decode(TokenGrid.square(16), codebook.encode(set.picture(i)));
      assertThat(EdgeMatch.of(edges, Edges.of(coded)).f1()).isGreaterThan(0.95);
      ControlMap other = Edges.of(set.picture((i + 1) % set.size()));
      assertThat(EdgeMatch.of(edges, other).f1()).isLessThan(0.6);
    }
  }

  @Test
  void edgesMatchWithinOnePixel() {
    ControlMap asked = map(4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    ControlMap diagonal = map(4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0);
    EdgeMatch match = EdgeMatch.of(asked, diagonal);
    assertThat(match.precision()).isEqualTo(1);
    assertThat(match.recall()).isEqualTo(0.5);
    assertThat(match.f1()).isEqualTo(2 / 3.0, within(1e-12));
    ControlMap far = map(4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(EdgeMatch.of(diagonal, far).f1()).isEqualTo(1);
    assertThat(EdgeMatch.of(map(4, 1, 0, 0, 0), map(4, 0, 0, 1, 0)).f1()).isZero();
    ControlMap none = map(4, new float[12]);
    assertThat(EdgeMatch.of(none, none).f1()).isEqualTo(1);
    assertThat(EdgeMatch.of(asked, none).f1()).isZero();
    assertThatThrownBy(() -> EdgeMatch.of(asked, map(6, new float[12])))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("map of 4x3 pixels beside map of 6x2 pixels");
  }
}
