package dev.arpg4j.cuda.kernel;

/**
 * What the typed launchers of this package need of a device. {@code driver.Gpu} is one; the tests
 * have another that runs the same sources on the CPU.
 */
public interface Launcher {
  /**
   * Enqueues one launch on the device's stream; work already enqueued is done before it, and
   * nothing is waited for. The launcher opts in to {@link Geometry#sharedBytes} above 48 KiB.
   */
  void launch(KernelId kernel, Geometry geometry, Arguments arguments);

  /** How many multiprocessors the device has, 132 for an H100: grids are cut to fill them. */
  int multiprocessors();
}
