/**
 * The one stream of a device, and work recorded from it.
 *
 * <p>Start at {@link dev.arpg4j.cuda.graph.GpuStream}, through which everything is enqueued: it
 * keeps other threads' work out while one thread records.
 *
 * <p>Tests: {@code CudaRoutineTest} in the package above, whose {@code CudaRoutine} is what
 * records.
 */
@NullMarked
package dev.arpg4j.cuda.graph;

import org.jspecify.annotations.NullMarked;
