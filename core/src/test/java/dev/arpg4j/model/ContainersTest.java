package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every container and element type that weights are published in gives the same values. */
class ContainersTest {
  private static final List<ElementType> TYPES =
      List.of(ElementType.F32, ElementType.F16, ElementType.BF16);
  private static final List<WeightSource> WEIGHTS = weights();

  @TempDir Path folder;

  private static List<WeightSource> weights() {
    ArpgConfig config = ArpgConfig.published(16, 2, 1, 1, 3, 7, 3);
    RandomWeights random = new RandomWeights(config, 1, 0.3);
    return config.parameters().stream().map(each -> random.of(each.name())).toList();
  }

  static Stream<Arguments> pytorchFiles() {
    return TYPES.stream()
        .flatMap(
            type ->
                Stream.of("", "model", "module", "state_dict")
                    .flatMap(
                        key ->
                            Stream.of("", "_orig_mod.", "module.", "_orig_mod.module.")
                                .map(prefix -> Arguments.of(type, key, prefix))));
  }

  @ParameterizedTest
  @MethodSource("pytorchFiles")
  void pytorch(ElementType type, String key, String prefix) {
    Path file = folder.resolve("model.pt");
    TorchSave.of(type).under(key).prefixed(prefix).write(file, WEIGHTS);
    assertHoldsWeights(file, type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "_orig_mod.", "module."})
  void safetensors(String prefix) {
    for (ElementType type : TYPES) {
      Path file = folder.resolve("model.safetensors");
      SafetensorsWriter writer = new SafetensorsWriter();
      WEIGHTS.forEach(weight -> writer.add(new Renamed(prefix + weight.name(), weight), type));
      writer.write(file);
      assertHoldsWeights(file, type);
    }
  }

  @Test
  void tensorsOfOneStorage() {
    for (ElementType type : TYPES) {
      Path file = folder.resolve("model.pt");
      TorchSave.of(type).under("model").laidOut(TorchSave.Layout.TOGETHER).write(file, WEIGHTS);
      assertHoldsWeights(file, type);
    }
  }

  /** One storage for all, of more bytes than 32 bits count, as sharded training leaves. */
  @Test
  void theEndOfAHugeStorage() throws IOException {
    Path path = folder.resolve("model.pt");
    long elements = 5L << 28;
    TorchPickle pickle = new TorchPickle().op('}').text("w");
    pickle.tensor(ElementType.F32, "0", elements, elements - 2, Shape.of(2), new long[] {1});
    ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    end.putFloat(1.5f).putFloat(-2).flip();
    try (TorchArchive archive = new TorchArchive(path)) {
      archive.add("a/data.pkl", pickle.op('s').stop());
      archive.add(
          "a/data/0",
          elements * Float.BYTES,
          entry -> {
            entry.skip((elements - 2) * Float.BYTES);
            entry.write(end);
          });
    }
    assertThat(TensorFile.open(path).tensor("w").readFloats()).containsExactly(1.5f, -2);
  }

  private static void assertHoldsWeights(Path path, ElementType type) {
    TensorFile file = TensorFile.open(path);
    assertThat(file.tensors().keySet())
        .containsExactlyInAnyOrderElementsOf(WEIGHTS.stream().map(WeightSource::name).toList());
    for (WeightSource weight : WEIGHTS) {
      StoredTensor stored = file.tensor(weight.name());
      assertThat(stored.type()).isEqualTo(type);
      assertThat(stored.shape()).isEqualTo(weight.shape());
      float[] expected = new float[(int) weight.shape().size()];
      try (WeightSource.Reader reader = weight.open()) {
        reader.read(0, expected, 0, expected.length);
      }
      for (int i = 0; i < expected.length; i++) {
        expected[i] = rounded(type, expected[i]);
      }
      assertThat(stored.readFloats()).as(weight.name()).isEqualTo(expected);
    }
  }

  private static float rounded(ElementType type, float value) {
    return switch (type) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Bf16.widen(Bf16.narrow(value));
      default -> value;
    };
  }

  private record Renamed(String name, WeightSource source) implements WeightSource {
    @Override
    public Shape shape() {
      return source.shape();
    }

    @Override
    public Reader open() {
      return source.open();
    }
  }
}
