package dev.arpg4j.cuda.driver;

/**
 * A call of a CUDA library that failed. Work is asynchronous: what fails on the device surfaces at
 * the next call that waits for it.
 */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int status;

  /**
   * @param call the function of the library
   * @param status what it answered, not 0
   * @param name what its library calls that status, and more where there is more to say
   */
  public CudaException(String call, int status, String name) {
    super("%s answers error %d (%s)".formatted(call, status, name));
    this.call = call;
    this.status = status;
  }

  /** The function that failed. */
  public String call() {
    return call;
  }

  /** What it answered. */
  public int status() {
    return status;
  }
}
