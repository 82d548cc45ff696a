package dev.arpg4j.verify.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden numbers of every variant that has any. */
class FamilyGoldenTest {
  @TempDir Path temporary;

  static Stream<Arguments> everyVariantOnEveryBackend() {
    return Family.all().stream()
        .map(Variant::name)
        .filter(name -> resource(name) != null)
        .flatMap(name -> Stream.of(Arguments.of(name, "oracle"), Arguments.of(name, "cpu")));
  }

  @ParameterizedTest
  @MethodSource("everyVariantOnEveryBackend")
  void everyTensorPasses(String variant, String backend) {
    List<GoldenCheck> checks = verify(folder(variant), backend);
    assertThat(checks)
        .noneMatch(check -> check.status() == GoldenCheck.Status.FAIL)
        .filteredOn(check -> check.status() == GoldenCheck.Status.PASS)
        .extracting(GoldenCheck::tensor)
        .anyMatch(tensor -> tensor.startsWith("teacher_forced"))
        .anyMatch(tensor -> tensor.startsWith("generate"));
  }

  @Test
  void aNudgedInstructionFails() throws IOException {
    Path folder = copy("randar");
    rewrite(
        folder.resolve("model.safetensors"),
        "pos_instruct_embeddings",
        "pos_instruct_embeddings",
        value -> value + 1e-3f);
    assertThat(verify(folder, "oracle"))
        .filteredOn(check -> check.status() == GoldenCheck.Status.FAIL)
        .extracting(GoldenCheck::tensor)
        .contains("teacher_forced.safetensors: logits", "generate.safetensors: 4.logits");
  }

  @Test
  void aRunThatIsNoNumberOfStepsIsRefused() throws IOException {
    Path folder = copy("randar");
    Path generate = folder.resolve("generate.safetensors");
    rewrite(generate, "8.tokens", "many.tokens", value -> value);
    assertThatThrownBy(() -> verify(folder, "oracle"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(generate + ": tensor '")
        .hasMessageEndingWith("is not known in the golden numbers of RandAR");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "randar  | teacher_forced | orders            | 99      | order: expected each of the 16",
        "randar  | generate       | orders            | 0 1     | tensor orders has shape",
        "par     | generate       | order             | 0 1     | tensor order has shape",
        "nar     | teacher_forced | tokens            | -1      | tensor tokens has -1",
        "var     | generate       | classes           | 999     | tensor classes has 999",
        "maskgit | teacher_forced | ids               | 999     | tensor ids has 999",
        "maskgit | generate       | classes           | -1      | tensor classes has -1",
        "maskgit | generate       | partial.4.ids     | 999     | tensor partial.4.ids has 999",
        "maskgit | generate       | greedy.4.num_masked | 1 2   | tensor greedy.4.num_masked has",
        "maskgit | generate       | greedy.4.keep     | 1 2     | tensor greedy.4.keep has shape",
        "maskgit | generate       | noise.8.choice_gumbel | 1 2 | tensor noise.8.choice_gumbel has",
      })
  void aMalformedTensorIsOneLine(
      String variant, String file, String tensor, String values, String expected)
      throws IOException {
    Path folder = copy(variant);
    Path path = folder.resolve(file + ".safetensors");
    int[] numbers = Arrays.stream(values.split(" ")).mapToInt(Integer::parseInt).toArray();
    replace(path, tensor, numbers);
    assertThatThrownBy(() -> verify(folder, "cpu"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(expected);
  }

  /** The same file with one number of a tensor another one, or with the numbers in its place. */
  private static void replace(Path path, String name, int... numbers) {
    TensorFile file = TensorFile.open(path);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      boolean asked = tensor.name().equals(name);
      if (asked && numbers.length > 1) {
        writer.ints(name, Shape.of(numbers.length), numbers);
      } else if (tensor.type().integral()) {
        int[] ints = tensor.readInts();
        ints[0] = asked ? numbers[0] : ints[0];
        writer.ints(tensor.name(), tensor.shape(), ints);
      } else {
        writer.doubles(tensor.name(), tensor.shape(), tensor.readDoubles());
      }
    }
    writer.write(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"par", "nar"})
  void anotherOrderThanTheSystemsOwnFails(String variant) throws IOException {
    Path folder = copy(variant);
    Path path = folder.resolve("generate.safetensors");
    int[] order = TensorFile.open(path).tensor("order").readInts();
    int first = order[0];
    order[0] = order[1];
    order[1] = first;
    replace(path, "order", order);
    assertThat(verify(folder, "cpu"))
        .filteredOn(check -> check.status() == GoldenCheck.Status.FAIL)
        .extracting(GoldenCheck::tensor)
        .containsExactly("generate.safetensors: order");
  }

  /** The logits of the last cell's row, which nothing is read from in a decode. */
  @Test
  void aHeadIsComparedWhereItPredictsNothingToo() throws IOException {
    Path folder = copy("nar");
    Path path = folder.resolve("teacher_forced.safetensors");
    TensorFile file = TensorFile.open(path);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      if (tensor.type().integral()) {
        writer.ints(tensor.name(), tensor.shape(), tensor.readInts());
      } else {
        double[] values = tensor.readDoubles();
        values[values.length - 1] += tensor.name().equals("below") ? 1 : 0;
        writer.doubles(tensor.name(), tensor.shape(), values);
      }
    }
    writer.write(path);
    assertThat(verify(folder, "cpu"))
        .filteredOn(check -> check.status() == GoldenCheck.Status.FAIL)
        .extracting(GoldenCheck::tensor)
        .containsExactly("teacher_forced.safetensors: below");
  }

  /** Checkpoints keep constants that are no parameters; any other tensor is refused. */
  @Test
  void constantsOfPublishedFilesArePassedOver() throws IOException {
    Path folder = copy("var");
    addToModel(folder, "blocks.0.attn.zero_k_bias");
    assertThat(verify(folder, "oracle"))
        .noneMatch(check -> check.status() == GoldenCheck.Status.FAIL);
    addToModel(folder, "blocks.0.attn.k_bias");
    assertThatThrownBy(() -> verify(folder, "oracle"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("tensors do not fit a VAR: unexpected blocks.0.attn.k_bias");
  }

  private static void addToModel(Path folder, String name) {
    Path path = folder.resolve("model.safetensors");
    TensorFile file = TensorFile.open(path);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      writer.doubles(tensor.name(), tensor.shape(), tensor.readDoubles());
    }
    writer.doubles(name, Shape.of(2), 0, 0).write(path);
  }

  /** The same file with one tensor under another name or of other values. */
  private static void rewrite(Path path, String name, String renamed, UnaryOperator<Float> values) {
    TensorFile file = TensorFile.open(path);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      String written = tensor.name().equals(name) ? renamed : tensor.name();
      if (tensor.type().integral()) {
        writer.ints(written, tensor.shape(), tensor.readInts());
      } else {
        double[] doubles = tensor.readDoubles();
        if (tensor.name().equals(name)) {
          doubles[0] = values.apply((float) doubles[0]);
        }
        writer.doubles(written, tensor.shape(), doubles);
      }
    }
    writer.write(path);
  }

  private static List<GoldenCheck> verify(Path folder, String backend) {
    try (Backend opened =
        BackendProvider.named(backend).open(BackendProvider.Settings.allCores())) {
      return GoldenFolder.open(folder).verify(opened);
    }
  }

  private static URL resource(String variant) {
    return FamilyGoldenTest.class.getResource("/golden/" + variant + "-micro");
  }

  private static Path folder(String variant) {
    try {
      return Path.of(Objects.requireNonNull(resource(variant)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private Path copy(String variant) throws IOException {
    Path target = Files.createDirectory(temporary.resolve(variant));
    try (Stream<Path> files = Files.list(folder(variant))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }
}
