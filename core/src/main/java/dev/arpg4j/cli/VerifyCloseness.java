package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.verify.Closeness;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a backend's bfloat16 is from its float32: a table, since closeness is all it promises. Of
 * a backend that computes in float32 alone, it is what weights held in bfloat16 change.
 *
 * @param given the model to measure; null for the embedded one and a random one
 */
record VerifyCloseness(@Nullable Checkpoint given) implements VerifySection {
  private static final int STEPS = 32;
  private static final int IMAGES = 10;
  private static final int DECODES = 3;

  /** A model and how many of its images are decoded. */
  private record Sample(Checkpoint checkpoint, int images) {}

  @Override
  public boolean holds(Checked backend) {
    if (!backend.types().contains(DType.F32)) {
      return backend.notChecked("bf16", "a backend that computes in f32");
    }
    backend.say(
        "%s: %s, guided logits of at most %d steps along the same tokens",
        backend.name(),
        narrow(backend) == DType.BF16
            ? "bf16 against its own f32"
            : "weights held in bf16 against weights held in f32",
        STEPS);
    TextTable table =
        new TextTable("  model", "rows", "max |logit|", "max error", "RMS error", "argmax", "ids");
    boolean passed = true;
    for (Sample sample : samples()) {
      Closeness closeness = measure(backend, sample);
      table.add(row(sample, closeness));
      passed &= closeness.passed();
    }
    backend.out().print(table);
    backend.say("  argmax, ids: rows in which the likeliest id, or the id drawn, is another");
    backend.say(
        "%s: %s",
        backend.name(), passed ? "PASS, bf16 is finite" : "FAIL, bf16 gives what is no number");
    return passed;
  }

  /** The narrowest type it computes in. */
  private static DType narrow(Checked backend) {
    return backend.types().contains(DType.BF16) ? DType.BF16 : DType.F32;
  }

  private List<Sample> samples() {
    return given == null
        ? List.of(new Sample(EmbeddedModel.checkpoint(), IMAGES), wide())
        : List.of(new Sample(given, 1));
  }

  /** The widths, heads, codes and classes of ARPG-L in a stack that a CPU decodes too. */
  private static Sample wide() {
    ArpgConfig config = ArpgConfig.published(1024, 16, 2, 2, 8, 16_384, 1_000);
    return new Sample(Checkpoint.random("ARPG-L widths, 2+2 layers", config, 0, 0.02), 1);
  }

  private static Closeness measure(Checked backend, Sample sample) {
    try (Backend exact = backend.provider().open(backend.as(DType.F32));
        Backend close = backend.provider().open(backend.as(narrow(backend)));
        Progress progress = Progress.of("bf16", (long) DECODES * STEPS)) {
      return Closeness.of(
          sample.checkpoint,
          DecodeSettings.EMBEDDED.withSteps(
              Math.min(STEPS, sample.checkpoint.config().grid().cells())),
          sample.images,
          exact,
          close,
          progress::step);
    }
  }

  private static List<String> row(Sample sample, Closeness closeness) {
    return List.of(
        "  " + sample.checkpoint.name(),
        Integer.toString(closeness.rows()),
        String.format(Locale.ROOT, "%.3g", closeness.largest()),
        String.format(Locale.ROOT, "%.3g", closeness.maxError()),
        String.format(Locale.ROOT, "%.3g", closeness.rmsError()),
        String.format(Locale.ROOT, "%.2f %%", 100 * closeness.argmaxDiffers()),
        String.format(Locale.ROOT, "%.2f %%", 100 * closeness.idsDiffer()));
  }
}
