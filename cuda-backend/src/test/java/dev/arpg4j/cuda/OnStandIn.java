package dev.arpg4j.cuda;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import java.util.List;

/**
 * The backend on the stand-in device; where that cannot be built, tests are reported as not run.
 */
final class OnStandIn {
  private OnStandIn() {}

  static CudaBackend open(DType computeType) {
    return (CudaBackend) new CudaProvider().open(settings().withComputeType(computeType));
  }

  static Settings settings() {
    return Settings.ofThreads(2).withLibraries(List.of(StandIn.required()));
  }
}
