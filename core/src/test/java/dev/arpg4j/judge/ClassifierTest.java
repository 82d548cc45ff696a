package dev.arpg4j.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.data.ImageSet;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ResourceFile;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.train.LearningRate;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTest {
  private static final ClassifierSizes TINY =
      new ClassifierSizes(16, List.of(4, 6), 5, List.of("flat", "barred"));

  @TempDir Path folder;

  /** Pictures of 16x16 pixels: one colour, or bars of two. */
  private record Bars(int size) implements ImageSet {
    @Override
    public PictureFile.Size pictureSize() {
      return new PictureFile.Size(16, 16);
    }

    @Override
    public List<String> classNames() {
      return TINY.classNames();
    }

    @Override
    public int label(int index) {
      return index / 3 % 2;
    }

    @Override
    public BufferedImage picture(int index) {
      BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      int colour = index * 0x9E3779;
      for (int i = 0; i < 256; i++) {
        boolean bar = label(index) == 1 && i / 16 / 4 % 2 == 0;
        picture.setRGB(i % 16, i / 16, bar ? ~colour : colour);
      }
      return picture;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"oracle", "cpu"})
  void learnsToTellPictures(String backend) {
    try (Backend opened = open(backend, 1)) {
      List<Double> losses = new ArrayList<>();
      Classifier classifier = trained(opened, 200, 0, losses);
      assertThat(losses).hasSize(200);
      assertThat(losses.getLast()).isLessThan(0.3).isLessThan(losses.getFirst() / 2);
      Bars fresh = new Bars(5000);
      int[] read = classifier.read(pictures(fresh, 4000, 4040)).labels();
      int right = 0;
      for (int i = 0; i < read.length; i++) {
        right += read[i] == fresh.label(4000 + i) ? 1 : 0;
      }
      assertThat(right).isGreaterThanOrEqualTo(38);
    }
  }

  @Test
  void isAFunctionOfItsSeedWhateverTheThreads() {
    assertThat(file(1, 0)).hasSameBinaryContentAs(file(2, 0));
    assertThat(contentOf(file(1, 1))).isNotEqualTo(contentOf(file(1, 0)));
  }

  /** More than 99 in 100 real images, of every class. */
  @Test
  void theEmbeddedOneKnowsTheTenClasses() {
    ProceduralImages real = new ProceduralImages(ShapesJudge.HELD_OUT_SEED, 2000);
    int[] asked = new int[10];
    int[] hits = new int[10];
    try (Backend cpu = open("cpu", 2)) {
      Classifier classifier = Classifier.embedded(cpu);
      assertThat(classifier.sizes()).isEqualTo(ShapesJudge.SIZES);
      for (int from = 0; from < real.size(); from += 100) {
        int[] labels = classifier.read(pictures(real, from, from + 100)).labels();
        for (int i = 0; i < labels.length; i++) {
          int label = real.label(from + i);
          asked[label]++;
          hits[label] += labels[i] == label ? 1 : 0;
        }
      }
    }
    assertThat(IntStream.of(hits).sum()).isGreaterThanOrEqualTo(1985);
    for (int label = 0; label < asked.length; label++) {
      assertThat(hits[label] / (double) asked[label])
          .as(real.classNames().get(label))
          .isGreaterThan(0.97);
    }
  }

  /** What ships is what would be measured, to the bit: on any machine, by any number of threads. */
  @Test
  void theReferenceIsWhatTheEmbeddedOneFinds() {
    Path measured = folder.resolve("reference.safetensors");
    try (Backend cpu = open("cpu", 2)) {
      ReferenceFeatures.measured(Classifier.embedded(cpu)).write(measured);
    }
    ResourceFile.read(
        ReferenceFeatures.class,
        "shapes10/reference.safetensors",
        shipped -> assertThat(shipped).hasSameBinaryContentAs(measured));
    TensorFile file = TensorFile.open(measured);
    Gaussian embedded = ReferenceFeatures.embedded();
    assertThat(file.tensor("mean").readDoubles()).isEqualTo(embedded.mean());
    assertThat(file.tensor("covariance").readDoubles())
        .isEqualTo(
            Arrays.stream(embedded.covariance().getData())
                .flatMapToDouble(Arrays::stream)
                .toArray());
  }

  /** Sums of at most 2048 products of float32, relative to features of the order of one. */
  @Test
  void readsTheSameOnEveryBackendAndInEveryCompany() {
    ProceduralImages real = new ProceduralImages(5, 8);
    double[][] cpu;
    try (Backend opened = open("cpu", 2)) {
      Classifier classifier = Classifier.embedded(opened);
      cpu = classifier.read(pictures(real, 0, 8)).features();
      assertThat(classifier.read(pictures(real, 3, 4)).features()[0]).isEqualTo(cpu[3]);
    }
    try (Backend opened = open("oracle", 1)) {
      double[][] oracle = Classifier.embedded(opened).read(pictures(real, 0, 8)).features();
      for (int i = 0; i < oracle.length; i++) {
        assertThat(cpu[i]).containsExactly(oracle[i], within(1e-3));
      }
    }
  }

  /** Each stage is a convolution as wide as its stride: the same said by conv2d. */
  @Test
  void itsStagesAreConvolutions() {
    List<Parameter> parameters = TINY.parameters();
    ModelWeights weights = new RandomWeights(parameters, 3, 0.3);
    try (Backend oracle = open("oracle", 1);
        Scope _ = oracle.scope()) {
      BufferedImage picture = new ProceduralImages(0, 1).picture(0).getSubimage(20, 20, 16, 16);
      double[] raster = new double[16 * 16 * 3];
      for (int i = 0; i < 256; i++) {
        int rgb = picture.getRGB(i % 16, i / 16);
        for (int channel = 0; channel < 3; channel++) {
          raster[3 * i + channel] = (rgb >> (16 - 8 * channel) & 0xFF) / 127.5 - 1;
        }
      }
      Tensor x = oracle.tensor(Shape.of(1, 16, 16, 3), raster);
      x = oracle.gelu(convolution(oracle, weights, x, 0, 4), false);
      x = oracle.gelu(convolution(oracle, weights, x, 1, 2), false); // [1, 2, 2, 6]
      double[] flat = x.toDoubles();
      double[] map = values(weights.of("features.weight"));
      double[] bias = values(weights.of("features.bias"));
      Classifier classifier = Classifier.load(oracle, TINY, weights);
      double[] features = classifier.read(List.of(picture)).features()[0];
      for (int o = 0; o < features.length; o++) {
        double sum = bias[o];
        for (int k = 0; k < flat.length; k++) {
          sum += map[o * flat.length + k] * flat[k];
        }
        double gelu = oracle.gelu(oracle.tensor(Shape.of(1), sum), false).toDoubles()[0];
        assertThat(features[o]).isCloseTo(gelu, within(1e-12));
      }
    }
  }

  @Test
  void refusesOtherFilesAndOtherPictures() {
    Path other = folder.resolve("other.safetensors");
    new SafetensorsWriter().ints("x", Shape.of(1), 1).write(other);
    try (Backend oracle = open("oracle", 1)) {
      assertThatThrownBy(() -> Classifier.load(oracle, TensorFile.open(other)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("other.safetensors: is no classifier");
      new SafetensorsWriter().metadata(TINY.metadata()).ints("x", Shape.of(1), 1).write(other);
      assertThatThrownBy(() -> Classifier.load(oracle, TensorFile.open(other)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("tensors do not fit a classifier: missing stages.0.weight");
      Classifier tiny = Classifier.load(oracle, TINY, new RandomWeights(TINY.parameters(), 0, 1));
      assertThatThrownBy(() -> tiny.read(pictures(new ProceduralImages(0, 1), 0, 1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("a picture of 64x64 pixels: the classifier reads 16x16");
    }
    assertThatThrownBy(() -> new ClassifierSizes(48, List.of(4), 5, List.of("a", "b")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("side is 48, expected 4 times a power of 2");
    assertThatThrownBy(() -> new ClassifierSizes(16, List.of(4, 4, 4, 4), 5, List.of("a", "b")))
        .hasMessage("side is 16, expected a multiple of 32 for 4 widths");
  }

  /** A linear map of patches as the kernel of a convolution: [O, rows, columns, C] reordered. */
  private static Tensor convolution(
      Backend oracle, ModelWeights weights, Tensor x, int stage, int side) {
    WeightSource map = weights.of("stages." + stage + ".weight");
    double[] from = values(map);
    int out = map.shape().dim(0);
    int channels = x.shape().dim(3);
    double[] kernel = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      int channel = i % channels;
      int tap = i / channels % (side * side);
      int o = i / channels / (side * side);
      kernel[(o * channels + channel) * side * side + tap] = from[i];
    }
    Weight weight =
        oracle.weight(
            new ArraySource("kernel", Shape.of(out, channels, side, side), kernel),
            DType.F64,
            Weight.Use.KERNEL);
    Weight bias =
        oracle.weight(weights.of("stages." + stage + ".bias"), DType.F64, Weight.Use.ROWS);
    return oracle.conv2d(x, weight, bias, side, Padding.NONE);
  }

  private static double[] values(WeightSource source) {
    double[] values = new double[(int) source.shape().size()];
    try (WeightSource.Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }

  private Classifier trained(Backend backend, int steps, long seed, List<Double> losses) {
    Path file = folder.resolve(backend.name() + ".safetensors");
    training(steps, seed).train(backend, TINY, new Bars(100_000), losses::add).write(file);
    return Classifier.load(backend, TensorFile.open(file));
  }

  private Path file(int threads, long seed) {
    Path file = folder.resolve(threads + "-" + seed + ".safetensors");
    try (Backend cpu = open("cpu", threads)) {
      training(5, seed).train(cpu, TINY, new Bars(100_000), loss -> {}).write(file);
    }
    return file;
  }

  private static ClassifierTraining training(int steps, long seed) {
    return new ClassifierTraining(steps, 20, new LearningRate(2e-2, 5, 0.1), seed);
  }

  private static byte[] contentOf(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<BufferedImage> pictures(ImageSet set, int from, int to) {
    return IntStream.range(from, to).mapToObj(set::picture).toList();
  }

  private static Backend open(String name, int threads) {
    return BackendProvider.named(name).open(BackendProvider.Settings.ofThreads(threads));
  }
}
