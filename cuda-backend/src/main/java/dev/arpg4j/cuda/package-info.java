/**
 * The CUDA backend's room. Today it can look for a driver and say so; the backend is not here yet.
 *
 * <p>Start at {@link dev.arpg4j.cuda.CudaProvider}, which announces the backend's name and refuses
 * to open it; {@link dev.arpg4j.cuda.driver.Probe} looks at the machine. The only room that may see
 * {@code org.bytedeco} and native calls.
 *
 * <p>The map of what is to come: {@code kernel} (CUDA sources compiled by NVRTC), {@code blas}
 * (matrix products), {@code memory} (scopes over a stream-ordered pool), {@code graph} (one
 * captured graph a step).
 */
@NullMarked
package dev.arpg4j.cuda;

import org.jspecify.annotations.NullMarked;
