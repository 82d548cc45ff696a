package dev.arpg4j.cuda.driver;

import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetAttribute;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetName;
import static org.bytedeco.cuda.global.cudart.cuDriverGetVersion;

import java.nio.charset.StandardCharsets;

/**
 * What a device is, as its driver says it.
 *
 * @param computeCapability ten times the major and the minor number: 90 for compute capability 9.0
 * @param l2Bytes of the cache that all multiprocessors share
 * @param sharedBytesPerBlock the most shared memory that a block can ask for
 * @param driverVersion what CUDA version the driver supports: 13000 for 13.0
 */
public record DeviceProperties(
    String name,
    int computeCapability,
    int multiprocessors,
    int l2Bytes,
    int sharedBytesPerBlock,
    int driverVersion) {

  /** What a call to the driver answered. */
  @FunctionalInterface
  interface Check {
    /** Throws if {@code status} is not success. */
    void that(String call, int status);
  }

  /** Asks the driver, which is initialized. */
  static DeviceProperties of(int device, Check check) {
    int[] version = new int[1];
    check.that("cuDriverGetVersion", cuDriverGetVersion(version));
    byte[] text = new byte[256];
    check.that("cuDeviceGetName", cuDeviceGetName(text, text.length, device));
    return new DeviceProperties(
        new String(text, StandardCharsets.UTF_8).split("\0", 2)[0],
        10 * attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device, check)
            + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device, check),
        attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device, check),
        attribute(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, device, check),
        attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, device, check),
        version[0]);
  }

  private static int attribute(int which, int device, Check check) {
    int[] answer = new int[1];
    check.that("cuDeviceGetAttribute", cuDeviceGetAttribute(answer, which, device));
    return answer[0];
  }
}
