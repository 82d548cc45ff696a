package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PictureFile;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tables of models of a few thousand parameters, on 20 images of 4x4 cells. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AblateCommandTest {
  /** Models of 100 steps, so that a process can be killed within them. */
  private static final List<String> ROWS =
      List.of("--images", "400", "--seeds", "2", "--only", "2+2", "4+0");

  private static final int IMAGES = 20;

  /** Of the whole table. */
  @TempDir static Path wholeFolder;

  private static Path whole;
  private static CommandLineRun wholeRun;

  @TempDir Path folder;
  private Path data;
  private Path out;

  @BeforeAll
  static void run() {
    whole = wholeFolder.resolve("table");
    Path data = write(wholeFolder);
    List<String> flags = begun(data, whole, ROWS);
    flags.add("--markdown");
    wholeRun = CommandLineRun.of(ReportFiles.in(wholeFolder).after(flags));
  }

  @BeforeEach
  void data() {
    data = write(folder);
    out = folder.resolve("table");
  }

  private static Path write(Path folder) {
    Path data = folder.resolve("data.safetensors");
    codes(0).write(data);
    SmallData.writeCodebook(folder, 16);
    return data;
  }

  private static SafetensorsWriter codes(int shift) {
    return SmallData.of(ShapesJudge.SIZES.classNames(), IMAGES, 2, shift);
  }

  /** The flags of a table. */
  private static List<String> flags(Path into, List<String> more) {
    List<String> flags = new ArrayList<>();
    flags.addAll(List.of("ablate", "--out", into.toString()));
    if (!more.contains("--images")) {
      flags.addAll(List.of("--images", "24"));
    }
    flags.addAll(List.of("--batch", "4", "--warm-up", "2", "--dropout", "0.1"));
    flags.addAll(List.of("--dim", "16", "--heads", "2", "--layers", "4"));
    flags.addAll(List.of("--count", "70", "--decode-batch", "2", "--quick", "--threads", "2"));
    flags.addAll(more);
    return flags;
  }

  /** The same of a table that begins. */
  private static List<String> begun(Path data, Path into, List<String> more) {
    List<String> flags = flags(into, more);
    flags.addAll(List.of("--data", data.toString()));
    return flags;
  }

  /** What stands in the table stands in the JSON, and there is a row of pictures for each line. */
  @Test
  void textAndJsonSayTheSame() throws IOException {
    assertThat(wholeRun.err()).isEmpty();
    assertThat(wholeRun.exitCode()).isZero();
    assertThat(wholeRun.out())
        .startsWith("ablations: 2 models of 100 steps of 4 images, 4 lines of 140 images judged\n")
        .contains("2+2: step 0 of 100\n", "4+0: step 0 of 100\n", " for the table\n")
        .contains("400 images of width-16 models in training, 2 seeds of 70 images judged;")
        .contains("Real images by the same codebook: distance ");

    ReportFiles report = ReportFiles.in(wholeFolder);
    JsonNode table = report.read();
    assertThat(table.at("/recipe/steps").asInt()).isEqualTo(100);
    assertThat(table.get("count").asInt()).isEqualTo(70);
    assertThat(table.at("/backend/threads").asInt()).isEqualTo(2);
    assertThat(table.at("/rows/0/device")).isEqualTo(table.at("/backend/device"));
    assertThat(wholeRun.out()).doesNotContain("do not compare");
    List<String[]> lines =
        wholeRun
            .out()
            .lines()
            .filter(line -> line.startsWith("| 2+2") || line.startsWith("| 4+0"))
            .map(line -> line.substring(2).split(" *\\| *", -1))
            .toList();
    assertThat(lines).hasSize(5); // with the one of the order
    JsonNode rows = table.get("rows");
    assertThat(rows.size()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(lines.get(i)[0]).isEqualTo(rows.get(i).get("name").asString());
      assertThat(lines.get(i)[1]).isEqualTo(rows.get(i).get("steps").asString());
      says(lines.get(i)[2], rows.get(i).get("images_per_second"));
      says(lines.get(i)[3].split(" .. ")[1], rows.get(i).at("/images_per_second_of_decodes/1"));
      says(lines.get(i)[4], rows.get(i).get("peak_mb"));
      says(lines.get(i)[5], rows.get(i).get("cache_kib"));
      says(lines.get(i)[6], rows.get(i).get("loss_held_out"));
      says(lines.get(i)[7], rows.get(i).get("distance"));
      says(lines.get(i)[8].split(" .. ")[1], rows.get(i).at("/distance_by_images/1"));
      says(lines.get(i)[9].replace(" %", ""), rows.get(i).get("class_share"), 100);
      says(lines.get(i)[10].split(" .. ")[0], rows.get(i).at("/class_share_by_images/0"), 100);
      assertThat(rows.get(i).get("distance_of_seeds").size()).isEqualTo(2);
    }
    assertThat(lines.get(3)).contains("24+0", "256", "11.7", "4.96", "90.0");
    assertThat(rows.get(3).at("/published/fid").asDouble()).isEqualTo(90);
    says(lines.get(4)[2].replace("+", ""), table.at("/order/0/distance_here"));
    assertThat(lines.get(4)[3]).isEqualTo(table.at("/order/0/order").asString());
    assertThat(BenchFiles.words(report.svg()))
        .contains("2+2 strict", "class share, %", "images a second");
    int side = 64;
    assertThat(PictureFile.size(whole.resolve("ablations.png")).height()).isGreaterThan(4 * side);
    assertThat(PictureFile.size(whole.resolve("2+2/judged-8-chunk.png")))
        .isEqualTo(new PictureFile.Size(10 * side, side));
  }

  /** Every system goes through its own file: written, read back, drawn and measured. */
  @Test
  void theFamilyIsTrainedAndJudged() {
    CommandLineRun run = CommandLineRun.of(begun(data, out, List.of("--table", "family")));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    for (String name :
        List.of("ARPG", "RadAR-flat", "RadAR-nested", "RandAR", "LlamaGen", "MaskGIT")) {
      assertThat(run.out()).containsPattern("(?m)^" + name + ": \\d+ steps, .* images/s, distance");
    }
    assertThat(run.out()).contains("beside ARPG", "LlamaGen-L", "RadAR, 610M");
    assertThat(out.resolve("family.png")).exists();
  }

  private static void says(String shown, JsonNode value) {
    says(shown, value, 1);
  }

  /** In as many digits as are shown. */
  private static void says(String shown, JsonNode value, double factor) {
    int digits = shown.contains(".") ? shown.length() - shown.indexOf('.') - 1 : 0;
    assertThat(shown)
        .isEqualTo(String.format(Locale.ROOT, "%." + digits + "f", factor * value.asDouble()));
  }

  /** Killed within a model's steps, then between two lines of it: as if nothing had happened. */
  @Test
  void aKilledTableGoesOnToTheSameModelsAndNumbers() throws IOException, InterruptedException {
    List<String> closely = begun(data, out, ROWS);
    closely.addAll(List.of("--checkpoint-every", "1"));
    killAtStep(3, "2+2", closely);
    assertThat(step("2+2")).isBetween(3, 99);
    assertThat(killAfter("2+2: 16 steps, ", flags(out, ROWS)))
        .anyMatch(line -> line.matches("2\\+2: step [1-9]\\d* of 100"));
    assertThat(step("2+2")).isEqualTo(100);
    assertThat(out.resolve("2+2/judged-16-chunk.json")).exists();
    assertThat(out.resolve("2+2/judged-8-chunk.json")).doesNotExist();

    Path found = folder.resolve("found.json");
    CommandLineRun last = CommandLineRun.of(flags(out, ROWS), "--json", found.toString());
    assertThat(last.exitCode()).as(last.err()).isZero();
    for (String row : List.of("2+2", "4+0")) {
      for (String file : List.of("model.safetensors", "checkpoint.safetensors", "log.csv")) {
        assertThat(out.resolve(row).resolve(file))
            .hasSameBinaryContentAs(whole.resolve(row).resolve(file));
      }
    }
    List<String> expected = judged(ReportFiles.in(wholeFolder).json());
    assertThat(judged(found)).isEqualTo(expected).hasSize(4);
    assertThat(out.resolve("ablations.png")).hasSameBinaryContentAs(whole.resolve("ablations.png"));

    change("2+2", "device", "abacus");
    change("4+0", "decoded", "16 steps, otherwise");
    CommandLineRun again = CommandLineRun.of(flags(out, ROWS), "--json", found.toString());
    assertThat(again.out())
        .contains("2+2: done before\n4+0: 16 steps, ")
        .containsPattern("images/s and peak MiB do not compare, measured on: abacus; 2 threads");
    assertThat(judged(found)).isEqualTo(expected);
  }

  /** Puts another word into what a row's first line was judged by. */
  private void change(String row, String key, String word) throws IOException {
    Path file = out.resolve(row).resolve("judged-16-chunk.json");
    String changed =
        Files.readString(file)
            .replaceAll("(\"%s\" *: *)\".*\"".formatted(key), "$1\"" + word + '"');
    assertThat(changed).contains(word);
    Files.writeString(file, changed);
  }

  /** What every machine says alike. */
  private static List<String> judged(Path json) {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : JsonMapper.shared().readTree(json.toFile()).get("rows")) {
      rows.add(
          Stream.of(
                  "name",
                  "decoded",
                  "steps",
                  "loss_held_out",
                  "distance",
                  "class_share",
                  "cache_kib")
              .map(key -> row.required(key).asString())
              .collect(Collectors.joining(" ")));
    }
    return rows;
  }

  private int step(String row) {
    Path checkpoint = out.resolve(row).resolve("checkpoint.safetensors");
    return Integer.parseInt(TensorFile.open(checkpoint).metadata().get("step"));
  }

  /** Runs in a process that the system kills once a row has a checkpoint of that step. */
  private void killAtStep(int step, String row, List<String> arguments)
      throws IOException, InterruptedException {
    Path checkpoint = out.resolve(row).resolve("checkpoint.safetensors");
    Process process = process(arguments).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      boolean ended = false;
      while (!ended && !(Files.exists(checkpoint) && step(row) >= step)) {
        ended = process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      assertThat(ended).isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static ProcessBuilder process(List<String> arguments) {
    return CommandProcess.of(arguments).redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  /**
   * Runs in a process that the system kills when it says so.
   *
   * @return what it said before
   */
  private static List<String> killAfter(String begin, List<String> arguments)
      throws IOException, InterruptedException {
    Process process = process(arguments).start();
    try (BufferedReader lines = process.inputReader()) {
      List<String> said = new ArrayList<>();
      assertThat(lines.lines().peek(said::add).anyMatch(line -> line.startsWith(begin))).isTrue();
      return said;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void anotherBudgetOrAnotherSetIsRefused() throws IOException {
    copyBegun();
    String file = out.resolve("ablate.json").toString();
    refused(file + ": count is 70; this table's is 71", "--count", "71");
    refused(file + ": seeds is 2; this table's is 1");
    refused(file + ": recipe.steps is 100; this table's is 6", "--seeds", "2");
    String[] other = {"--seeds", "2", "--images", "400", "--seed", "1"};
    refused(file + ": recipe.seed is 0; this table's is 1", other);
    String[] wider = {"--seeds", "2", "--images", "400", "--dim", "32"};
    refused(file + ": recipe.model.dim is 16; this table's is 32", wider);
    refused("--data-seed 5: the run was begun with 0; expected the same", "--data-seed", "5");
    codes(1).write(data);
    refused(file + ": data.digest is ", "--seeds", "2", "--data", data.toString());
    Files.writeString(out.resolve("ablate.json"), "no");
    refused(file + ": is no JSON");
  }

  @Test
  void badInputIsRefusedInOneLine() throws IOException {
    refused("--only '5+3': expected one of 2+2, 3+1, 1+3, 4+0, 0+4", "--only", "5+3");
    refused("--only 'gpt': expected one of ARPG, RadAR-flat", "--table", "family", "--only", "gpt");
    refused("--table 'rows': expected ablations or family", "--table", "rows");
    refused("--count 10: expected 65 or more", "--count", "10");
    refused("--seeds 0: expected 1 or more", "--seeds", "0");
    refused("--images 0: expected 1 or more", "--images", "0");
    refused("--decode-batch 0: expected 1 or more", "--decode-batch", "0");
    refused("layers 3+3, shared keys and values: expected two equal, even", "--layers", "6");
    refused("--out " + data + ": is a file; expected a folder", "--out", data.toString());
    refused("--data nowhere: no such data", "--data", "nowhere");
    refused("no-such-folder/x.json: cannot be written", "--json", "no-such-folder/x.json");
    codes(0).metadata("class_names", "a,b,c,d,e,f,g,h,i,j").write(data);
    refused("data.safetensors: has 10 classes (a, b, c, d, e, f, g, h, i, j); expected those of");
    codes(0).write(data);
    SmallData.writeCodebook(folder, 2);
    refused("data.safetensors: makes images of 8x8 pixels; expected the 64x64 of shapes10");
    Files.delete(folder.resolve("codebook.safetensors"));
    refused("data.safetensors: has no codebook.safetensors beside it; expected one");
  }

  /** What a table has before it has models. */
  private void copyBegun() throws IOException {
    Files.createDirectory(out);
    try (Stream<Path> files = Files.list(whole)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, out.resolve(file.getFileName()));
      }
    }
  }

  private void refused(String message, String... more) throws IOException {
    List<String> all = flags(out, List.of());
    if (!List.of(more).contains("--data") && !Files.exists(out)) {
      all.addAll(List.of("--data", data.toString()));
    }
    // The last of a flag given twice would be an error of its own.
    for (int i = 0; i < more.length; i += 2) {
      int at = all.indexOf(more[i]);
      if (at >= 0) {
        all.subList(at, at + 2).clear();
      }
    }
    all.addAll(List.of(more));
    CommandLineRun.assertRefused(folder, message, all.toArray());
  }
}
