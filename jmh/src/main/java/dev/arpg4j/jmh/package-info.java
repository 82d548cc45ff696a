/**
 * Microbenchmarks and step latency; each file states its question and how to run it.
 *
 * <p>{@code ./arpg bench jmh [pattern]} runs them with the right JVM and flags.
 */
@NullMarked
package dev.arpg4j.jmh;

import org.jspecify.annotations.NullMarked;
