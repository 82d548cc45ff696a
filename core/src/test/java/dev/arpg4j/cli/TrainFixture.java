package dev.arpg4j.cli;

import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a model of a few thousand parameters on 12 images of 4x4 cells. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TrainFixture {
  @TempDir Path folder;
  Path data;
  Path out;

  @BeforeEach
  final void data() {
    data = folder.resolve("data.safetensors");
    out = folder.resolve("run");
    images(0).write(data);
    SmallData.writeCodebook(folder, 2);
  }

  /** What is trained on; other images for another {@code shift}. */
  static SafetensorsWriter images(int shift) {
    return SmallData.of(List.of("a", "b", "c"), 12, 3, shift);
  }

  /** The flags of a small run. */
  List<String> flags(Path into, String... more) {
    List<String> flags = new ArrayList<>();
    flags.addAll(List.of("train", "--data", data.toString(), "--out", into.toString()));
    flags.addAll(List.of("--threads", "2"));
    flags.addAll(List.of(more));
    return flags;
  }

  /** The same of a run that begins. */
  List<String> begun(Path into, String... more) {
    List<String> flags = flags(into, more);
    flags.addAll(List.of("--dim", "16", "--heads", "2", "--layers", "2", "--batch", "4"));
    flags.addAll(List.of("--micro-batch", "3"));
    return flags;
  }

  /** The same with something random in it and an average beside it. */
  List<String> noisy(Path into, String... more) {
    List<String> flags = begun(into, more);
    flags.addAll(List.of("--warm-up", "2", "--dropout", "0.1", "--ema", "0.9"));
    return flags;
  }

  static CommandLineRun run(List<String> flags) {
    return CommandLineRun.of(flags);
  }

  CommandLineRun generated(String... flags) {
    List<String> all = new ArrayList<>(List.of("generate", "--model"));
    all.add(out.resolve("model.safetensors").toString());
    all.addAll(List.of("--out", folder.resolve("a.png").toString()));
    all.addAll(List.of(flags));
    return run(all);
  }

  void refused(String message, String... flags) throws IOException {
    List<String> all = new ArrayList<>(List.of("train"));
    if (!List.of(flags).contains("--data")) {
      all.addAll(List.of("--data", data.toString()));
    }
    if (!List.of(flags).contains("--out")) {
      all.addAll(List.of("--out", out.toString()));
    }
    all.addAll(List.of(flags));
    CommandLineRun.assertRefused(folder, message, all.toArray());
  }
}
