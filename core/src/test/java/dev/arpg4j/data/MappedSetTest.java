package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.control.ControlMap;
import dev.arpg4j.control.Edges;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every image has the map of its own picture, also where codes are read from a file again. */
class MappedSetTest {
  private static final DataSettings SETTINGS =
      DataSettings.ofSeed(3).encodedBy(ImageEncoder.of(PatchCodebook.embedded()));

  @TempDir Path folder;

  @Test
  void mapsAreThoseOfTheDrawings() {
    ProceduralImages drawn = new ProceduralImages(3, 40);
    DataSet opened = DataSet.open("shapes10:40", SETTINGS);
    check(opened.mapped("shapes10:40", SETTINGS, ControlKind.EDGES), drawn);
    Path file = folder.resolve("codes.safetensors");
    opened.withCodebook(PatchCodebook.embedded()).write(file);
    DataSet kept = DataSet.open(file.toString(), SETTINGS);
    check(kept.mapped("shapes10:40", SETTINGS, ControlKind.EDGES), drawn);
  }

  /** The last four are set aside. */
  private static void check(DataSet mapped, ProceduralImages drawn) {
    assertThat(mapped.training().size()).isEqualTo(36);
    assertThat(mapped.training().control()).isEqualTo(ControlKind.EDGES);
    assertThat(mapped.training().conditionValues()).isEqualTo(64);
    assertThat(mapped.training().views()).isEqualTo(1);
    for (int i = 0; i < 40; i++) {
      CodeSet part = i < 36 ? mapped.training() : mapped.validation();
      int index = i < 36 ? i : i - 36;
      assertThat(part.conditions(index)).isEqualTo(Edges.of(drawn.picture(i)).cells(part.grid()));
      assertThat(part.label(index)).isEqualTo(drawn.label(i));
      assertThat(part.subset(index).conditions(0)).isEqualTo(part.conditions(index));
    }
  }

  /** The pictures of a folder are set aside at random. */
  @Test
  void mapsAreThoseOfTheFilesInAFolder() throws IOException {
    ProceduralImages drawn = new ProceduralImages(8, 20);
    for (int i = 0; i < 20; i++) {
      DataFiles.png(folder.resolve("pictures/a/%02d.png".formatted(i)), drawn.picture(i));
    }
    String name = folder.resolve("pictures").toString();
    DataSet mapped = DataSet.open(name, SETTINGS).mapped(name, SETTINGS, ControlKind.GREY);
    assertThat(mapped.validation().size()).isEqualTo(2);
    PatchCodebook codebook = PatchCodebook.embedded();
    for (CodeSet part : new CodeSet[] {mapped.training(), mapped.validation()}) {
      for (int i = 0; i < part.size(); i++) {
        int[] codes = part.codes(i);
        float[] map = part.conditions(i);
        assertThat(drawn)
            .matches(
                set -> {
                  for (int k = 0; k < 20; k++) {
                    BufferedImage picture = set.picture(k);
                    if (Arrays.equals(codebook.encode(picture), codes)) {
                      return Arrays.equals(ControlMap.grey(picture).cells(part.grid()), map);
                    }
                  }
                  return false;
                });
      }
    }
  }

  @Test
  void refusesDataWithoutPicturesAndOtherPictures() {
    DataSet opened = DataSet.open("shapes10:40", SETTINGS);
    assertThatThrownBy(() -> opened.mapped("codes.npy,labels.npy", SETTINGS, ControlKind.EDGES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "codes.npy,labels.npy: are no pictures, of which maps could be made; expected pictures");
    assertThatThrownBy(() -> opened.mapped("shapes10:50", SETTINGS, ControlKind.EDGES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("shapes10:50: has 50 pictures, expected the 40 that were encoded");
    DataSettings others = DataSettings.ofSeed(4);
    assertThatThrownBy(() -> opened.mapped("shapes10:40", others, ControlKind.EDGES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "shapes10:40: picture \\d+ is of class \\d, that of its codes is \\d; expected the"
                + " pictures that were encoded");
  }
}
