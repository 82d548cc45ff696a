package dev.arpg4j.cuda.driver;

import java.util.List;

/**
 * A shared library of CUDA 13 by the name that others ask for it, in the order in which they must
 * be loaded: once a library is there, whoever needs it by that name is served by it.
 */
public enum Library {
  /** The driver. */
  DRIVER("libcuda.so.1", true, ""),
  /** The run-time library, on which cuBLAS stands. */
  RUNTIME("libcudart.so.13", true, "nvidia_cuda_runtime"),
  /** The matrix products that the backend plans itself. */
  BLAS_LT("libcublasLt.so.13", true, "nvidia_cublas"),
  /** The matrix products' older door, which the preset's native code needs to load. */
  BLAS("libcublas.so.13", true, "nvidia_cublas"),
  /** What the compiler asks for by its bare name while it works; there is one a minor version. */
  COMPILER_BUILTINS("libnvrtc-builtins.so.13", true, "nvidia_cuda_nvrtc"),
  /** The run-time compiler. */
  COMPILER("libnvrtc.so.13", true, "nvidia_cuda_nvrtc"),
  /** Convolutions. */
  DNN("libcudnn.so.9", false, "nvidia_cudnn");

  private final String fileName;
  private final boolean needed;
  private final String wheel;

  Library(String fileName, boolean needed, String wheel) {
    this.fileName = fileName;
    this.needed = needed;
    this.wheel = wheel;
  }

  /** The name that it is looked for by; of the builtins, how it begins. */
  public String fileName() {
    return fileName;
  }

  /** Whether the backend cannot work without it. */
  public boolean needed() {
    return needed;
  }

  /** How the Python package that carries it begins, empty if none does. */
  String wheel() {
    return wheel;
  }

  /** Whose folder is looked at first: two of different versions would not fit each other. */
  List<Library> companions() {
    return switch (this) {
      case BLAS -> List.of(BLAS_LT);
      case COMPILER -> List.of(COMPILER_BUILTINS);
      default -> List.of();
    };
  }
}
