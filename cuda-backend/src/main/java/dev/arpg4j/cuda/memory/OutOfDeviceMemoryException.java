package dev.arpg4j.cuda.memory;

import dev.arpg4j.tensor.InvalidInputException;

/** The device has not as much memory as was asked for; the message says what would lower it. */
public final class OutOfDeviceMemoryException extends InvalidInputException {
  private static final long serialVersionUID = 1L;
  private static final long MEBIBYTE = 1 << 20;

  OutOfDeviceMemoryException(long asked, long held, RawMemory device, String remedy) {
    super(
        ("out of GPU memory: asked for %d MiB more, held %d MiB, free %d MiB of %d MiB; %s")
            .formatted(
                Math.ceilDiv(asked, MEBIBYTE),
                held / MEBIBYTE,
                device.freeBytes() / MEBIBYTE,
                device.totalBytes() / MEBIBYTE,
                remedy));
  }
}
