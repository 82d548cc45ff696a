/**
 * Models, the loop that decodes with them, the systems of the family and verification as a library.
 *
 * <p>Blocks and weights are in {@code dev.arpg4j.model}, the loop in {@code dev.arpg4j.decode}, the
 * systems in {@code dev.arpg4j.variant}; the command line is in {@code dev.arpg4j.cli}.
 */
@NullMarked
package dev.arpg4j;

import org.jspecify.annotations.NullMarked;
