package dev.arpg4j.cuda;

import dev.arpg4j.cuda.driver.CudaException;
import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.driver.Probe;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;

/**
 * Announces {@link CudaBackend}. Nothing of JavaCPP is touched before the probe has said yes, so a
 * machine without a GPU loses nothing by asking.
 */
public final class CudaProvider implements BackendProvider {
  /** What the driver answers where memory does not suffice. */
  private static final int OUT_OF_MEMORY = 2;

  @Override
  public String name() {
    return CudaBackend.NAME;
  }

  @Override
  public Availability availability(Settings settings) {
    computeType(settings);
    Probe probe = Probe.of(settings.device(), CudaLibraries.find(settings.libraries()));
    return new Availability(probe.usable(), probe.detail());
  }

  @Override
  public Backend open(Settings settings) {
    DType computeType = computeType(settings);
    try {
      Gpu gpu = Gpu.open(settings.device(), CudaLibraries.find(settings.libraries()));
      return CudaBackend.on(gpu, computeType, settings.threads());
    } catch (InvalidInputException e) {
      throw new InvalidInputException("backend cuda: " + e.getMessage(), e);
    } catch (CudaException e) {
      if (e.status() == OUT_OF_MEMORY) {
        throw new InvalidInputException(
            "backend cuda: device %d has no memory left to start with: %s"
                .formatted(settings.device(), e.getMessage()),
            e);
      }
      throw e;
    }
  }

  private static DType computeType(Settings settings) {
    return settings.computeTypeOf(CudaBackend.NAME, DType.F32, DType.BF16);
  }
}
