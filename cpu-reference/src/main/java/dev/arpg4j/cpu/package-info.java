/**
 * Two backends on the CPU: the float64 oracle in plain loops, and the SIMD backend.
 *
 * <p>Other rooms reach them by {@link java.util.ServiceLoader} only.
 */
@NullMarked
package dev.arpg4j.cpu;

import org.jspecify.annotations.NullMarked;
