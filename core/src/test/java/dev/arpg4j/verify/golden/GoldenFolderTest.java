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
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldenFolderTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "arpg-micro, oracle",
    "arpg-uneven, oracle",
    "arpg-micro, cpu",
    "arpg-uneven, cpu",
    "vq-micro, oracle",
    "vq-micro, cpu"
  })
  void everyTensorPasses(String folder, String backend) {
    List<GoldenCheck> checks = verify(golden(folder), backend);
    assertThat(checks).noneMatch(check -> check.status() == GoldenCheck.Status.FAIL);
    assertThat(checks.stream().filter(check -> check.status() == GoldenCheck.Status.PASS).count())
        .as("checked tensors")
        .isGreaterThan(100);
  }

  @Test
  void aNudgedWeightFails() throws IOException {
    Path folder = copy("arpg-micro");
    Path model = folder.resolve("model.safetensors");
    Files.delete(folder.resolve("model.pt"));
    editFirst(model, "layers.to_v.weight", value -> value + 0.01f);
    assertThat(verify(folder, "oracle"))
        .anyMatch(
            check ->
                check.tensor().equals("teacher_forced.safetensors: logits")
                    && check.status() == GoldenCheck.Status.FAIL);
  }

  @Test
  void aWeightThatDiffersBetweenTheTwoCheckpointsFails() throws IOException {
    Path folder = copy("arpg-micro");
    editFirst(folder.resolve("model.safetensors"), "norm.weight", value -> value + 0.01f);
    assertThat(verify(folder, "oracle"))
        .anyMatch(
            check ->
                check.tensor().equals("model.pt: norm.weight")
                    && check.status() == GoldenCheck.Status.FAIL);
  }

  @Test
  void aChangedTokenFails() throws IOException {
    Path folder = copy("arpg-micro");
    String run = "cosine.linear.causal.4.tokens";
    editFirst(
        folder.resolve("generate.safetensors"),
        run,
        value -> Float.intBitsToFloat((Float.floatToRawIntBits(value) + 1) % 64));
    assertThat(verify(folder, "oracle"))
        .anyMatch(
            check -> check.tensor().endsWith(run) && check.status() == GoldenCheck.Status.FAIL);
  }

  @Test
  void aNudgedGradientFails() throws IOException {
    Path folder = copy("arpg-micro");
    Path path = folder.resolve("gradients.safetensors");
    String name = "layers.to_v.weight";
    double[] nudged = TensorFile.open(path).tensor(name).readDoubles();
    nudged[3] += 2e-9 * Arrays.stream(nudged).map(Math::abs).max().getAsDouble();
    rewrite(path, Map.of(), tensor -> Optional.of(tensor.shape()), Map.of(name, nudged), Map.of());
    assertThat(failing(verify(folder, "oracle"))).containsExactly("gradients.safetensors: " + name);
  }

  @Test
  void aGradientByNoParameterIsRefused() throws IOException {
    Path folder = copy("arpg-micro");
    Path path = folder.resolve("gradients.safetensors");
    Files.copy(folder.resolve("edit.safetensors"), path, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(folder, path + ": tensor 'block.logits' is not known");
  }

  @Test
  void aNudgedKernelFails() throws IOException {
    Path folder = copy("vq-micro");
    Files.delete(folder.resolve("model.pt"));
    editFirst(
        folder.resolve("model.safetensors"),
        "decoder.conv_blocks.1.res.2.conv2.weight",
        value -> value + 0.01f);
    assertThat(failing(verify(folder, "oracle"))).containsExactly("roundtrip.safetensors: decoded");
  }

  @Test
  void aKernelThatDiffersBetweenTheTwoCheckpointsFails() throws IOException {
    Path folder = copy("vq-micro");
    editFirst(folder.resolve("model.safetensors"), "quant_conv.bias", value -> Math.nextUp(value));
    assertThat(failing(verify(folder, "oracle"))).containsExactly("model.pt: quant_conv.bias");
  }

  @Test
  void aChangedIndexFails() throws IOException {
    Path folder = copy("vq-micro");
    editFirst(
        folder.resolve("roundtrip.safetensors"),
        "indices",
        value -> Float.intBitsToFloat((Float.floatToRawIntBits(value) + 1) % 50));
    assertThat(failing(verify(folder, "oracle")))
        .containsExactlyInAnyOrder(
            "roundtrip.safetensors: indices", "roundtrip.safetensors: decoded");
  }

  @Test
  void pixelsThatAreNoGridOfCellsAreRefused() throws IOException {
    Path folder = copy("vq-micro");
    Path path = folder.resolve("roundtrip.safetensors");
    rewrite(
        path,
        Map.of(),
        tensor ->
            Optional.of(tensor.name().equals("pixels") ? Shape.of(2, 3, 256, 1) : tensor.shape()));
    assertRefused(folder, path + ": tensor pixels: 1x256 pixels (width x height), expected both");
  }

  @Test
  void aTensorNobodyKnowsIsRefused() throws IOException {
    Path folder = copy("arpg-micro");
    Files.copy(folder.resolve("edit.safetensors"), folder.resolve("other.safetensors"));
    assertThatThrownBy(() -> verify(folder, "oracle"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("other.safetensors")
        .hasMessageContaining("is not known");
  }

  @Test
  void aFileNobodyKnowsIsRefusedEvenWithoutTensors() throws IOException {
    Path folder = copy("arpg-micro");
    Path other = folder.resolve("other.safetensors");
    new SafetensorsWriter().metadata("kind", "arpg").write(other);
    assertRefused(folder, other + ": ");
  }

  @ParameterizedTest
  @CsvSource({"steps, many", "steps, 2.5", "steps, 1000000", "guidance_scale, x"})
  void metadataThatIsNoUsefulNumberIsRefused(String key, String value) throws IOException {
    Path folder = copy("arpg-micro");
    Path edit = folder.resolve("edit.safetensors");
    rewrite(edit, Map.of(key, value), tensor -> Optional.of(tensor.shape()));
    assertRefused(folder, edit + ": ");
  }

  @ParameterizedTest
  @CsvSource({
    "teacher_forced, tokens",
    "teacher_forced, orders",
    "teacher_forced, classes",
    "generate, order",
    "generate, cosine.linear.causal.4.tokens",
    "generate, cosine.linear.causal.4.logits",
    "generate, cosine.linear.causal.4.step_sizes",
    "edit, known_tokens",
    "edit, known_positions",
    "edit, block.logits"
  })
  void tensorsOfAnotherRankAreRefused(String file, String name) throws IOException {
    Path folder = copy("arpg-micro");
    Path path = folder.resolve(file + ".safetensors");
    rewrite(
        path,
        Map.of(),
        tensor ->
            Optional.of(
                tensor.name().equals(name)
                    ? Shape.of(1, 1, 1, (int) tensor.shape().size())
                    : tensor.shape()));
    assertRefused(folder, path + ": tensor " + name + " has shape [1, 1, 1, ");
  }

  @Test
  void logitsWithoutTheirTokensAreRefused() throws IOException {
    Path folder = copy("arpg-micro");
    Path edit = folder.resolve("edit.safetensors");
    rewrite(
        edit,
        Map.of(),
        tensor ->
            tensor.name().equals("block.tokens") ? Optional.empty() : Optional.of(tensor.shape()));
    assertRefused(folder, edit + ": has no tensor block.tokens");
  }

  /** Two best logits that are equal excuse the one for the other, and no third. */
  @Test
  void aTieExcusesTheTiedTokensOnly() throws IOException {
    for (boolean third : new boolean[] {false, true}) {
      Path folder = copy("arpg-micro", "tie-" + third);
      Path edit = folder.resolve("edit.safetensors");
      TensorFile file = TensorFile.open(edit);
      double[] logits = file.tensor("block.logits").readDoubles();
      int[] tokens = file.tensor("block.tokens").readInts();
      int cell = file.tensor("order").readInts()[0];
      int best = tokens[cell];
      int tied = best == 0 ? 1 : 0;
      int worst = best == 2 ? 3 : 2;
      logits[tied] = logits[best];
      logits[worst] = logits[best] - 1;
      tokens[cell] = third ? worst : tied;
      rewrite(
          edit,
          Map.of(),
          tensor -> Optional.of(tensor.shape()),
          Map.of("block.logits", logits),
          Map.of("block.tokens", tokens));
      assertThat(verify(folder, "oracle"))
          .filteredOn(check -> check.tensor().equals("edit.safetensors: block.tokens"))
          .extracting(GoldenCheck::status)
          .containsExactly(third ? GoldenCheck.Status.FAIL : GoldenCheck.Status.PASS);
    }
  }

  private static List<String> failing(List<GoldenCheck> checks) {
    return checks.stream()
        .filter(check -> check.status() == GoldenCheck.Status.FAIL)
        .map(GoldenCheck::tensor)
        .toList();
  }

  private static void assertRefused(Path folder, String start) {
    assertThatThrownBy(() -> verify(folder, "oracle"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(start);
  }

  /** The same values under other metadata, in other shapes, or left out. */
  private static void rewrite(
      Path path, Map<String, String> metadata, Function<StoredTensor, Optional<Shape>> shapes) {
    rewrite(path, metadata, shapes, Map.of(), Map.of());
  }

  /** The same with the values of some tensors replaced. */
  private static void rewrite(
      Path path,
      Map<String, String> metadata,
      Function<StoredTensor, Optional<Shape>> shapes,
      Map<String, double[]> doubles,
      Map<String, int[]> ints) {
    TensorFile file = TensorFile.open(path);
    Map<String, String> all = new HashMap<>(file.metadata());
    all.putAll(metadata);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(all);
    for (StoredTensor tensor : file.tensors().values()) {
      shapes
          .apply(tensor)
          .ifPresent(
              shape -> {
                if (tensor.type().integral()) {
                  writer.ints(
                      tensor.name(), shape, ints.getOrDefault(tensor.name(), tensor.readInts()));
                } else {
                  writer.doubles(
                      tensor.name(),
                      shape,
                      doubles.getOrDefault(tensor.name(), tensor.readDoubles()));
                }
              });
    }
    writer.write(path);
  }

  private static List<GoldenCheck> verify(Path folder, String backend) {
    try (Backend opened =
        BackendProvider.named(backend).open(BackendProvider.Settings.allCores())) {
      return GoldenFolder.open(folder).verify(opened);
    }
  }

  private static Path golden(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(GoldenFolderTest.class.getResource("/golden/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private Path copy(String name) throws IOException {
    return copy(name, name);
  }

  private Path copy(String name, String copied) throws IOException {
    Path target = Files.createDirectory(temporary.resolve(copied));
    try (var files = Files.list(golden(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }

  private interface Edit {
    float apply(float value);
  }

  /** Edits the first four bytes of a tensor in place, seen as a float. */
  private static void editFirst(Path path, String tensor, Edit edit) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = (int) buffer.getLong(0);
    String header = new String(bytes, 8, headerLength, java.nio.charset.StandardCharsets.UTF_8);
    String offsets = header.substring(header.indexOf("\"" + tensor + "\""));
    offsets = offsets.substring(offsets.indexOf("data_offsets"));
    int begin =
        Integer.parseInt(offsets.substring(offsets.indexOf('[') + 1, offsets.indexOf(',')).trim());
    int at = 8 + headerLength + begin;
    buffer.putFloat(at, edit.apply(buffer.getFloat(at)));
    Files.write(path, bytes);
    assertThat(TensorFile.open(path).tensors()).containsKey(tensor);
  }
}
