/**
 * The CUDA backend under the properties and under a whole decode, on the stand-in device.
 *
 * <p>Start at {@link dev.arpg4j.properties.cuda.PropertiesOnCudaTest}: every property that the CPU
 * is held to. {@link dev.arpg4j.properties.cuda.DecodeOnCudaTest} decodes the embedded model and
 * counts what the host asks of the device meanwhile. Where the stand-in cannot be built, they are
 * reported as not run.
 */
@NullMarked
package dev.arpg4j.properties.cuda;

import org.jspecify.annotations.NullMarked;
