/**
 * The gradients of {@link dev.arpg4j.tensor.tape.Tape}, held against finite differences.
 *
 * <p>Start at {@link dev.arpg4j.properties.gradients.OpGradientsTest}: {@code OpGradients} and
 * {@code ImageGradients} draw an op with random operands ({@code GradientCase}), {@code
 * FiniteDifferences} judges its gradients. {@code BackwardMutantsTest} breaks the backward pass and
 * sees each fault noticed; {@code RecomputedModelsTest} holds the gradients of whole models, with
 * activations recomputed, to those with activations kept.
 */
@NullMarked
package dev.arpg4j.properties.gradients;

import org.jspecify.annotations.NullMarked;
