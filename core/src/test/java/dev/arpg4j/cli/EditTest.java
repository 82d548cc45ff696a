package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code edit} makes: what is kept comes back, what is hidden is never seen. */
class EditTest {
  private static final TokenGrid GRID = TokenGrid.square(16);
  private static final String HIDDEN = "--rect 30,0,34,32";

  @TempDir Path folder;
  private Path picture = Path.of("");

  @BeforeEach
  void draw() {
    picture = EditFiles.write(folder.resolve("in.png"), EditFiles.figure());
  }

  /**
   * The cells that {@link #HIDDEN} leaves: 9 columns of the right, of the 8 upper rows, it takes.
   */
  private static IntStream kept() {
    return IntStream.range(0, 256).filter(cell -> cell / 16 >= 8 || cell % 16 < 7);
  }

  @Test
  void codesAndPixelsOfKeptCellsComeBack() throws IOException {
    CommandLineRun run = edit("inpaint", "a", HIDDEN, "--class ring");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .hasLineCount(1)
        .matches("(?s).*a\\.png: 184 of 256 cells kept, the others made, .*\\s*");
    BufferedImage before = EditFiles.figure();
    BufferedImage after = read("a.png");
    int[] codes = PatchCodebook.embedded().encode(before);
    int[] ids = ids("a");
    kept()
        .forEach(
            cell -> {
              assertThat(ids[cell]).isEqualTo(codes[cell]);
              assertThat(cell(after, cell)).isEqualTo(cell(before, cell));
            });
    BufferedImage drawn = PatchCodebook.embedded().decode(GRID, ids);
    assertThat(cell(after, 15)).isEqualTo(cell(drawn, 15));
    assertThat(pixels(after)).isNotEqualTo(pixels(drawn)); // a code is not quite its patch
    assertThat(names())
        .containsExactly("a-sheet.png", "a.json", "a.png", "a.safetensors", "in.png");
  }

  /** The whole command path: whatever stands in the hidden part, the result is the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {"inpaint " + HIDDEN, "restyle --class star " + HIDDEN, "outpaint --margin 9"})
  void whatIsHiddenChangesNothing(String command) throws IOException {
    String[] words = command.split(" ", 2);
    edit(words[0], "a", words[1]);
    BufferedImage other = EditFiles.figure();
    int side = words[0].equals("outpaint") ? 9 : 32;
    EditFiles.fill(other, words[0].equals("outpaint") ? 0 : 30, 0, side, side, 0x12FE56);
    EditFiles.write(picture, other);
    edit(words[0], "b", words[1]);
    assertThat(pixels(read("b.png"))).isEqualTo(pixels(read("a.png")));
    assertThat(ids("b")).isEqualTo(ids("a"));
  }

  /** The encoder of a VQ tokenizer looks beyond its cell, but sees grey where nothing is kept. */
  @Test
  void whatIsHiddenChangesNothingOfAVqTokenizerEither() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 512);
    BufferedImage small = EditFiles.plain(32, 32, 0xE2EEF7);
    EditFiles.fill(small, 4, 4, 20, 20, 0xD64541);
    EditFiles.write(picture, small);
    String flags = "--rect 15,0,17,16 --vq " + vq;
    edit("inpaint", "a", flags);
    EditFiles.fill(small, 15, 0, 17, 16, 0x0000FF);
    EditFiles.write(picture, small);
    edit("inpaint", "b", flags);
    assertThat(pixels(read("b.png"))).isEqualTo(pixels(read("a.png")));
    assertThat(ids("b")).isEqualTo(ids("a"));
    assertThat(json("a").at("/tokenizer/kind").asString()).isEqualTo("vq");
    assertThat(read("a.png").getRGB(4, 20)).isEqualTo(0xFFD64541);
  }

  @Test
  void nothingKeptIsPlainGenerationAndSaysSo() throws IOException {
    Path mask = EditFiles.write(folder.resolve("mask.png"), EditFiles.plain(64, 64, 0xFFFFFF));
    CommandLineRun run = edit("inpaint", "a", "--mask " + mask, "--class heart --seed 3");
    assertThat(run.err())
        .isEqualTo(
            picture + ": no cell of it is kept: this is plain generation" + System.lineSeparator());
    Path plain = folder.resolve("plain.safetensors");
    CommandLineRun.of(
        List.of("generate", "--class", "heart", "--seed", "3", "--steps", "4", "--count", "1"),
        "--out",
        folder.resolve("plain.png").toString(),
        "--tokens",
        plain.toString());
    assertThat(ids("a")).isEqualTo(TensorFile.open(plain).tensor("tokens").readInts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--batch 1", "--batch 2", "--threads 1", "--threads 2"})
  void resultsDoNotDependOn(String flags) {
    String several = "--count 3 --class ring,star --by windows --to 80x72";
    editInto("expand", "usual", several);
    editInto("expand", "other", several, flags);
    assertThat(ids("other")).isEqualTo(ids("usual"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--class heart",
        "--steps 5",
        "--seed 1",
        "--first-image 1",
        "--order raster",
        "--pass1 chunk",
        "--known-order random",
        "--temperature 0.2",
        "--rect 30,0,34,36"
      })
  void resultsDependOn(String flags) {
    edit("inpaint", "usual", HIDDEN);
    String[] own = flags.startsWith("--rect") ? new String[] {flags} : new String[] {HIDDEN, flags};
    edit("inpaint", "other", own);
    assertThat(ids("other")).isNotEqualTo(ids("usual"));
  }

  @Test
  void guidanceWeighsTheClass() {
    edit("inpaint", "usual", HIDDEN, "--class star --temperature 0");
    edit("inpaint", "other", HIDDEN, "--class star --temperature 0 --cfg 9");
    assertThat(ids("other")).isNotEqualTo(ids("usual"));
  }

  /** One image of two seeds is that of each seed alone, and a shard is a part of a request. */
  @Test
  void severalSeedsAndImagesInOneCall() throws IOException {
    editInto("inpaint", "all", HIDDEN, "--count 3 --seeds 2 --seed 4 --class ring,star");
    edit("inpaint", "one", HIDDEN, "--seed 5 --first-image 1 --count 1 --class ring,star");
    int[] all = ids("all");
    assertThat(all).hasSize(6 * 256);
    assertThat(Arrays.copyOfRange(all, 4 * 256, 5 * 256)).isEqualTo(ids("one"));
    assertThat(pixels(read("all/5-000001.png"))).isEqualTo(pixels(read("one.png")));
    assertThat(names("all"))
        .containsExactly(
            "4-000000.png",
            "4-000001.png",
            "4-000002.png",
            "5-000000.png",
            "5-000001.png",
            "5-000002.png",
            "run.json",
            "sheet.png");
    JsonNode images = json("all/run").get("images");
    assertThat(images).hasSize(6);
    assertThat(images.at("/4/seed").asLong()).isEqualTo(5);
    assertThat(images.at("/4/image").asInt()).isEqualTo(1);
    assertThat(images.at("/4/class").asString()).isEqualTo("star");
  }

  /** Before, what is kept, after; each pixel three of the sheet. */
  @Test
  void theSheetShowsWhatWasKept() throws IOException {
    edit("inpaint", "a", HIDDEN);
    BufferedImage sheet = read("a-sheet.png");
    BufferedImage before = EditFiles.figure();
    assertThat(sheet.getWidth()).isEqualTo(12 + 3 * (192 + 12));
    for (int x = 0; x < 3; x++) {
      assertThat(sheet.getRGB(12 + x * 204 + 1, 12 + 3 * 63 + 1)).isEqualTo(before.getRGB(0, 63));
    }
    assertThat(sheet.getRGB(12 + 3 * 63 + 1, 13)).isEqualTo(before.getRGB(63, 0));
    assertThat(sheet.getRGB(12 + 204 + 3 * 63 + 1, 13)).isNotEqualTo(before.getRGB(63, 0));
    assertThat(sheet.getRGB(12 + 408 + 3 * 63 + 1, 13)).isEqualTo(read("a.png").getRGB(63, 0));
  }

  @Test
  void animatesWhatIsMade() {
    edit("inpaint", "a", HIDDEN, "--gif " + folder.resolve("a.gif"));
    assertThat(folder.resolve("a.gif")).isNotEmptyFile();
    assertThat(json("a").at("/settings/gif").asString()).endsWith("a.gif");
  }

  @Test
  void outpaintPlacesASmallerPicture() throws IOException {
    BufferedImage part = EditFiles.figure().getSubimage(0, 0, 30, 26);
    EditFiles.write(picture, part);
    edit("outpaint", "a");
    assertThat(read("a.png").getWidth()).isEqualTo(64);
    // (64 - 30) / 2 = 17 and 19, on the grid of cells 16 and 16; 7 columns and 6 rows are whole.
    assertThat(json("a").get("cells_kept").asInt()).isEqualTo(7 * 6);
    assertThat(json("a").at("/settings/at").asString()).isEqualTo("16,16");
    assertThat(read("a.png").getRGB(16, 16, 28, 24, null, 0, 28))
        .isEqualTo(part.getRGB(0, 0, 28, 24, null, 0, 28));
    edit("outpaint", "b", "--at 2,0");
    assertThat(json("b").get("cells_kept").asInt()).isEqualTo(7 * 6);
    edit("outpaint", "c", "--margin 0,8,0,0");
    assertThat(json("c").get("cells_kept").asInt()).isEqualTo(7 * 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rope", "windows"})
  void expandKeepsThePictureInALargerOne(String by) throws IOException {
    edit("expand", "a", "--to 96x64 --by", by);
    BufferedImage after = read("a.png");
    assertThat(after.getWidth()).isEqualTo(96);
    assertThat(after.getHeight()).isEqualTo(64);
    assertThat(after.getRGB(16, 0, 64, 64, null, 0, 64)).isEqualTo(pixels(EditFiles.figure()));
    assertThat(json("a").get("grid").asString()).isEqualTo("16x24");
    assertThat(json("a").get("windows")).hasSize(by.equals("rope") ? 1 : 2);
    assertThat(json("a").get("plan").valueStream().mapToInt(JsonNode::asInt).sum()).isEqualTo(128);
    edit("expand", "b", "--margin 16,0,16,0 --by", by);
    assertThat(ids("b")).isEqualTo(ids("a"));
  }

  @Test
  void fitsPicturesAndMasksOfOtherSizes() throws IOException {
    EditFiles.write(picture, EditFiles.plain(80, 70, 0x26547C));
    BufferedImage hide = EditFiles.plain(80, 70, 0);
    EditFiles.fill(hide, 40, 35, 4, 4, 0xFFFFFF);
    Path mask = EditFiles.write(folder.resolve("mask.png"), hide);
    edit("inpaint", "a", "--fit crop --mask", mask.toString());
    // The middle begins at 8,3: what is hidden there is 32..35 by 32..35, one cell.
    assertThat(json("a").get("cells_kept").asInt()).isEqualTo(255);
    edit("inpaint", "b", "--fit resize --mask", mask.toString(), "--steps 1");
    // 40 * 64 / 80 = 32 to 35.2, and 35 * 64 / 70 = 32 to 35.7: one cell again.
    assertThat(json("b").get("cells_kept").asInt()).isEqualTo(255);
    assertThat(json("b").at("/settings/fit").asString()).isEqualTo("resize");
  }

  @Test
  void reportsEverySettingDefaultsIncluded() {
    edit("inpaint", "a", HIDDEN);
    JsonNode settings = json("a").get("settings");
    assertThat(settings.propertyNames())
        .containsExactlyInAnyOrder(
            "image",
            "rect",
            "fit",
            "class",
            "count",
            "first_image",
            "seeds",
            "batch",
            "steps",
            "schedule",
            "cfg",
            "cfg_schedule",
            "temperature",
            "top_k",
            "top_p",
            "order",
            "pass1",
            "seed",
            "known_order",
            "out",
            "sheet",
            "tokens");
    assertThat(settings.at("/class/0").asString()).isEqualTo("no class");
    assertThat(settings.get("cfg").asDouble()).isEqualTo(1);
    assertThat(settings.get("pass1").asString()).isEqualTo("strict");
    assertThat(settings.get("known_order").asString()).isEqualTo("raster");
    assertThat(json("a").at("/times/encode_seconds").isNumber()).isTrue();
    assertThat(json("a").get("command").asString()).isEqualTo("edit inpaint");
  }

  /** As few steps as there are cells, where that is less than the model's best. */
  @Test
  void makesNoMoreStepsThanCells() {
    CommandLineRun run =
        CommandLineRun.of(
            "edit",
            "inpaint",
            picture.toString(),
            "--rect",
            "0,0,8,8",
            "--out",
            folder.resolve("a.png").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(json("a").at("/settings/steps").asInt()).isEqualTo(4);
  }

  private CommandLineRun edit(String command, String name, String... flags) {
    return run(command, folder.resolve(name + ".png"), name, flags);
  }

  private CommandLineRun editInto(String command, String name, String... flags) {
    return run(command, folder.resolve(name), name, flags);
  }

  /** A fast run that writes its ids beside. */
  private CommandLineRun run(String command, Path out, String name, String... flags) {
    List<String> words = new ArrayList<>(List.of("edit", command, picture.toString()));
    String all = String.join(" ", flags);
    Stream.of(all.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
    if (!all.contains("--steps")) {
      int steps = all.contains("--mask") && all.contains("--fit") ? 1 : 4;
      words.addAll(List.of("--steps", Integer.toString(steps)));
    }
    words.addAll(List.of("--out", out.toString()));
    words.addAll(List.of("--tokens", folder.resolve(name + ".safetensors").toString()));
    CommandLineRun run = CommandLineRun.of(words);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private int[] ids(String name) {
    return TensorFile.open(folder.resolve(name + ".safetensors")).tensor("tokens").readInts();
  }

  private JsonNode json(String name) {
    return JsonMapper.shared().readTree(folder.resolve(name + ".json").toFile());
  }

  private BufferedImage read(String name) throws IOException {
    return ImageIO.read(folder.resolve(name).toFile());
  }

  private static int[] cell(BufferedImage picture, int cell) {
    return picture.getRGB(cell % 16 * 4, cell / 16 * 4, 4, 4, null, 0, 4);
  }

  private static int[] pixels(BufferedImage picture) {
    int width = picture.getWidth();
    return picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
  }

  private List<String> names(String... sub) throws IOException {
    Path place = sub.length == 0 ? folder : folder.resolve(sub[0]);
    try (Stream<Path> files = Files.list(place)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
