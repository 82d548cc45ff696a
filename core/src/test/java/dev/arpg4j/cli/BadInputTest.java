package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tokenizer.VqFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a request: one line, exit code 2, nothing written. */
class BadInputTest {
  @TempDir Path folder;

  static Stream<Arguments> badFlags() {
    return Stream.of(
        bad("--class unicorn", "--class 'unicorn': expected disk, square, triangle, star, ring"),
        bad("--class 10", "--class '10': expected disk, square"),
        bad("--class -1", "--class"),
        bad("--steps 0", "--steps 0: expected 1 .. 256, the cells of the grid"),
        bad("--steps 257", "--steps 257: expected 1 .. 256"),
        bad("--steps many", "'--steps': 'many' is not an int"),
        bad("--schedule sine", "--schedule 'sine': expected arccos or cosine"),
        bad("--cfg 0.5", "--cfg 0.5: expected a number of 1 or more"),
        bad("--cfg NaN", "--cfg NaN: expected a number of 1 or more"),
        bad("--cfg-schedule up", "--cfg-schedule 'up': expected linear or constant"),
        bad("--temperature -1", "--temperature -1.0: expected a number >= 0"),
        bad("--top-k -1", "--top-k -1: expected 0 (all) or more"),
        bad("--top-p 1.5", "--top-p 1.5: expected a number in (0, 1]"),
        bad("--top-p 0", "--top-p 0.0: expected a number in (0, 1]"),
        bad("--seed x", "'--seed': 'x' is not a long"),
        bad("--batch 0", "--batch 0: expected 1 or more"),
        bad(
            "--count 2000000000",
            "--count 2000000000: the picture of all 2000000000 images would have "),
        bad("--count 0", "--count 0: expected 1 or more"),
        bad("--first-image -1", "--first-image -1: expected 0 .. "),
        bad("--first-image 2147483647", "--first-image 2147483647: expected 0 .. "),
        bad("--order zigzag", "--order 'zigzag': expected corners or image or shared or raster"),
        bad("--pass1 loose", "--pass1 'loose': expected strict or chunk"),
        bad("--backend abacus", "--backend: backend 'abacus' is not known; known are"),
        bad("--backend cuda", "--backend cuda: not available here: "),
        bad("--compute bf16", "--compute bf16: backend cpu computes in F32, not BF16"),
        bad("--compute f16", "--compute 'f16': expected f32 or bf16"),
        bad("--backend oracle --compute f32", "backend oracle computes in F64, not F32"),
        bad("--device -1", "--device -1: expected 0 or more"),
        bad("--device 1", "--device 1: backend cpu runs on one device, number 0, not 1"),
        bad("--backend emulated --device 3", "not available here: device 3: there are 2, from 0"),
        bad("--cuda-libs nowhere", "--cuda-libs nowhere: no such folder"),
        bad(
            "--cuda-libs .",
            "--cuda-libs .: backend cpu loads no libraries; expected --backend cuda"),
        bad("--backend oracle --cuda-libs .", "--cuda-libs .: backend oracle loads no libraries"),
        bad("--backend cuda --cuda-libs nowhere", "--cuda-libs nowhere: no such folder"),
        bad(
            "--backend emulated --compute bf16 --weights f32",
            "--weights f32: computing in bf16 holds them in bf16; expected --compute f32"),
        bad("--weights f64", "--weights 'f64': expected f32 or bf16"),
        bad("--threads 0", "--threads 0: expected 1 or more"),
        bad("--model ARPG-L", "--model ARPG-L: its sizes are known but no weights are at hand"),
        bad(
            "--model nowhere",
            "--model nowhere: no such file; expected shapes10 or shapes10-edges, or"),
        bad("--vq nowhere", "--vq nowhere: no such file; expected a safetensors or PyTorch file"),
        bad("--seed 1 --seed 2", "'--seed' (N) should be specified only once"),
        bad("--colour red", "Unknown options: '--colour', 'red'"),
        bad("--steps", "Missing required parameter for option '--steps'"));
  }

  @ParameterizedTest
  @MethodSource("badFlags")
  void saysWhatIsWrongWithAFlag(String flags, String expected) throws IOException {
    List<String> arguments = generate("out.png");
    arguments.addAll(List.of(flags.split(" ")));
    assertRefused(arguments, expected);
  }

  @Test
  void refusesPlacesThatCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(
        generate("absent/out.png"), "the folder " + folder.resolve("absent") + " does not exist");
    assertRefused(generate("file/out.png"), file + " is not a folder");
    assertRefused(generate("out.jpg"), "expected a name that ends in .png");
    Files.createDirectory(folder.resolve("folder.png"));
    assertRefused(generate("folder.png"), "is a folder; expected the name of a file to write");
    for (String flag : List.of("--gif", "--tokens")) {
      String name = flag.equals("--gif") ? "absent/a.gif" : "absent/a.safetensors";
      List<String> arguments = generate("out.png");
      arguments.addAll(List.of(flag, folder.resolve(name).toString()));
      assertRefused(arguments, "does not exist");
    }
  }

  @Test
  void refusesFilesThatAreNoModel() throws IOException {
    assertRefusedModel(Files.writeString(folder.resolve("a.txt"), "hello, world"), "a.txt");
    assertRefusedModel(Files.createFile(folder.resolve("empty")), "empty");
    Path other = folder.resolve("other.safetensors");
    new SafetensorsWriter().ints("x", Shape.of(1), 1).write(other);
    assertRefusedModel(other, "holds tensors of no known model (1 of them, the first 'x')");
    byte[] whole = Files.readAllBytes(GoldenModel.file());
    Path truncated = folder.resolve("truncated.safetensors");
    Files.write(truncated, Arrays.copyOf(whole, whole.length - 1));
    assertRefusedModel(truncated, "truncated.safetensors");
  }

  @Test
  void asksForTheCodebookOrForIds() throws IOException {
    Path model = Files.copy(GoldenModel.file(), folder.resolve("model.safetensors"));
    assertRefusedModel(model, "give --vq FILE (or lay codebook.safetensors beside the model)");
    Path codebook = folder.resolve("codebook.safetensors");
    new SafetensorsWriter().floats("codebook", Shape.of(1, 12), new float[12]).write(codebook);
    assertRefusedModel(model, "codebook.safetensors: has 1 codes; expected the ");
    new SafetensorsWriter().floats("codebook", Shape.of(1, 11), new float[11]).write(codebook);
    assertRefusedModel(model, "codebook.safetensors: codebook: code 0 has 11 values");
  }

  @Test
  void refusesTokenizersThatDoNotFit() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 50);
    List<String> arguments = generate("out.png");
    arguments.addAll(List.of("--vq", vq.toString()));
    assertRefused(arguments, vq + ": has 50 codes; expected the 512 of shapes10");
    List<String> swapped = generate("out.png");
    swapped.addAll(List.of("--vq", GoldenModel.file().toString()));
    assertRefused(swapped, "holds an ARPG model (2+2 layers of width 32, 64 codes), expected a VQ");
    assertRefusedModel(
        vq, "holds a VQ tokenizer (encoder, decoder, codebook 50 x 8), expected an ARPG model");
  }

  @Test
  void refusesToWriteOverTheTokenizer() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 512);
    List<String> arguments = generate("out.png");
    arguments.addAll(List.of("--vq", vq.toString(), "--tokens", vq.toString()));
    assertRefused(arguments, "--tokens " + vq + ": this file is read");
  }

  @Test
  void refusesToWriteOverTheModel() throws IOException {
    Path model = Files.copy(GoldenModel.file(), folder.resolve("model.safetensors"));
    byte[] before = Files.readAllBytes(model);
    Path link = Files.createSymbolicLink(folder.resolve("link.safetensors"), model);
    assertRefused(
        List.of("generate", "--model", model.toString(), "--tokens", link.toString()),
        "--tokens " + link + ": this file is read; expected another");
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void refusesNamesThatAreNoPaths() throws IOException {
    List<String> arguments = generate("out.png");
    arguments.addAll(List.of("--model", "a\0b"));
    assertRefused(arguments, "is no path: ");
  }

  @Test
  void keepsFilesOfAnEarlierRun() throws IOException {
    Path old = Files.writeString(folder.resolve("out.png"), "old");
    List<String> arguments = generate("out.png");
    arguments.addAll(List.of("--steps", "0"));
    assertRefused(arguments, "--steps 0");
    assertThat(old).hasContent("old");
  }

  @Test
  void showsTheStackTraceOnRequest() {
    List<String> arguments = generate("out.png");
    arguments.addAll(List.of("--steps", "0", "--stacktrace"));
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("arpg: --steps 0").contains("\tat dev.arpg4j.cli.");
  }

  @Test
  void namesTheCommandsThereAre() {
    CommandLineRun run = CommandLineRun.of();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("arpg: no command given; expected one of generate, ");
    assertThat(CommandLineRun.of("bench").err()).contains("expected one of steps");
    assertThat(CommandLineRun.of("gnerate").exitCode()).isEqualTo(2);
  }

  private static Arguments bad(String flags, String expected) {
    return Arguments.of(flags, expected);
  }

  private List<String> generate(String out) {
    return new ArrayList<>(List.of("generate", "--out", folder.resolve(out).toString()));
  }

  private void assertRefusedModel(Path model, String expected) throws IOException {
    List<String> arguments = generate("out.png");
    arguments.addAll(List.of("--model", model.toString()));
    assertRefused(arguments, expected);
  }

  private void assertRefused(List<String> arguments, String expected) throws IOException {
    CommandLineRun.assertRefused(folder, expected, arguments.toArray());
  }
}
