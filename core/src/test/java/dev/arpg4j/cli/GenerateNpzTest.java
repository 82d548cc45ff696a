package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.Levels;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqFiles;
import dev.arpg4j.variant.VariantCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The file that an FID evaluator reads, and that a run killed at any moment ends with it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GenerateNpzTest {
  private static final int IMAGE_BYTES = 64 * 64 * 3;
  private static final List<String> FAST = List.of("generate", "--steps", "2", "--count", "13");

  @TempDir Path folder;
  private Path npz;
  private Path part;

  @BeforeEach
  void name() {
    npz = folder.resolve("out.npz");
    part = folder.resolve("out.npz.part");
  }

  @Test
  void holdsTheImagesAndTheirClasses() throws IOException {
    CommandLineRun run = generate(npz);
    assertThat(run.out()).hasLineCount(1).contains("out.npz: 13 images, ");
    assertThat(names()).containsExactly("out.json", "out.npz");
    try (ZipFile zip = new ZipFile(npz.toFile())) {
      assertThat(zip.stream().map(Object::toString)).containsExactly("arr_0.npy", "arr_1.npy");
    }
    assertThat(header("arr_0")).contains("'descr': '|u1'", "(13, 64, 64, 3)");
    assertThat(header("arr_1")).contains("'descr': '<i8'", "(13,)");
    byte[] labels = data("arr_1");
    for (int i = 0; i < 13; i++) {
      assertThat(labels[i * Long.BYTES]).isEqualTo((byte) (i % 10));
    }
    assertThat(data("arr_0")).isEqualTo(levels(13));
    JsonNode report = JsonMapper.shared().readTree(folder.resolve("out.json").toFile());
    assertThat(report.at("/settings/count").asInt()).isEqualTo(13);
    assertThat(report.at("/settings/npz").asString()).isEqualTo(npz.toString());
    assertThat(report.at("/images_kept_before").asInt()).isZero();
    assertThat(report.at("/times/decode_seconds").asDouble()).isPositive();
  }

  /** Cut anywhere: between images, inside one, inside the header; and in batches of other sizes. */
  @ParameterizedTest
  @CsvSource({"3, 0", "5, 1", "13, 0", "4, -100", "0, 0", "0, -30"})
  void aKilledRunEndsWithTheSameBytes(int whole, int more) throws IOException {
    Path uncut = folder.resolve("uncut.npz");
    generate(uncut, "--batch", "13");
    long header = keepParts();
    try (SeekableByteChannel channel = Files.newByteChannel(part, StandardOpenOption.WRITE)) {
      channel.truncate(header + (long) whole * IMAGE_BYTES + more);
    }
    CommandLineRun run = generate(npz, "--batch", "4");
    int kept = more < 0 ? Math.max(0, whole - 1) : whole;
    if (kept > 0) {
      assertThat(run.out()).contains("out.npz: 13 images (" + kept + " of an earlier run), ");
    }
    assertThat(npz).hasSameBinaryContentAs(uncut);
    assertThat(part).doesNotExist();
  }

  /** As evaluators want them: every class of a thousand, where a sheet of pictures shows ten. */
  @Test
  void isBalancedOverAllClasses() {
    Checkpoint large = Checkpoint.random("l", Zoo.named("ARPG-L").orElseThrow(), 0, 1);
    LocalModel model = new LocalModel(VariantCheckpoint.of(large), null);
    assertThat(new ImageOptions().choose(model, ImageOptions.all(model)).labels(998, 1002))
        .containsExactly(998, 999, 0, 1);
    assertThat(new ImageOptions().choose(model, ImageOptions.first(model)).cycle()).hasSize(10);
  }

  @Test
  void moreMayBeAskedForThanBefore() throws IOException {
    keepParts();
    assertThat(generate(npz, "--count", "15").out()).contains("15 images (13 of an earlier run)");
    assertThat(data("arr_0")).isEqualTo(levels(15));
    keepParts();
    assertThat(generate(npz, "--count", "5").out()).contains("5 images (5 of an earlier run)");
    assertThat(data("arr_0")).isEqualTo(levels(5));
    assertThat(part).exists();
    Files.delete(npz);
    assertThat(generate(npz).out()).contains("13 images (13 of an earlier run)");
    assertThat(data("arr_0")).isEqualTo(levels(13));
    assertThat(part).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--seed 1, whose seed is 0 and not 1",
    "--steps 3, whose steps is 2 and not 3",
    "--class heart, 'whose classes is 0,1,2,3,4,5,6,7,8,9 and not 9'",
    "--first-image 1, whose first image is 0 and not 1",
    "--backend oracle, whose backend is cpu and not oracle",
    "--weights bf16, whose weights held in is f32 and not bf16"
  })
  void refusesThePartsOfAnotherRun(String flags, String expected) throws IOException {
    keepParts();
    byte[] before = Files.readAllBytes(part);
    CommandLineRun run = run(npz, flags.split(" "));
    assertThat(run.err())
        .hasLineCount(1)
        .contains("out.npz.part: belongs to another run, " + expected);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(part).hasBinaryContent(before);
  }

  @Test
  void refusesWhatItCannotWrite() throws IOException {
    refused("--count 0: expected 1 or more", "--npz", npz, "--count", "0");
    refused("expected a name that ends in .npz", "--npz", folder.resolve("a.zip"));
    refused("does not exist", "--npz", folder.resolve("absent/a.npz"));
    refused(
        "expected no --out, --gif or --tokens beside it",
        "--npz",
        npz,
        "--out",
        folder.resolve("a.png"));
    refused(
        "pictures need the model's tokenizer: give --vq FILE",
        "--npz",
        npz,
        "--model",
        "src/test/resources/golden/arpg-micro/model.safetensors");
  }

  /**
   * A disk that is full after some batches, in a process that may write files of 2 KiB only: one
   * line, and what is kept is where the next run goes on.
   */
  @Test
  void aFullDiskLosesNothing() throws IOException, InterruptedException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 64);
    String[] small = {
      "--model", "src/test/resources/golden/arpg-micro/model.safetensors", "--vq", vq.toString(),
    };
    Path whole = folder.resolve("whole.npz");
    generate(whole, small);
    Process process = limited(small);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said).contains("out.npz.part: cannot be written after ", " records, which are kept");
    assertThat(process.exitValue()).as(said).isEqualTo(2);
    assertThat(names()).contains("out.npz.part").doesNotContain("out.npz");
    assertThat(generate(npz, small).out()).contains(" of an earlier run)");
    assertThat(npz).hasSameBinaryContentAs(whole);
  }

  /** A run in batches of one, in a process of its own that may not write long files. */
  private Process limited(String... flags) throws IOException {
    List<String> words = new ArrayList<>(FAST);
    words.addAll(List.of("--batch", "1", "--npz", npz.toString()));
    words.addAll(List.of(flags));
    return CommandProcess.limited(4, words).redirectErrorStream(true).start();
  }

  /**
   * Leaves what a run does that is killed when all images are there and the result is not: its
   * parts under a second name, which outlives it.
   *
   * @return the length of their header
   */
  private long keepParts() throws IOException {
    Path kept = Files.createFile(folder.resolve("kept"));
    Files.createLink(part, kept);
    generate(npz);
    Files.delete(npz);
    Files.move(kept, part);
    return Files.size(part) - 13 * IMAGE_BYTES;
  }

  private CommandLineRun generate(Path file, String... flags) {
    CommandLineRun run = run(file, flags);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static CommandLineRun run(Path file, String... flags) {
    List<String> given = List.of(flags);
    List<String> arguments = new ArrayList<>(FAST.subList(0, 1));
    for (int i = 1; i < FAST.size(); i += 2) {
      if (!given.contains(FAST.get(i))) {
        arguments.addAll(FAST.subList(i, i + 2));
      }
    }
    arguments.addAll(given);
    return CommandLineRun.of(arguments, "--npz", file.toString());
  }

  private void refused(String expected, Object... flags) throws IOException {
    CommandLineRun.assertRefused(
        folder, expected, Stream.concat(Stream.of("generate"), Arrays.stream(flags)).toArray());
  }

  /** The same images by way of their ids. */
  private byte[] levels(int count) {
    Path ids = folder.resolve("ids.safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "generate",
            "--steps",
            "2",
            "--count",
            Integer.toString(count),
            "--out",
            folder.resolve("ids.png").toString(),
            "--tokens",
            ids.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    int[] tokens = TensorFile.open(ids).tensor("tokens").readInts();
    PatchCodebook codebook = PatchCodebook.embedded();
    return Levels.of(
        Stream.iterate(0, i -> i + 256)
            .limit(count)
            .map(
                from ->
                    codebook.decode(
                        TokenGrid.square(16), Arrays.copyOfRange(tokens, from, from + 256)))
            .toList());
  }

  private String header(String name) throws IOException {
    return new String(Arrays.copyOf(entry(name), 128), StandardCharsets.US_ASCII);
  }

  private byte[] data(String name) throws IOException {
    byte[] entry = entry(name);
    return Arrays.copyOfRange(entry, 128, entry.length);
  }

  private byte[] entry(String name) throws IOException {
    try (ZipFile zip = new ZipFile(npz.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name + ".npy"))) {
      return in.readAllBytes();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
