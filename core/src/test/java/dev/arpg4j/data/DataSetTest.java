package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.image.CodebookTraining;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DataSetTest {
  private static final DataSettings SMALL =
      new DataSettings(
          0,
          500,
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          new CodebookTraining(32, 4, 3, 0),
          2,
          (done, all) -> {});

  private static final DataSettings EIGHT_CODES = SMALL.withVocabulary(8);

  @TempDir Path folder;

  @Test
  void proceduralImagesAreEncodedByACodebookOfTheirOwn() {
    AtomicInteger done = new AtomicInteger();
    DataSettings told =
        new DataSettings(
            0,
            500,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            SMALL.codebook(),
            3,
            (encoded, all) -> done.set(1000 * encoded + all));
    DataSet data = DataSet.open("shapes10:100", told);
    ProceduralImages images = new ProceduralImages(0, 100);
    assertThat(done).hasValue(100_100);
    assertThat(data.training().size()).isEqualTo(90);
    assertThat(data.validation().size()).isEqualTo(10);
    assertThat(data.training().grid()).isEqualTo(TokenGrid.square(16));
    assertThat(data.training().vocabulary()).isEqualTo(32);
    assertThat(data.training().classNames()).isEqualTo(images.classNames());
    PatchCodebook codebook = data.codebook().orElseThrow();
    for (int i : new int[] {0, 89}) {
      assertThat(data.training().label(i)).isEqualTo(images.label(i));
      assertThat(data.training().codes(i)).isEqualTo(codebook.encode(images.picture(i)));
    }
    assertThat(data.validation().codes(3)).isEqualTo(codebook.encode(images.picture(93)));
  }

  @Test
  void theCodebookIsTrainedWithoutWhatIsSetAside() {
    PatchCodebook codebook = DataSet.open("shapes10:100", SMALL).codebook().orElseThrow();
    ProceduralImages images = new ProceduralImages(0, 90);
    Path trained = folder.resolve("trained.safetensors");
    Path expected = folder.resolve("expected.safetensors");
    codebook.write(trained);
    SMALL.codebook().of(IntStream.range(0, 90).mapToObj(images::picture).toList()).write(expected);
    assertThat(trained).hasSameBinaryContentAs(expected);
  }

  @Test
  void fewImagesAreAllTrainedOn() {
    DataSet data = DataSet.open("shapes10:8", SMALL.encodedBy(embedded()));
    assertThat(data.training().size()).isEqualTo(8);
    assertThat(data.validation().size()).isZero();
    assertThat(data.training().vocabulary()).isEqualTo(512);
    assertThat(data.codebook()).isEmpty();
  }

  /** Each of two pictures is encoded only while the other is. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void threadsEncodeTogether() {
    CyclicBarrier both = new CyclicBarrier(2);
    ImageEncoder waits = encoder(both, picture -> {}, true);
    CodeSet set = DataSet.open("shapes10:8", SMALL.encodedBy(waits)).training();
    ImageEncoder alone = encoder(new CyclicBarrier(1), picture -> {}, false);
    assertSame(set, DataSet.open("shapes10:8", SMALL.encodedBy(alone)).training());
  }

  @Test
  void theFirstPictureThatFailsIsTold() {
    ProceduralImages images = new ProceduralImages(0, 8);
    List<int[]> bad = List.of(rgb(images.picture(3)), rgb(images.picture(6)));
    ImageEncoder fails =
        encoder(
            new CyclicBarrier(1),
            picture -> {
              for (int i = 0; i < bad.size(); i++) {
                if (Arrays.equals(rgb(picture), bad.get(i))) {
                  throw new InvalidInputException("bad " + i);
                }
              }
            },
            true);
    assertThatThrownBy(() -> DataSet.open("shapes10:8", SMALL.encodedBy(fails)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("bad 0");
  }

  private static int[] rgb(BufferedImage picture) {
    return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, 64);
  }

  private static ImageEncoder encoder(
      CyclicBarrier together, Consumer<BufferedImage> before, boolean shared) {
    return new ImageEncoder() {
      @Override
      public int codes() {
        return 512;
      }

      @Override
      public TokenGrid grid(PictureFile.Size size) {
        return embedded().grid(size);
      }

      @Override
      public int[] encode(BufferedImage picture) {
        before.accept(picture);
        try {
          together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
          throw new IllegalStateException(e);
        }
        return embedded().encode(picture);
      }

      @Override
      public boolean shared() {
        return shared;
      }
    };
  }

  @Test
  void aFolderOfPicturesIsSplitAtRandom() throws IOException {
    ProceduralImages images = new ProceduralImages(0, 40);
    for (int i = 0; i < 40; i++) {
      DataFiles.png(
          folder.resolve((i < 20 ? "b" : "a") + "/%02d.png".formatted(i)), images.picture(i));
    }
    DataSet data = DataSet.open(folder.toString(), SMALL);
    assertThat(data.training().classNames()).containsExactly("a", "b");
    assertThat(data.training().size()).isEqualTo(36);
    int[] aside = Presentation.setAside(0, 40);
    PatchCodebook codebook = data.codebook().orElseThrow();
    int first = IntStream.of(aside).limit(4).min().orElseThrow();
    // Class a comes first, whose pictures are the last 20.
    assertThat(data.validation().label(0)).isEqualTo(first / 20);
    assertThat(data.validation().codes(0))
        .isEqualTo(codebook.encode(images.picture((first + 20) % 40)));
  }

  /** A class may be called what a folder of codes is. */
  @Test
  void codesAreToldByTheirLabels() throws IOException {
    ProceduralImages images = new ProceduralImages(0, 2);
    DataFiles.png(folder.resolve("qr_codes/a.png"), images.picture(0));
    DataFiles.png(folder.resolve("qr_labels_no/a.png"), images.picture(1));
    assertThat(DataSet.arePictures(folder.toString())).isTrue();
    Files.move(folder.resolve("qr_labels_no"), folder.resolve("qr_labels"));
    assertThat(DataSet.arePictures(folder.toString())).isFalse();
  }

  @Test
  void picturesMayBeEncodedByAVqTokenizer() throws IOException {
    BufferedImage picture = new ProceduralImages(0, 1).picture(0).getSubimage(0, 0, 6, 10);
    DataFiles.png(folder.resolve("a/a.png"), picture);
    VqConfig config = new VqConfig(32, List.of(1, 2), 16, 50, 8);
    try (Backend backend =
        BackendProvider.named("oracle").open(BackendProvider.Settings.ofThreads(1))) {
      VqTokenizer tokenizer = VqTokenizer.random(backend, config, 3);
      DataSettings encoded = SMALL.encodedBy(ImageEncoder.of(tokenizer));
      CodeSet set = DataSet.open(folder.toString(), encoded).training();
      assertThat(set.grid()).isEqualTo(new TokenGrid(5, 3));
      assertThat(set.vocabulary()).isEqualTo(50);
      assertThat(set.codes(0)).isEqualTo(tokenizer.encode(Pixels.of(picture)));
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = folder.resolve("codes.safetensors");
    DataSet data = DataSet.open("shapes10:30", SMALL);
    data.write(file);
    DataSet read = DataSet.open(file.toString(), DataSettings.ofSeed(0));
    assertSame(read.training(), data.training());
    assertSame(read.validation(), data.validation());
    assertThat(read.validationOrders()).isEmpty();
    assertThat(read.codebook()).isPresent();
    Path again = folder.resolve("again.safetensors");
    read.write(again);
    assertThat(again).hasSameBinaryContentAs(file);
  }

  @Test
  void readsValidationOrdersAndFilesWithoutNames() {
    Path file = write(codes().ints("validation_orders", Shape.of(1, 4), 3, 1, 0, 2));
    DataSet data = DataSet.open(file.toString(), SMALL);
    assertThat(data.validationOrders()).isDeepEqualTo(new int[][] {{3, 1, 0, 2}});
    assertThat(data.training().classNames()).containsExactly("0", "1", "2");
    data.training().codes(1)[0] = 99; // of a copy
    assertThat(data.training().codes(1)).containsExactly(4, 5, 6, 7);
    assertThat(data.validation().codes(0)).containsExactly(0, 0, 0, 7);
    assertThat(data.validation().label(0)).isEqualTo(2);
    assertThat(data.codebook()).isEmpty();
  }

  @Test
  void namesOfClassesNeedNoGrid() {
    Path file = write(codes().metadata("class_names", "cat,dog,emu,fox"));
    assertThat(DataSet.open(file.toString(), SMALL).training().classNames())
        .containsExactly("cat", "dog", "emu", "fox");
  }

  @Test
  void aFileMayLeaveOutWhatIsSaidBeside() {
    Path file =
        write(
            new SafetensorsWriter()
                .ints("train_codes", Shape.of(2, 4), 0, 1, 2, 3, 4, 5, 6, 7)
                .ints("train_labels", Shape.of(2), 1, 0));
    assertRefused(file, SMALL, ": does not say how many codes there are; expected --vocabulary");
    CodeSet set = DataSet.open(file.toString(), EIGHT_CODES).training();
    assertThat(set.vocabulary()).isEqualTo(8);
    assertThat(set.grid()).isEqualTo(TokenGrid.square(2));
    assertThat(set.classNames()).containsExactly("0", "1");
  }

  @Test
  void refusesFilesOfCodesThatCannotBeUsed() {
    assertRefused(
        write(codes().metadata("vocab_size", "7")),
        SMALL,
        ": train image 1: cell 3 holds code 7, expected 0 .. 6");
    assertRefused(
        write(codes()),
        SMALL.withVocabulary(9),
        ": has codes out of 8, expected 9 as --vocabulary says");
    assertRefused(
        write(codes().metadata("class_names", "cat,dog").metadata("grid", "2")),
        SMALL,
        ": validation image 0: label 2, expected 0 .. 1");
    assertRefused(
        write(codes().metadata("grid", "3")),
        SMALL,
        "tensor train_codes has shape [2, 4]; expected 9 cells of the grid 3x3");
    assertRefused(
        write(codes().ints("validation_orders", Shape.of(1, 4), 3, 1, 1, 2)),
        SMALL,
        "tensor validation_orders has in row 0 not each of the 4 cells once");
    assertRefused(
        write(codes().ints("validation_orders", Shape.of(4), 3, 1, 1, 2)),
        SMALL,
        "tensor validation_orders has shape [4]; expected [1, 4]");
    assertRefused(write(codes().metadata("vocab_size", "many")), SMALL, "vocab_size is many");
    assertRefused(
        write(
            new SafetensorsWriter()
                .ints("train_codes", Shape.of(2, 3), 0, 1, 2, 3, 4, 5)
                .ints("train_labels", Shape.of(2), 1, 0)),
        EIGHT_CODES,
        ": has 3 cells an image, expected those of a square grid");
    assertRefused(
        write(
            new SafetensorsWriter()
                .ints("train_codes", Shape.of(2, 4), 0, 1, 2, 3, 4, 5, 6, 7)
                .ints("train_labels", Shape.of(3), 1, 0, 0)),
        EIGHT_CODES,
        "tensor train_labels has shape [3]; expected [2], one for each image");
  }

  @Test
  void refusesACodebookOfAnotherSizeBeside() {
    new PatchCodebook(new float[9][12]).write(folder.resolve("codebook.safetensors"));
    assertRefused(write(codes()), SMALL, "codebook.safetensors: has 9 codes, expected 8 as ");
  }

  @Test
  void refusesWhatIsNoData() throws IOException {
    assertRefusal("nothing", "nothing: no such data; expected shapes10, shapes10:COUNT");
    assertRefusal("shapes10:0", "shapes10: 0 images, expected 1 or more");
    assertRefusal("shapes10:x", "shapes10:x: no such data; expected");
    assertRefusal("\0", "no such data; expected");
    Path codes = DataFiles.npy(folder.resolve("codes.npy"), Shape.of(1, 4), 0, 1, 2, 3);
    assertRefusal(codes.toString(), "expected CODES.npy,LABELS.npy");
    assertRefusal(codes + "," + folder.resolve("no.npy"), "no.npy: no such file");
    Path text = Files.writeString(folder.resolve("notes.txt"), "notes");
    assertRefusal(text.toString(), "notes.txt: is text that begins with \"notes\"");
  }

  /** Two images to train on and one set aside, of four cells and eight codes. */
  private static SafetensorsWriter codes() {
    return new SafetensorsWriter()
        .metadata("vocab_size", "8")
        .ints("train_codes", Shape.of(2, 4), 0, 1, 2, 3, 4, 5, 6, 7)
        .ints("train_labels", Shape.of(2), 1, 0)
        .ints("validation_codes", Shape.of(1, 4), 0, 0, 0, 7)
        .ints("validation_labels", Shape.of(1), 2);
  }

  private Path write(SafetensorsWriter writer) {
    Path file = folder.resolve("codes.safetensors");
    writer.write(file);
    return file;
  }

  private static void assertRefused(Path data, DataSettings settings, String expected) {
    assertThatThrownBy(() -> DataSet.open(data.toString(), settings))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(data.getParent().toString())
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }

  private static void assertRefusal(String data, String expected) {
    assertThatThrownBy(() -> DataSet.open(data, EIGHT_CODES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }

  private static ImageEncoder embedded() {
    return ImageEncoder.of(PatchCodebook.embedded());
  }

  private static void assertSame(CodeSet actual, CodeSet expected) {
    assertThat(actual.size()).isEqualTo(expected.size());
    assertThat(actual.grid()).isEqualTo(expected.grid());
    assertThat(actual.vocabulary()).isEqualTo(expected.vocabulary());
    assertThat(actual.classNames()).isEqualTo(expected.classNames());
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.label(i)).isEqualTo(expected.label(i));
      assertThat(actual.codes(i)).isEqualTo(expected.codes(i));
    }
  }
}
