package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  @Test
  void classesAreTheSortedNamesOfSubfolders() throws IOException {
    DataFiles.png(folder.resolve("zebra/1.png"), 8, 4, 0x112233);
    DataFiles.png(folder.resolve("ant/b.png"), 8, 4, 0x445566);
    DataFiles.png(folder.resolve("ant/a.PNG"), 8, 4, 0x778899);
    Files.writeString(folder.resolve("ant/.hidden"), "passed over");
    Files.writeString(folder.resolve("README"), "passed over");
    BufferedImage photo = new BufferedImage(8, 4, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(photo, "jpeg", folder.resolve("zebra/2.jpg").toFile());
    ImageFolder images = ImageFolder.open(folder);
    assertThat(images.classNames()).containsExactly("ant", "zebra");
    assertThat(images.size()).isEqualTo(4);
    assertThat(images.pictureSize()).isEqualTo(new PictureFile.Size(8, 4));
    assertThat(List.of(images.label(0), images.label(1), images.label(2), images.label(3)))
        .containsExactly(0, 0, 1, 1);
    assertThat(images.picture(0).getRGB(0, 0)).isEqualTo(0xFF778899);
    assertThat(images.picture(2).getRGB(7, 3)).isEqualTo(0xFF112233);
    assertThat(images.picture(3).getWidth()).isEqualTo(8);
  }

  @Test
  void sortsWhateverOrderTheFileSystemGives() throws IOException {
    for (int i = 0; i < 30; i++) {
      int scrambled = i * 7 % 30;
      DataFiles.png(folder.resolve("class%02d/a.png".formatted(scrambled)), 1, 1, scrambled);
      DataFiles.png(folder.resolve("class00/%02d.png".formatted(scrambled)), 1, 1, scrambled);
    }
    ImageFolder images = ImageFolder.open(folder);
    assertThat(images.classNames()).isSorted().hasSize(30);
    for (int i = 0; i < 30; i++) {
      assertThat(images.picture(i).getRGB(0, 0) & 0xFF).isEqualTo(i);
    }
  }

  @Test
  void refusesFoldersThatAreNoImageSet() throws IOException {
    assertRefused(": has no subfolders; expected one of pictures for each class");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertRefused(empty + ": has no pictures; expected 1 or more (PNG or JPEG) of its class");
    Path text = Files.writeString(empty.resolve("notes.txt"), "notes");
    assertRefused(text + ": is named as no picture; expected .png, .jpg, .jpeg");
    Files.delete(text);
    Path liar = Files.writeString(empty.resolve("a.png"), "notes");
    assertRefused(liar + ": is no picture; expected PNG or JPEG");
    Files.delete(liar);
    Path deeper = Files.createDirectory(empty.resolve("more"));
    assertRefused(deeper + ": is no file; expected nothing but pictures in the folder of a class");
    Files.delete(deeper);
    Path first = DataFiles.png(empty.resolve("a.png"), 4, 4, 0);
    Path other = DataFiles.png(empty.resolve("b.png"), 4, 8, 0);
    assertRefused(
        "%s: 4x8 pixels, expected 4x4 as %s has: pictures that go together are of one size"
            .formatted(other, first));
    assertThatThrownBy(() -> ImageFolder.open(first))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(first + ": is no folder that can be read: ");
  }

  @Test
  void refusesSidesThatAreNoMultipleOfThePatch() throws IOException {
    DataFiles.png(folder.resolve("a/a.png"), 6, 4, 0);
    for (DataSettings settings :
        List.of(
            DataSettings.ofSeed(0),
            DataSettings.ofSeed(0).encodedBy(ImageEncoder.of(PatchCodebook.embedded())))) {
      assertThatThrownBy(() -> DataSet.open(folder.toString(), settings))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              folder
                  + ": picture of 6x4 pixels, expected sides that are multiples of the patch side"
                  + " 4");
    }
  }

  @Test
  void refusesAPictureThatWasCutShortOrChangedMeanwhile() throws IOException {
    Path file = DataFiles.png(folder.resolve("a/a.png"), new ProceduralImages(0, 1).picture(0));
    ImageFolder images = ImageFolder.open(folder);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> images.picture(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": is a picture that cannot be read");
    DataFiles.png(file, 32, 64, 0);
    assertThatThrownBy(() -> images.picture(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": 32x64 pixels, expected the 64x64 that it was listed with");
  }

  private void assertRefused(String expected) {
    assertThatThrownBy(() -> ImageFolder.open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageEndingWith(expected);
  }
}
