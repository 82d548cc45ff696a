package dev.arpg4j.cli;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A mixin of the flags that say which device a backend starts on, and what it computes in. */
public final class DeviceOptions {
  @Option(
      names = "--compute",
      paramLabel = "TYPE",
      description = "what it computes in: f32 or bf16 (default: the backend's own)")
  private @Nullable String compute;

  @Option(
      names = "--device",
      paramLabel = "N",
      description = "which GPU, from 0 (default: ${DEFAULT-VALUE})")
  private int device = 0;

  @Mixin private LibraryOptions libraryOptions = new LibraryOptions();

  /** The flags with their defaults. */
  public DeviceOptions() {}

  /**
   * All settings of a backend.
   *
   * @param threads worker threads on the CPU
   * @throws InvalidInputException if a flag's value is none of those it may have
   */
  public BackendProvider.Settings choose(int threads) {
    if (device < 0) {
      throw new InvalidInputException("--device " + device + ": expected 0 or more");
    }
    DType computeType =
        compute == null ? null : Choice.named("--compute", Choice.FLOATS, compute).value();
    return new BackendProvider.Settings(threads, computeType, device, libraryOptions.choose());
  }

  /**
   * The backend of that name, which is expected to start with these settings.
   *
   * @param backend the value of {@code --backend}
   * @throws InvalidInputException if it is not known, not available, or computes in another type
   */
  public static BackendProvider available(String backend, BackendProvider.Settings settings) {
    BackendProvider provider = known(backend);
    if (!provider.hasDevices()) {
      checkNoDevice(provider, settings);
    }
    DType asked = settings.computeType();
    if (asked != null) {
      String flag = "--compute " + Choice.nameOf(Choice.COMPUTE_TYPES, asked) + ": ";
      check(flag, () -> settings.computeTypeOf(provider));
    }
    BackendProvider.Availability availability = provider.availability(settings);
    if (!availability.available()) {
      throw new InvalidInputException(
          "--backend %s: not available here: %s".formatted(backend, availability.detail()));
    }
    return provider;
  }

  private static BackendProvider known(String backend) {
    return check("--backend: ", () -> BackendProvider.named(backend));
  }

  /** A flag that changes nothing is a mistake. */
  private static void checkNoDevice(BackendProvider cpu, BackendProvider.Settings settings) {
    check(
        "--device " + settings.device() + ": ",
        () -> {
          settings.requireFirstDevice(cpu);
          return cpu;
        });
    if (!settings.libraries().isEmpty()) {
      throw new InvalidInputException(
          "--cuda-libs %s: backend %s loads no libraries; expected --backend cuda beside it"
              .formatted(settings.libraries().getFirst(), cpu.name()));
    }
  }

  /** Puts the flag in front of what is wrong with its value. */
  private static <T> T check(String flag, Supplier<T> question) {
    try {
      return question.get();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(flag + e.getMessage(), e);
    }
  }
}
