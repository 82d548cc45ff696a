/**
 * Gradients by recording: {@link dev.arpg4j.tensor.tape.Tape} listens to a forward pass and then
 * says its backward pass, in the same vocabulary, to the same backend.
 */
@NullMarked
package dev.arpg4j.tensor.tape;

import org.jspecify.annotations.NullMarked;
