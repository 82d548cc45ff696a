package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tables of models of a few thousand parameters, on 20 images of 4x4 cells. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AblateCommandTest {
  private static final int CELLS = 16;
  private static final int CODES = 6;
  private static final int IMAGES = 20;
  private static final int PATCH = 16 * 16 * 3;

  @TempDir Path folder;
  private Path data;
  private Path out;

  @BeforeEach
  void data() {
    data = folder.resolve("data.safetensors");
    out = folder.resolve("table");
    codes(0).write(data);
    float[] patches = new float[CODES * PATCH];
    for (int i = 0; i < patches.length; i++) {
      patches[i] = i / PATCH / (float) CODES;
    }
    new SafetensorsWriter()
        .floats("codebook", Shape.of(CODES, PATCH), patches)
        .write(folder.resolve("codebook.safetensors"));
  }

  private static SafetensorsWriter codes(int shift) {
    return new SafetensorsWriter()
        .metadata("vocab_size", Integer.toString(CODES))
        .metadata("class_names", String.join(",", ShapesJudge.SIZES.classNames()))
        .metadata("grid", "4")
        .ints("train_codes", Shape.of(IMAGES, CELLS), some(IMAGES * CELLS, CODES, shift))
        .ints("train_labels", Shape.of(IMAGES), some(IMAGES, 10, 0))
        .ints("validation_codes", Shape.of(2, CELLS), some(2 * CELLS, CODES, 1))
        .ints("validation_labels", Shape.of(2), some(2, 10, 0));
  }

  private static int[] some(int count, int below, int shift) {
    return IntStream.range(0, count).map(i -> (i * i + shift) % below).toArray();
  }

  /** The flags of a table of two rows. */
  private List<String> flags(Path into, String... more) {
    List<String> flags = new ArrayList<>();
    flags.addAll(List.of("ablate", "--out", into.toString()));
    flags.addAll(List.of("--images", "24", "--batch", "4", "--warm-up", "2", "--dropout", "0.1"));
    flags.addAll(List.of("--dim", "16", "--heads", "2", "--layers", "4"));
    flags.addAll(List.of("--count", "70", "--decode-batch", "2", "--quick", "--threads", "2"));
    flags.addAll(List.of(more));
    return flags;
  }

  private List<String> begun(Path into, String... more) {
    List<String> flags = flags(into, more);
    flags.addAll(List.of("--data", data.toString()));
    return flags;
  }

  @Test
  void trainsAndJudgesTwoRows() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(begun(out), "--only", "2+2", "0+4", "--markdown");
    System.out.println(run.out() + run.err());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }
}
