package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.HollowFile;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqFiles;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the command line does with an ARPG's file it does with the file of any variant. */
class EveryVariantTest {
  private static final int CODES = 50;
  private static final TinySizes SIZES =
      new TinySizes(16, 2, 2, TokenGrid.square(4), CODES, 3, 10_000);

  @TempDir Path folder;

  static Stream<Variant> variants() {
    return Family.all().stream();
  }

  static Stream<Variant> drawable() {
    return variants().filter(Variant::drawable);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void decodesIdsFromItsFile(Variant variant) throws IOException {
    Architecture tiny = variant.tiny(SIZES);
    CommandLineRun run = generate(write(variant, "model"), "ids");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .startsWith("model.safetensors: ")
        .contains(" of width 16, ")
        .hasLineCount(1);
    int[] ids = ids("ids");
    assertThat(ids).hasSize(2 * tiny.places());
    assertThat(Arrays.stream(ids)).allMatch(id -> id >= 0 && id < CODES);
    JsonNode report = json("ids");
    assertThat(report.at("/model/variant").asString()).isEqualTo(variant.name());
    assertThat(report.at("/settings/steps").asInt())
        .isEqualTo(Math.min(variant.settings(tiny).steps(), tiny.places()));
    assertThat(report.at("/plan").size()).isEqualTo(report.at("/settings/steps").asInt());
  }

  @ParameterizedTest
  @MethodSource("variants")
  void convertsItsFile(Variant variant) {
    Path source = write(variant, "model");
    Path out = folder.resolve("out.safetensors");
    CommandLineRun run =
        CommandLineRun.of("convert", source.toString(), out.toString(), "--dtype", "bf16");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains(" of width 16, ", "bf16");
    assertThat(TensorFile.open(out).metadata())
        .containsAllEntriesOf(TensorFile.open(source).metadata());
    generate(source, "before", "--weights", "bf16");
    generate(out, "after", "--weights", "bf16");
    assertThat(ids("after")).isEqualTo(ids("before"));
  }

  /** VAR's first position and its lengths of queries are loaded as float32 whatever is asked. */
  @Test
  void vectorsUnderLeadingAxesOfOneAreNotRounded() {
    Path out = folder.resolve("out.safetensors");
    String source = write(Family.named("var"), "model").toString();
    assertThat(CommandLineRun.of("convert", source, out.toString(), "--dtype", "bf16").exitCode())
        .isZero();
    TensorFile converted = TensorFile.open(out);
    assertThat(converted.tensor("pos_start").type()).isEqualTo(ElementType.F32);
    assertThat(converted.tensor("blocks.0.attn.scale_mul_1H11").type()).isEqualTo(ElementType.F32);
    assertThat(converted.tensor("pos_1LC").type()).isEqualTo(ElementType.BF16);
  }

  @ParameterizedTest
  @MethodSource("drawable")
  void drawsItsIdsByATokenizer(Variant variant) throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), CODES);
    CommandLineRun run =
        CommandLineRun.of(
            "generate",
            "--model",
            write(variant, "model").toString(),
            "--vq",
            vq.toString(),
            "--gif",
            folder.resolve("a.gif").toString(),
            "--out",
            folder.resolve("a.png").toString(),
            "--count",
            "1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(folder.resolve("a.png")).isNotEmptyFile();
    assertThat(folder.resolve("a.gif")).isNotEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({"var, VAR", "rar, RAR", "maskgit, MaskGIT"})
  void someEndAtIds(String name, String title) throws IOException {
    Path model = write(Family.named(name), "model");
    assertThat(generate(model, "ids").err())
        .contains("; ids without pictures, since " + title + " has a pixel decoder of its own");
    CommandLineRun.assertRefused(
        folder,
        title + " ends at ids, its pixel decoder is not read here; expected --tokens FILE alone",
        "generate",
        "--model",
        model);
  }

  /** A model trained here has its codebook beside it, whatever its paper's pixels are made by. */
  @ParameterizedTest
  @CsvSource({"rar", "maskgit", "llamagen"})
  void aCodebookBesideTheModelDrawsItsIds(String name) throws IOException {
    Path model = write(Family.named(name), "model");
    new PatchCodebook(new float[CODES][12]).write(folder.resolve("codebook.safetensors"));
    Path png = folder.resolve("a.png");
    CommandLineRun run =
        CommandLineRun.of(
            "generate", "--model", model.toString(), "--out", png.toString(), "--count", "1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("pixel decoder");
    assertThat(png).isNotEmptyFile();
  }

  /** A system that can be told cells edits pictures, be it ARPG or not. */
  @ParameterizedTest
  @CsvSource({"arpg", "arpg-strict", "randar", "maskgit"})
  void systemsOfKnownCellsEdit(String name) throws IOException {
    Path model = write(Family.named(name), "model");
    CommandLineRun run = CommandLineRun.of(edit(model, "inpaint --class 1 --rect 0,0,4,4"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("12 of 16 cells kept");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llamagen | inpaint --rect 0,0,2,2 | known cells: LlamaGen decodes one cell a step",
        "maskgit | inpaint --rect 0,0,2,2 | --class: expected one; MaskGIT has no null class",
        "randar | expand --to 12x8 | --by rope: RandAR: grid 4x6: this system knows positions of its"
            + " own 4x4 alone"
      })
  void systemsThatCannotEditSaySo(String name, String command, String expected) throws IOException {
    Path model = write(Family.named(name), "model");
    CommandLineRun.assertRefused(folder, expected, edit(model, command).toArray());
  }

  /** An edit of a picture of 4x4 cells of 2x2 pixels. */
  private List<String> edit(Path model, String command) {
    new PatchCodebook(new float[CODES][12]).write(folder.resolve("codebook.safetensors"));
    Path picture = EditFiles.write(folder.resolve("in.png"), EditFiles.plain(8, 8, 0));
    List<String> words = new ArrayList<>(List.of("edit"));
    words.addAll(List.of(command.split(" ")));
    words.addAll(List.of("--model", model.toString()));
    words.addAll(List.of("--out", folder.resolve("out.png").toString()));
    words.add(picture.toString());
    return words;
  }

  @Test
  void aCodebookBesideAPyramidOfScalesIsPassedOver() {
    Path model = write(Family.named("var"), "model");
    new PatchCodebook(new float[CODES][12]).write(folder.resolve("codebook.safetensors"));
    assertThat(generate(model, "ids").err()).contains("; ids without pictures, since VAR has");
  }

  @Test
  void aPyramidOfScalesIsNotDrawnCellByCell() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), CODES);
    assertRefused(
        write(Family.named("var"), "model"),
        "--vq " + vq + ": draws one code a cell; an image of VAR has 30 codes for 4x4 cells",
        "--vq",
        vq.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llamagen | --steps 8 | steps 8: LlamaGen decodes one cell a step, the next in raster order"
            + " (P2, query independence, is not defined for it); expected 16",
        "llamagen | --schedule arccos | --schedule arccos: LlamaGen has steps of its own"
            + " (P2: one cell a step, and which one is fixed); expected none",
        "llamagen | --order image | --order image: LlamaGen has an order of its own"
            + " (P12: one cell a step, and which one is fixed); expected none",
        "randar | --pass1 chunk | --pass1 chunk: RandAR has a mask of its own; expected none",
        "randar | --steps 17 | --steps 17: expected 1 .. 16, the cells of the grid",
        "maskgit | --cfg 2 | guidance: MaskGIT has no null class to be guided away from (P13",
        "var | --steps 3 | steps 3: VAR decodes one scale a step, the smallest first (the cells of"
            + " a scale see each other: P5",
        "radar-nested | --steps 2 | steps 2: RadAR decodes whole rings"
      })
  void whatItCannotDoIsRefusedByTheProperty(String name, String flags, String expected)
      throws IOException {
    assertRefused(write(Family.named(name), "model"), expected, flags.split(" "));
  }

  /** What a system does not ask about is said to be its own, not what a default would name. */
  @Test
  void settingsThatAreItsOwnAreReportedSo() throws IOException {
    generate(write(Family.named("llamagen"), "model"), "a");
    for (String setting : List.of("schedule", "order", "pass1")) {
      assertThat(json("a").at("/settings/" + setting).asString()).isEqualTo("llamagen");
    }
    generate(write(Family.named("randar"), "model"), "b", "--cfg-schedule", "constant");
    assertThat(json("b").at("/settings/schedule").asString()).isEqualTo("randar");
    assertThat(json("b").at("/settings/cfg_schedule").asString()).isEqualTo("constant");
    assertThat(json("b").at("/settings/order").asString()).isEqualTo("image");
    assertThat(json("b").at("/settings/pass1").asString()).isEqualTo("randar");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "randar | --steps 4",
        "randar | --schedule arccos",
        "randar | --order raster",
        "randar | --cfg 9",
        "llamagen | --cfg 9",
        "llamagen | --top-k 1",
        "rar | --temperature 0",
        "var | --top-k 1",
        "maskgit | --steps 2",
        "par | --seed 3"
      })
  void flagsLeadOverItsOwnSettings(String name, String flags) {
    Path model = write(Family.named(name), "model");
    generate(model, "usual");
    CommandLineRun run = generate(model, "other", flags.split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(ids("other")).isNotEqualTo(ids("usual"));
  }

  /** The tensors of a wrong file are told by name where it has no metadata. */
  @Test
  void whatIsFoundIsNamedWhereSomethingElseIsAsked() throws IOException {
    Path model = write(Family.named("randar"), "model");
    CommandLineRun.assertRefused(
        folder, "holds a RandAR model, expected a VQ tokenizer", "generate", "--vq", model);
    CommandLineRun.assertRefused(
        folder,
        "--model "
            + model
            + ": holds a RandAR model (2-layer RandAR of width 16), expected an ARPG",
        "bench",
        "steps",
        "--model",
        model);
    assertRefused(VqFiles.write(folder.resolve("vq.safetensors"), CODES), "holds a VQ tokenizer (");
    byte[] whole = Files.readAllBytes(model);
    Path half = folder.resolve("half.safetensors");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(half, "(cut short?)");
    Path missing = write(Family.named("randar"), "missing", "output.weight");
    assertRefused(
        missing, "tensors do not fit a 2-layer RandAR of width 16: missing output.weight");
  }

  @Test
  void theCodebookOfTheEmbeddedModelDrawsItsCodes() throws IOException {
    Variant llamaGen = Family.named("llamagen");
    TinySizes sizes = new TinySizes(16, 2, 2, TokenGrid.square(4), 512, 3, 10_000);
    Path model = write(llamaGen, llamaGen.tiny(sizes), "model", Optional.empty());
    CommandLineRun run =
        CommandLineRun.of(
            "generate",
            "--model",
            model.toString(),
            "--vq",
            "shapes10",
            "--out",
            folder.resolve("a.png").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(folder.resolve("a.png")).isNotEmptyFile();
    assertRefused(
        write(llamaGen, "other"),
        "shapes10: has 512 codes; expected the 50 of",
        "--vq",
        "shapes10");
  }

  /** A container without metadata tells published sizes alone; every value of this file is 0. */
  @Test
  void readsPyTorchFiles() {
    Architecture base =
        Family.published().stream()
            .filter(model -> model.name().equals("RandAR-B"))
            .findFirst()
            .orElseThrow()
            .architecture();
    Path torch =
        HollowFile.torch(
            folder.resolve("b.pt"), ElementType.F16, HollowFile.outlines(base.parameters()));
    String[] fast = "--steps 1 --cfg 1 --cfg-schedule constant --weights bf16".split(" ");
    CommandLineRun run = generate(torch, "ids", fast);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("b.pt: RandAR-B, ", ", float16; grid 16x16, as published");
    assertThat(ids("ids")).hasSize(2 * 256);
  }

  private CommandLineRun generate(Path model, String name, String... flags) {
    List<String> arguments =
        new ArrayList<>(List.of("generate", "--model", model.toString(), "--count", "2"));
    arguments.addAll(List.of("--tokens", folder.resolve(name + ".safetensors").toString()));
    return CommandLineRun.of(arguments, flags);
  }

  private void assertRefused(Path model, String expected, String... flags) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("generate", "--model", model, "--tokens"));
    arguments.add(folder.resolve("ids.safetensors"));
    arguments.addAll(List.of(flags));
    CommandLineRun.assertRefused(folder, expected, arguments.toArray());
  }

  private Path write(Variant variant, String name) {
    return write(variant, variant.tiny(SIZES), name, Optional.empty());
  }

  private Path write(Variant variant, String name, String without) {
    return write(variant, variant.tiny(SIZES), name, Optional.of(without));
  }

  private Path write(
      Variant variant, Architecture architecture, String name, Optional<String> without) {
    RandomWeights values = weights(architecture);
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata(architecture.metadata());
    writer.metadata("kind", variant.name());
    for (Parameter parameter : architecture.parameters()) {
      if (!without.equals(Optional.of(parameter.name()))) {
        writer.add(values.of(parameter.name()), ElementType.F32);
      }
    }
    Path file = folder.resolve(name + ".safetensors");
    writer.write(file);
    return file;
  }

  /** Logits far enough apart that settings show in ids. */
  private static RandomWeights weights(Architecture architecture) {
    return RandomWeights.of(
        architecture.parameters(),
        7,
        parameter ->
            parameter.shape().rank() == 1 && parameter.name().endsWith("weight")
                ? new RandomWeights.Range(0.5, 1.5)
                : RandomWeights.Range.ofDeviation(0.3));
  }

  private int[] ids(String name) {
    return TensorFile.open(folder.resolve(name + ".safetensors")).tensor("tokens").readInts();
  }

  private JsonNode json(String name) throws IOException {
    return new JsonMapper().readTree(Files.readAllBytes(folder.resolve(name + ".json")));
  }
}
