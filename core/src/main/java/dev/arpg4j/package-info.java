/**
 * Models, plans, the decoding loop and verification as a library.
 *
 * <p>The command line is in {@code dev.arpg4j.cli}.
 */
@NullMarked
package dev.arpg4j;

import org.jspecify.annotations.NullMarked;
