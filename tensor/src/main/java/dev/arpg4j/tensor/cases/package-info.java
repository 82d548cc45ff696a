/**
 * One list of op cases for everyone: unit tests, properties, benchmarks and {@code verify} take
 * their shapes, inputs and tolerances from here.
 *
 * <p>Start at {@link dev.arpg4j.tensor.cases.OpCases}, then {@link dev.arpg4j.tensor.cases.OpCase}:
 * inputs drawn from a Philox seed, for any backend. How far two backends may part on an op stands
 * in {@link dev.arpg4j.tensor.cases.ErrorBounds}, with its argument; {@link
 * dev.arpg4j.tensor.cases.Comparison} applies it and says where and by how much it failed; {@link
 * dev.arpg4j.tensor.cases.OpSurvey} does so for all cases of an op. Tests in {@code
 * tensor/src/test/java/dev/arpg4j/tensor/cases}.
 */
@NullMarked
package dev.arpg4j.tensor.cases;

import org.jspecify.annotations.NullMarked;
