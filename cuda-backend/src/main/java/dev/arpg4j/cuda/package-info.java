/**
 * The op vocabulary on an NVIDIA device. The only room that may see {@code org.bytedeco} and native
 * calls.
 *
 * <p>Start at {@link dev.arpg4j.cuda.CudaProvider}, which looks at the machine and opens {@link
 * dev.arpg4j.cuda.CudaBackend}: weights, caches, constants. What each op enqueues stands in {@code
 * DeviceOps} and the classes it asks ({@code DeviceProducts}, {@code DeviceAttention}, {@code
 * DeviceImages}), where tensors live in {@code Storage}. {@code CudaRoutine} turns work that is
 * said again into a graph; {@code Recording} is what that graph stands on.
 *
 * <p>Below: {@code driver} (device, libraries, compiler), {@code kernel} (our own CUDA sources),
 * {@code blas} (matrix products), {@code memory} (pools, staging, weights), {@code graph} (the
 * stream and its recordings).
 *
 * <p>Tests run over stand-in libraries on the CPU: the op cases of both modes in {@code
 * CudaCasesTest}, routines in {@code CudaRoutineTest}, memory in {@code CudaMemoryTest},
 * convolutions of many parts in {@code CudaImagesTest}.
 */
@NullMarked
package dev.arpg4j.cuda;

import org.jspecify.annotations.NullMarked;
