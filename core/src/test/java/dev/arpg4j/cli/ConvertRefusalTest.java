package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.HollowFile;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code convert} refuses, and that it leaves nothing behind then. */
class ConvertRefusalTest extends ConvertFixture {
  @Test
  void refusesByNameWhatIsTooLargeForFloat16() throws IOException {
    Path large =
        changed(
            GoldenModel.file(),
            values -> {
              values[3] = 70_000;
              return values;
            },
            Map.of());
    Path out = Files.writeString(folder.resolve("out.safetensors"), "was here before");
    assertRefused(
        large
            + ": tensor embeddings.weight holds 70000.0, beyond float16 (65504.0); --dtype bf16 or"
            + " f32 hold it",
        large.toString(),
        out.toString(),
        "--dtype",
        "f16");
    assertThat(out).hasContent("was here before");
    convert(large, "wide.safetensors", "--dtype", "bf16");
  }

  @Test
  void refusesByNameWhatIsTooLargeForAnyFloat() throws IOException {
    String large = float64(-1e300).toString();
    String out = folder.resolve("out.safetensors").toString();
    Map<String, String> types =
        Map.of(
            "f32",
            "float32 (3.4028235E38)",
            "f16",
            "float16 (65504.0)",
            "bf16",
            "bf16 (3.3895314E38)");
    for (String dtype : types.keySet()) {
      assertRefused(
          large
              + ": tensor embeddings.weight holds -1.0E300, beyond "
              + types.get(dtype)
              + "; without --dtype it stays float64",
          large,
          out,
          "--dtype",
          dtype);
    }
    convert(float64(Double.NEGATIVE_INFINITY), "infinite.safetensors", "--dtype", "f32");
    assertThat(
            TensorFile.open(folder.resolve("infinite.safetensors"))
                .tensor("embeddings.weight")
                .readFloats())
        .startsWith(Float.NEGATIVE_INFINITY);
  }

  /** A whole number would pass for a weight, and what is behind its point would be gone. */
  @Test
  void refusesWeightsThatAreIntegers() throws IOException {
    TensorFile file = TensorFile.open(GoldenModel.file());
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      if (tensor.name().equals("norm.weight")) {
        writer.ints(tensor.name(), tensor.shape(), new int[(int) tensor.shape().size()]);
      } else {
        writer.add(tensor, tensor.type());
      }
    }
    Path whole = folder.resolve("whole.safetensors");
    writer.write(whole);
    assertRefused(
        "mis-typed norm.weight int32 (expected float64 or float32 or float16 or bf16)",
        whole.toString(),
        folder.resolve("out.safetensors").toString());
  }

  @Test
  void refusesATokenizerUnderTheNameOfAModel() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 50);
    assertRefused(
        "codebook 50 x 8; expected ARPG-L, which is published under this file name",
        vq.toString(),
        folder.resolve("arpg_300m.safetensors").toString());
  }

  @Test
  void refusesBadPlaces() throws IOException {
    Path in = Files.copy(GoldenModel.file(), folder.resolve("in.safetensors"));
    Path link = Files.createSymbolicLink(folder.resolve("link.safetensors"), in);
    Path hard = Files.createLink(folder.resolve("hard.safetensors"), in);
    for (Path same : List.of(in, link, hard)) {
      assertRefused(
          same + ": is the file to convert; expected another", in.toString(), same.toString());
    }
    assertThat(in).hasSameBinaryContentAs(GoldenModel.file());
    assertRefused("expected a name that ends in .safetensors", in.toString(), "out.pt");
    assertRefused(
        "absent does not exist", in.toString(), folder.resolve("absent/a.safetensors").toString());
    assertRefused(
        "absent.pt: no such file",
        folder.resolve("absent.pt").toString(),
        folder.resolve("a.safetensors").toString());
    assertRefused(
        "--dtype 'f64': expected f32 or f16 or bf16",
        in.toString(),
        folder.resolve("a.safetensors").toString(),
        "--dtype",
        "f64");
    assertRefused(
        "holds 2+2-layer ARPG of width 32; expected ARPG-L, which is published under this file",
        in.toString(),
        folder.resolve("arpg_300m.safetensors").toString());
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    Path page = Files.writeString(folder.resolve("arpg_300m.pt"), "<!DOCTYPE html>\n<html></html>");
    Path out = folder.resolve("out.safetensors");
    assertRefused("is a web page that begins with", page.toString(), out.toString());
    List<WeightSource> weights =
        new ArrayList<>(HollowFile.outlines(Zoo.named("ARPG-L").orElseThrow()));
    weights.removeIf(weight -> weight.name().equals("norm.weight"));
    Path partial = HollowFile.torch(folder.resolve("a.pt"), ElementType.F32, weights);
    assertRefused("missing norm.weight", partial.toString(), out.toString());
  }

  private void assertRefused(String expected, String... arguments) throws IOException {
    Object[] all = Stream.concat(Stream.of("convert"), Arrays.stream(arguments)).toArray();
    CommandLineRun.assertRefused(folder, expected, all);
  }
}
