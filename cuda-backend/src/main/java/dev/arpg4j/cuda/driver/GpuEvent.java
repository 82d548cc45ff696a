package dev.arpg4j.cuda.driver;

import static org.bytedeco.cuda.global.cudart.CU_EVENT_DEFAULT;
import static org.bytedeco.cuda.global.cudart.cuEventCreate;
import static org.bytedeco.cuda.global.cudart.cuEventDestroy;
import static org.bytedeco.cuda.global.cudart.cuEventElapsedTime;
import static org.bytedeco.cuda.global.cudart.cuEventRecord;
import static org.bytedeco.cuda.global.cudart.cuEventSynchronize;

import org.bytedeco.cuda.cudart.CUevent_st;

/** A moment in a device's stream of work: passed when all that was enqueued before it is done. */
public final class GpuEvent implements AutoCloseable {
  private final Gpu gpu;
  private final CUevent_st event = new CUevent_st();
  private boolean closed;

  GpuEvent(Gpu gpu) {
    this.gpu = gpu;
    gpu.check("cuEventCreate", cuEventCreate(event, CU_EVENT_DEFAULT));
    gpu.check("cuEventRecord", cuEventRecord(event, gpu.stream()));
  }

  /**
   * Records it again, at the end of all that is enqueued now.
   *
   * @throws CudaException if the driver refuses
   */
  public void recordAgain() {
    gpu.enter();
    gpu.check("cuEventRecord", cuEventRecord(event, gpu.stream()));
  }

  /**
   * Waits until the moment has passed.
   *
   * @throws CudaException if work before it failed
   */
  public void await() {
    gpu.enter();
    gpu.check("cuEventSynchronize", cuEventSynchronize(event));
  }

  /**
   * Milliseconds on the device's clock from {@code earlier} to here, in steps of about half a
   * microsecond; waits for both.
   *
   * @throws CudaException if work before either failed
   */
  public double millisSince(GpuEvent earlier) {
    earlier.await();
    await();
    float[] millis = new float[1];
    gpu.check("cuEventElapsedTime", cuEventElapsedTime(millis, earlier.event, event));
    return millis[0];
  }

  /** Gives the event back; the device does not wait. Closing the device closes its events. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      gpu.forget(this);
      gpu.enter();
      gpu.check("cuEventDestroy", cuEventDestroy(event));
      event.close();
    }
  }
}
