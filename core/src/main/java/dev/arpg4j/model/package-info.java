/**
 * The two-pass decoder: sizes, weights and the forward passes.
 *
 * <p>Start at {@link dev.arpg4j.model.Arpg}, whose {@code encode} and {@code predict} are passes 1
 * and 2; {@link dev.arpg4j.model.SelfBlock} and {@link dev.arpg4j.model.CrossBlock} are their
 * layers, and {@link dev.arpg4j.model.Queries} what targets bring to pass 2. {@link
 * dev.arpg4j.model.ArpgConfig} has the sizes and the published parameter names, {@link
 * dev.arpg4j.model.Zoo} the models by name, {@link dev.arpg4j.model.ModelWeights} where weights
 * come from. {@link dev.arpg4j.model.Checkpoint} reads files: {@link dev.arpg4j.model.FileKind}
 * tells what is in one, {@code Recognition} which published size, {@link dev.arpg4j.model.Fit}
 * whether all of it is there. The loop around it stands in {@code dev.arpg4j.decode}.
 */
@NullMarked
package dev.arpg4j.model;

import org.jspecify.annotations.NullMarked;
