/**
 * The CUDA kernels of this project and how each is launched.
 *
 * <p>Start at {@link dev.arpg4j.cuda.kernel.Launcher}, the seam to a device, then read a typed
 * launcher such as {@link dev.arpg4j.cuda.kernel.RowNorms} beside its source {@code rownorms.cu} in
 * the resources: shapes and limits are in the launcher, the reasons for the code in the source.
 * {@link dev.arpg4j.cuda.kernel.KernelSource} puts {@code prelude.cuh} in front of a source and
 * says how it is compiled; {@link dev.arpg4j.cuda.kernel.Fault} is how kernels report bad indices.
 *
 * <p>Addresses are device pointers in {@code long}; sizes are in entries unless they say bytes; all
 * launchers return at once, and do nothing for empty operands. Tests run the same sources on the
 * CPU: {@code src/test/native/shim}, {@code KernelScenarios} and the tests that run them.
 */
@NullMarked
package dev.arpg4j.cuda.kernel;

import org.jspecify.annotations.NullMarked;
