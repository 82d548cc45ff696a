package dev.arpg4j.cuda;

import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Probe;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;

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
        false,
        Probe.of(0, CudaLibraries.find(List.of())).detail()
            + "; the CUDA backend itself is not here yet");
  }

  @Override
  public Backend open(Settings settings) {
    throw new InvalidInputException(
        "backend 'cuda': %s; use --backend cpu".formatted(availability(settings).detail()));
  }
}
