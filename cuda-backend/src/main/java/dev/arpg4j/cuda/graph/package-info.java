/**
 * The one stream of a device, and work recorded from it.
 *
 * <p>Start at {@link dev.arpg4j.cuda.graph.GpuStream}, through which everything is enqueued: it
 * keeps other threads' work out while one thread records. {@link dev.arpg4j.cuda.graph.Replay} is a
 * recorded graph with what has to hold before it runs again and what has to happen besides.
 *
 * <p>Tests: {@code RoutineTest} in the package above.
 */
@NullMarked
package dev.arpg4j.cuda.graph;

import org.jspecify.annotations.NullMarked;
