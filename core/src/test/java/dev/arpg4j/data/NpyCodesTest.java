package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyCodesTest {
  private static final DataSettings SETTINGS = DataSettings.ofSeed(0).withVocabulary(100);

  @TempDir Path folder;

  private Path codes;
  private Path labels;

  @BeforeEach
  void folders() throws IOException {
    codes = Files.createDirectories(folder.resolve("set/imagenet256_codes"));
    labels = Files.createDirectories(folder.resolve("set/imagenet256_labels"));
  }

  @Test
  void readsFoldersAsLlamaGenExtractsThem() throws IOException {
    for (int i = 0; i < 12; i++) {
      image(i, Shape.of(1, 2, 4), 8 * i, 1, 2, 3, 8 * i + 4, 5, 6, 7);
      label(i, i % 3);
    }
    for (String data : new String[] {folder.resolve("set").toString(), codes + "," + labels}) {
      DataSet opened = DataSet.open(data, SETTINGS);
      assertThat(opened.training().size()).isEqualTo(11);
      assertThat(opened.validation().size()).isEqualTo(1);
    }
    CodeSet set = NpyCodes.folders(codes, labels, SETTINGS.asked());
    assertThat(set.size()).isEqualTo(12);
    assertThat(set.views()).isEqualTo(2);
    assertThat(set.grid()).isEqualTo(TokenGrid.square(2));
    assertThat(set.vocabulary()).isEqualTo(100);
    assertThat(set.classNames()).containsExactly("0", "1", "2");
    assertThat(set.codes(10)).as("by number, not by name").containsExactly(80, 1, 2, 3);
    assertThat(set.codes(10, 1)).containsExactly(84, 5, 6, 7);
    assertThat(set.label(11)).isEqualTo(2);
    assertThat(set.subset(10).codes(0, 1)).containsExactly(84, 5, 6, 7);
    assertThat(set.subset(10).views()).isEqualTo(2);
  }

  @Test
  void readsTwoFiles() throws IOException {
    int[] values = IntStream.range(0, 3 * 2 * 4).toArray();
    Path plain = DataFiles.npy(folder.resolve("c.npy"), Shape.of(6, 4), values);
    Path viewed = DataFiles.npy(folder.resolve("v.npy"), Shape.of(3, 2, 4), values);
    Path six = DataFiles.npy(folder.resolve("six.npy"), Shape.of(6), 0, 1, 0, 1, 4, 1);
    Path three = DataFiles.npy(folder.resolve("three.npy"), Shape.of(3, 1), 0, 1, 2);
    CodeSet set = DataSet.open(plain + "," + six, SETTINGS).training();
    assertThat(set.views()).isEqualTo(1);
    assertThat(set.codes(5)).containsExactly(20, 21, 22, 23);
    assertThat(set.label(4)).isEqualTo(4);
    assertThat(set.classNames()).hasSize(5);
    CodeSet views = DataSet.open(viewed + "," + three, SETTINGS).training();
    assertThat(views.views()).isEqualTo(2);
    assertThat(views.codes(2, 1)).containsExactly(20, 21, 22, 23);
    assertThat(views.codes(1)).containsExactly(8, 9, 10, 11);
  }

  @Test
  void refusesFilesThatDoNotBelongTogether() throws IOException {
    Path good = DataFiles.npy(folder.resolve("c.npy"), Shape.of(2, 4), 0, 1, 2, 3, 4, 5, 6, 100);
    Path one = DataFiles.npy(folder.resolve("l.npy"), Shape.of(1), 0);
    assertRefused(good, one, "has shape [1]; expected a label for each of the 2 images of " + good);
    Path two = DataFiles.npy(folder.resolve("l.npy"), Shape.of(2), 0, 1);
    assertRefused(good, two, good + " image 1: cell 3 holds code 100, expected 0 .. 99");
    Path flat = DataFiles.npy(folder.resolve("f.npy"), Shape.of(4), 0, 1, 2, 3);
    assertRefused(flat, two, "has shape [4]; expected [images, cells] or [images, views, cells]");
    Path odd = DataFiles.npy(folder.resolve("o.npy"), Shape.of(2, 3), 0, 1, 2, 3, 4, 5);
    assertRefused(odd, two, "has 3 cells an image, expected those of a square grid");
    Path bad = DataFiles.npy(folder.resolve("b.npy"), Shape.of(2), 0, -1);
    Path ok = DataFiles.npy(folder.resolve("ok.npy"), Shape.of(2, 4), new int[8]);
    assertRefused(ok, bad, bad + " image 1: label -1, expected 0 .. 0");
    Path ids = DataFiles.npy(folder.resolve("ids.npy"), Shape.of(2), 0, 2_000_000_000);
    assertRefused(ok, ids, "has label 2000000000, of more than 1048576 classes; expected labels");
  }

  @Test
  void refusesFoldersThatDoNotBelongTogether() throws IOException {
    assertRefused(codes, labels, codes + ": has no files 0.npy, 1.npy ..; expected 1 or more");
    image(0, Shape.of(1, 4), 0, 1, 2, 3);
    assertRefused(
        codes, labels, labels.resolve("0.npy") + ": no such file; expected the label of ");
    DataFiles.npy(labels.resolve("0.npy"), Shape.of(2), 0, 1);
    assertRefused(codes, labels, "has shape [2]; expected one label, [1]");
    label(0, 0);
    label(1, 0);
    assertRefused(
        codes, labels, labels + ": has 2 labels, expected one for each of the 1 images of ");
  }

  /** Codes are read late, so what is wrong with them surfaces where they are asked for. */
  @Test
  void aBadFileSurfacesInTheTrainingThread() throws IOException {
    for (int i = 0; i < 3; i++) {
      image(i, Shape.of(1, 4), 0, 1, 2, 3);
      label(i, 0);
    }
    Path middle = codes.resolve("1.npy");
    image(1, Shape.of(1, 9), new int[9]);
    assertSurfaces(middle + ": has shape [1, 9]; expected [1, 4] as ");
    image(1, Shape.of(1, 4), 0, 1, 2, 777);
    assertSurfaces(middle + ": cell 3 holds code 777, expected 0 .. 99");
    byte[] whole = Files.readAllBytes(middle);
    Files.write(middle, Arrays.copyOf(whole, whole.length - 1));
    assertSurfaces(middle + ": is cut short: has 143 bytes; expected 144 ");
    Files.delete(middle);
    assertThatThrownBy(() -> readAll(3)).isInstanceOf(InvalidInputException.class);
  }

  private void assertSurfaces(String expected) {
    assertThatThrownBy(() -> readAll(3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(expected)
        .hasMessageNotContaining("\n");
  }

  private void readAll(int images) {
    CodeSet set = NpyCodes.folders(codes, labels, SETTINGS.asked());
    try (ReadAhead batches = new ReadAhead(new Presentation(set, 0, 0), 0, images, 1, 1)) {
      while (batches.hasNext()) {
        batches.next();
      }
    }
  }

  private void image(int number, Shape shape, int... values) throws IOException {
    DataFiles.npy(codes.resolve(number + ".npy"), shape, values);
  }

  private void label(int number, int value) throws IOException {
    DataFiles.npy(labels.resolve(number + ".npy"), Shape.of(1), value);
  }

  private static void assertRefused(Path codes, Path labels, String expected) {
    assertThatThrownBy(() -> DataSet.open(codes + "," + labels, SETTINGS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }
}
