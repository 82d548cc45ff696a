package dev.arpg4j.cuda.driver;

import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;

import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.kernel.KernelId;
import dev.arpg4j.cuda.kernel.Launcher;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Launches on a {@link Gpu} by JavaCPP's class of the driver, where {@link Gpu#launch} calls it
 * through java.lang.foreign: so that the one way can be measured beside the other. For one thread.
 */
public final class PresetLauncher implements Launcher, AutoCloseable {
  private static final @Nullable PointerPointer<Pointer> NO_EXTRA = null;

  private final Gpu gpu;
  private final LongPointer slots = new LongPointer(DriverCalls.MAX_ARGUMENTS);
  private final PointerPointer<Pointer> pointers = new PointerPointer<>(DriverCalls.MAX_ARGUMENTS);

  /** A launcher on an open device. */
  public PresetLauncher(Gpu gpu) {
    this.gpu = gpu;
    for (int at = 0; at < DriverCalls.MAX_ARGUMENTS; at++) {
      pointers.put(at, slots.getPointer(at));
    }
  }

  @Override
  public void launch(KernelId kernel, Geometry geometry, Arguments arguments) {
    Kernels.Function function = gpu.ready(kernel, geometry, arguments);
    for (int at = 0; at < arguments.count(); at++) {
      slots.put(at, arguments.slot(at));
    }
    gpu.check(
        "cuLaunchKernel",
        cuLaunchKernel(
            function.preset(),
            geometry.gridX(),
            geometry.gridY(),
            geometry.gridZ(),
            geometry.block(),
            1,
            1,
            geometry.sharedBytes(),
            gpu.stream(),
            pointers,
            NO_EXTRA));
  }

  @Override
  public int multiprocessors() {
    return gpu.multiprocessors();
  }

  @Override
  public void close() {
    pointers.close();
    slots.close();
  }
}
