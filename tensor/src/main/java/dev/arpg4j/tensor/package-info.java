/**
 * The vocabulary that models are written in, and what a backend must be.
 *
 * <p>Start at {@link dev.arpg4j.tensor.Ops}: one method per op, inherited by topic, with its
 * formula, shapes and errors; {@link dev.arpg4j.tensor.Definitions} says fused ops as the simpler
 * ones they are defined by. {@link dev.arpg4j.tensor.Backend} adds the memory they work on: {@link
 * dev.arpg4j.tensor.Tensor}s in {@link dev.arpg4j.tensor.Scope}s, {@link dev.arpg4j.tensor.Weight}s
 * and {@link dev.arpg4j.tensor.KvCache}s. Shape rules stand in {@link dev.arpg4j.tensor.OpShapes},
 * {@link dev.arpg4j.tensor.LayerNormShapes} and {@link dev.arpg4j.tensor.ImageShapes}; {@link
 * dev.arpg4j.tensor.Ceilings} are what a device does at best. Sub-packages: {@code interpret}
 * (count, time, trace, check, compare), {@code tape} (gradients), {@code cases} (inputs and error
 * bounds of every op), {@code io} (safetensors, .pt, npz), {@code random} (Philox streams).
 *
 * <p>Shape letters: B batch (branches times images), I images, n rows fed now, m cache rows, N
 * cells, D width, H heads, d head width, F inner width, V vocabulary.
 */
@NullMarked
package dev.arpg4j.tensor;

import org.jspecify.annotations.NullMarked;
