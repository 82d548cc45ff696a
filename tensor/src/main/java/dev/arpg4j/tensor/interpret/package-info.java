/**
 * Interpreters: backends that listen to the same {@link dev.arpg4j.tensor.Ops} as the ones that
 * compute, and add up, time, check or compare what is said.
 *
 * <p>Start at {@link dev.arpg4j.tensor.interpret.ForwardingOps}, which all of them extend: it
 * passes every op on as a {@link dev.arpg4j.tensor.interpret.Call}, so an interpreter overrides one
 * method and misses none. Then {@link dev.arpg4j.tensor.interpret.Timing} (where the time goes),
 * {@link dev.arpg4j.tensor.interpret.Tracing} (time and cost of every call by itself), {@link
 * dev.arpg4j.tensor.interpret.Checked} (the first NaN or bad index, by op), {@link
 * dev.arpg4j.tensor.interpret.Counting} over {@link dev.arpg4j.tensor.interpret.Shapes} (the cost
 * model, without computing) and {@link dev.arpg4j.tensor.interpret.Comparing} (two backends in
 * step). They stack: {@code new Timing(new Checked(backend))}. Tests are in this package and, over
 * the oracle, in {@code dev.arpg4j.cpu}.
 */
@NullMarked
package dev.arpg4j.tensor.interpret;

import org.jspecify.annotations.NullMarked;
