package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TorchSave;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code convert} writes, and what it keeps. */
class ConvertTest extends ConvertFixture {
  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void roundsMatricesAndKeepsScales(ElementType type) throws IOException {
    Path out =
        convert(
            GoldenModel.file(), "out.safetensors", "--dtype", type.name().toLowerCase(Locale.ROOT));
    TensorFile before = TensorFile.open(GoldenModel.file());
    TensorFile after = TensorFile.open(out);
    assertThat(after.tensors().keySet())
        .containsExactlyInAnyOrderElementsOf(before.tensors().keySet());
    for (StoredTensor tensor : after.tensors().values()) {
      boolean scale = tensor.shape().rank() == 1;
      float[] values = before.tensor(tensor.name()).readFloats();
      for (int i = 0; i < values.length && !scale; i++) {
        values[i] = rounded(type, values[i]);
      }
      assertThat(tensor.type()).isEqualTo(scale ? ElementType.F32 : type);
      assertThat(tensor.readFloats()).as(tensor.name()).isEqualTo(values);
    }
    assertThat(Checkpoint.read(out).config())
        .isEqualTo(Checkpoint.read(GoldenModel.file()).config());
  }

  private static float rounded(ElementType type, float value) {
    return switch (type) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Bf16.widen(Bf16.narrow(value));
      default -> value;
    };
  }

  @Test
  void keepsEveryTypeUnlessAskedOtherwise() throws IOException {
    Path narrow = convert(GoldenModel.file(), "narrow.safetensors", "--dtype", "f16");
    Path again = convert(narrow, "again.safetensors");
    assertThat(again).hasSameBinaryContentAs(narrow);
    assertThat(convert(narrow, "same.safetensors", "--dtype", "f16"))
        .hasSameBinaryContentAs(narrow);
  }

  @Test
  void keepsMetadataAndClassNames() throws IOException {
    Path source =
        changed(
            GoldenModel.file(),
            values -> values,
            Map.of("class_names", "a,b,c,d,e,f,g", "note", "as it was"));
    Path out = convert(source, "out.safetensors", "--dtype", "bf16");
    assertThat(TensorFile.open(out).metadata())
        .containsOnlyKeys(keys(TensorFile.open(source), "kv_sharing"))
        .containsEntry("dim", "32")
        .containsEntry("kv_sharing", "shared")
        .containsEntry("note", "as it was");
    assertThat(Checkpoint.read(out).config()).isEqualTo(Checkpoint.read(source).config());
    assertThat(Checkpoint.read(out).classNames())
        .containsExactly("a", "b", "c", "d", "e", "f", "g");
  }

  private static Set<String> keys(TensorFile file, String more) {
    Set<String> keys = new HashSet<>(file.metadata().keySet());
    keys.add(more);
    return keys;
  }

  /** The same sums of the same rounded weights, whoever rounded them and however they are held. */
  @ParameterizedTest
  @CsvSource({"bf16, bf16", "bf16, f32"})
  void drawsWhatTheOriginalDrawsAtThatType(String dtype, String held) throws IOException {
    Path out = convert(GoldenModel.file(), "out.safetensors", "--dtype", dtype);
    int[] original = draw(GoldenModel.file(), "--weights", dtype);
    assertThat(draw(out, "--weights", held)).isEqualTo(original);
    assertThat(draw(GoldenModel.file(), "--weights", "f32")).isNotEqualTo(original);
  }

  private int[] draw(Path model, String... flags) {
    Path ids = folder.resolve("ids.safetensors");
    List<String> arguments =
        List.of(
            "generate",
            "--model",
            model.toString(),
            "--count",
            "40",
            "--class",
            "0",
            "--tokens",
            ids.toString());
    CommandLineRun run = CommandLineRun.of(arguments, flags);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return TensorFile.open(ids).tensor("tokens").readInts();
  }

  /** A tokenizer as published: no metadata, its counts of used codes beside the weights. */
  @Test
  void convertsTokenizers() throws IOException {
    VqConfig config = new VqConfig(32, List.of(1, 2), 32, 50, 8);
    VqCheckpoint original = VqCheckpoint.random(config, 1);
    List<WeightSource> weights = new ArrayList<>();
    config.parameters().forEach(each -> weights.add(original.weights().of(each.name())));
    weights.add(new ArraySource(VqCheckpoint.USE_COUNTS, Shape.of(2), 1, 2));
    Path published = folder.resolve("vq_ds16_c2i.pt");
    TorchSave.of(ElementType.F32).under("model").write(published, weights);

    Path out = convert(published, "vq.safetensors", "--dtype", "bf16");

    assertThat(VqCheckpoint.read(out).config()).isEqualTo(config);
    TensorFile file = TensorFile.open(out);
    assertThat(file.metadata())
        .containsEntry("kind", "vq")
        .containsEntry("ch", "32")
        .containsEntry("ch_mult", "1,2")
        .containsEntry("codebook_size", "50");
    assertThat(file.tensors()).hasSize(config.parameters().size());
    for (Parameter parameter : config.parameters()) {
      boolean kernel = parameter.use() == Weight.Use.KERNEL;
      StoredTensor tensor = file.tensor(parameter.name());
      assertThat(tensor.type())
          .as(parameter.name())
          .isEqualTo(kernel ? ElementType.BF16 : ElementType.F32);
      float[] expected = TensorFile.open(published).tensor(parameter.name()).readFloats();
      for (int i = 0; i < expected.length && kernel; i++) {
        expected[i] = rounded(ElementType.BF16, expected[i]);
      }
      assertThat(tensor.readFloats()).as(parameter.name()).isEqualTo(expected);
    }
    assertThat(convert(out, "again.safetensors")).hasSameBinaryContentAs(out);
  }

  @Test
  void saysWhatItWroteAndHowFarValuesMoved() {
    Path out = folder.resolve("out.safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "convert", GoldenModel.file().toString(), out.toString(), "--dtype", "bf16");
    assertThat(run.out())
        .matches(
            "\\Q"
                + out
                + "\\E: 2\\+2-layer ARPG of width 32, 55,936 parameters, bf16 and float32; 0\\.1"
                + " MB from 0\\.2 MB, values moved by at most 0\\.0[0-9]+ \\(.*\\.weight\\), peak"
                + " memory [0-9]+ MiB \\(.+\\)\\R");
    assertThat(run.err()).isEmpty();
    assertThat(CommandLineRun.of("convert", GoldenModel.file().toString(), out.toString()).out())
        .contains(", 55,936 parameters, float32; ", ", every value kept, ");
  }

  /**
   * One value is 1e-9 beside a float, which only the doubles show; the type it ends in is wider.
   */
  @Test
  void saysHowFarFloat64Moved() {
    Path wide = float64(1 + 1e-9);
    CommandLineRun kept = convertTo("kept.safetensors", wide);
    assertThat(kept.out()).contains(", float64; ", ", every value kept, ");
    assertThat(TensorFile.open(folder.resolve("kept.safetensors")).tensor("embeddings.weight"))
        .extracting(StoredTensor::type, tensor -> tensor.readDoubles()[0])
        .containsExactly(ElementType.F64, 1 + 1e-9);

    CommandLineRun run = convertTo("f32.safetensors", wide, "--dtype", "f32");
    assertThat(run.out()).contains(", values moved by at most 1.0e-09 (embeddings.weight), ");
    assertThat(TensorFile.open(folder.resolve("f32.safetensors")).tensor("norm.weight").type())
        .isEqualTo(ElementType.F32);
    TensorFile narrowed = TensorFile.open(convert(wide, "bf16.safetensors", "--dtype", "bf16"));
    TensorFile before = TensorFile.open(wide);
    for (StoredTensor tensor : narrowed.tensors().values()) {
      float[] values = before.tensor(tensor.name()).readFloats();
      for (int i = 0; i < values.length && tensor.shape().rank() > 1; i++) {
        values[i] = rounded(ElementType.BF16, values[i]);
      }
      assertThat(tensor.readFloats()).as(tensor.name()).isEqualTo(values);
    }
  }

  private CommandLineRun convertTo(String out, Path in, String... flags) {
    return CommandLineRun.of(
        List.of("convert", in.toString(), folder.resolve(out).toString()), flags);
  }

  @Test
  void keepsWhatIsNoNumber() throws IOException {
    Path odd =
        changed(
            GoldenModel.file(),
            values -> {
              values[0] = Float.NaN;
              values[1] = Float.NEGATIVE_INFINITY;
              return values;
            },
            Map.of());
    for (String dtype : List.of("f32", "f16", "bf16")) {
      Path out = convert(odd, dtype + ".safetensors", "--dtype", dtype);
      assertThat(TensorFile.open(out).tensor("embeddings.weight").readFloats())
          .startsWith(Float.NaN, Float.NEGATIVE_INFINITY);
    }
  }

  @Test
  void replacesAnOlderFile() throws IOException {
    Path out = Files.writeString(folder.resolve("out.safetensors"), "was here before");
    convert(GoldenModel.file(), "out.safetensors");
    assertThat(TensorFile.open(out).tensors()).isNotEmpty();
    assertThat(names()).containsExactly("out.safetensors");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
