package dev.arpg4j.cuda;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;

/**
 * Announces the CUDA backend, which is not here yet: it says what the machine has and opens
 * nothing.
 */
public final class CudaProvider implements BackendProvider {
  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Availability availability(Settings settings) {
    return new Availability(
        false, DriverProbe.ofThisMachine().detail() + "; the CUDA backend itself is not here yet");
  }

  @Override
  public Backend open(Settings settings) {
    throw new InvalidInputException(
        "backend 'cuda': %s; use --backend cpu".formatted(availability(settings).detail()));
  }
}
