/**
 * The one stream of a device as several threads use it.
 *
 * <p>Start at {@link dev.arpg4j.cuda.graph.GpuStream}, through which everything is enqueued: it
 * keeps other threads' work out while one thread records a {@link dev.arpg4j.cuda.driver.Graph}.
 * What has to hold before a graph runs again stands in {@code Recording} in the package above.
 *
 * <p>Tests: {@code CudaRoutineTest} in the package above.
 */
@NullMarked
package dev.arpg4j.cuda.graph;

import org.jspecify.annotations.NullMarked;
