package dev.arpg4j.cuda;

import dev.arpg4j.cuda.driver.CudaException;
import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.driver.Library;
import dev.arpg4j.cuda.driver.Probe;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  public List<DType> computeTypes() {
    return List.of(DType.F32, DType.BF16);
  }

  @Override
  public Availability availability(Settings settings) {
    settings.computeTypeOf(this);
    CudaLibraries libraries = CudaLibraries.find(settings.libraries());
    Probe probe = Probe.of(settings.device(), libraries);
    return new Availability(probe.usable(), probe.detail(), findings(libraries));
  }

  /**
   * Library by library, in the order in which they are loaded. What is missing is worth a word only
   * where there is a driver: a machine without a GPU needs none of them.
   */
  private static List<Finding> findings(CudaLibraries libraries) {
    boolean driver = libraries.found(Library.DRIVER).isPresent();
    List<Finding> findings = new ArrayList<>();
    for (Library library : Library.values()) {
      libraries
          .found(library)
          .map(found -> Finding.found(title(library), found.toString()))
          .or(() -> driver ? Optional.of(missing(library)) : Optional.empty())
          .ifPresent(findings::add);
    }
    return findings;
  }

  private static Finding missing(Library library) {
    return library.needed()
        ? Finding.missing(
            title(library),
            library.fileName() + " is in no folder looked in",
            "give the folder that holds it by --cuda-libs or ARPG4J_CUDA_LIBS")
        : Finding.missing(
            title(library),
            library.fileName() + " is in no folder looked in; nothing needs it yet",
            "");
  }

  /** What people call a library. */
  private static String title(Library library) {
    return switch (library) {
      case DRIVER -> "driver";
      case RUNTIME -> "cudart";
      case BLAS_LT -> "cuBLASLt";
      case BLAS -> "cuBLAS";
      case COMPILER_BUILTINS -> "NVRTC built-ins";
      case COMPILER -> "NVRTC";
      case DNN -> "cuDNN";
    };
  }

  @Override
  public Backend open(Settings settings) {
    DType computeType = settings.computeTypeOf(this);
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
}
