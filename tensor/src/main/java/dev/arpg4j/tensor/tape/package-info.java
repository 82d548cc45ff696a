/**
 * Gradients by recording: {@link dev.arpg4j.tensor.tape.Tape} listens to a forward pass and then
 * says its backward pass, in the same vocabulary, to the same backend.
 *
 * <ul>
 *   <li>The way forth: {@code Tape} passes each op on and records it ({@code Recording}), by the
 *       scope it was said in ({@code Segment}, {@code Said}).
 *   <li>The way back: {@code Walk} goes over the recording in reverse; what it does at each call
 *       ({@code Step}) is a {@code Rule}.
 *   <li>The mathematics: {@code ProductRules}, {@code NormRules}, {@code AttentionRules}, {@code
 *       MovementRules}, {@code ElementwiseRules}, {@code ReductionRules} and {@code ImageRules}
 *       have a rule for each op; {@code Rules} lists what is differentiated as its definition and
 *       what is a constant.
 * </ul>
 *
 * <p>Start at {@code Tape}, then {@code ElementwiseRules}, then {@code Walk}. Tests: {@code
 * property-tests}, package {@code dev.arpg4j.properties.gradients}.
 */
@NullMarked
package dev.arpg4j.tensor.tape;

import org.jspecify.annotations.NullMarked;
