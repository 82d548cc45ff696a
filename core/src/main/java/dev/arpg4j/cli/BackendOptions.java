package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that decide what computes. */
final class BackendOptions {
  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description =
          "cpu (vector instructions), oracle (float64, plain loops) or cuda"
              + " (default: ${DEFAULT-VALUE})")
  private String backend = "cpu";

  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      description = "how weights are held: f32 or bf16 (default: as --compute)")
  private @Nullable String weights;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  /** A backend that is expected to start here. */
  record Chosen(
      BackendProvider provider, BackendProvider.Settings settings, Choice<DType> weights) {
    Backend open() {
      return provider.open(settings);
    }

    /** What a result says of the backend that was opened, beside its name. */
    Map<String, Object> describe(Backend opened) {
      Map<String, Object> words = new LinkedHashMap<>();
      words.put("device", opened.device());
      words.put("device_index", settings.device());
      words.put("compute_type", Choice.nameOf(Choice.COMPUTE_TYPES, opened.computeType()));
      words.put("weights", weights.name());
      words.put("threads", settings.threads());
      return words;
    }
  }

  /**
   * Looks for the backend without starting it.
   *
   * @throws InvalidInputException if it is not known or not available, or another flag is wrong
   */
  Chosen choose() {
    BackendProvider.Settings settings = settingsOptions.choose();
    BackendProvider provider = DeviceOptions.available(backend, settings);
    return new Chosen(provider, settings, storage(settings.computeTypeOf(provider)));
  }

  /** Of a backend that computes in bfloat16, matrices are held in it too. */
  private Choice<DType> storage(DType computeType) {
    boolean narrow = computeType == DType.BF16;
    String name = weights == null ? narrow ? "bf16" : "f32" : weights;
    Choice<DType> storage = Choice.named("--weights", Choice.FLOATS, name);
    if (narrow && storage.value() != DType.BF16) {
      throw new InvalidInputException(
          "--weights %s: computing in bf16 holds them in bf16; expected --compute f32 beside it"
              .formatted(storage.name()));
    }
    return storage;
  }
}
