/**
 * The family's transformers: sizes, weights and the forward passes.
 *
 * <p>Start at {@link dev.arpg4j.model.Arpg}, the two-pass decoder, whose {@code encode} and {@code
 * predict} are passes 1 and 2; {@link dev.arpg4j.model.SelfBlock} and {@link
 * dev.arpg4j.model.CrossBlock} are their layers, and {@link dev.arpg4j.model.Queries} what targets
 * bring to pass 2. {@link dev.arpg4j.model.Backbone} is one stack of the same self blocks, which
 * LlamaGen, RandAR, PAR, NAR and RadAR share; {@link dev.arpg4j.model.AdaLnStack} carries {@link
 * dev.arpg4j.model.RarModel} and {@link dev.arpg4j.model.VarModel}, and {@link
 * dev.arpg4j.model.Bert} is MaskGIT's. Keys and values go through a {@link
 * dev.arpg4j.model.KvMemory}, cached or whole, so a step and a whole forward pass are the same
 * code; {@link dev.arpg4j.model.WeightLoader} loads parameters under their published names.
 *
 * <p>{@link dev.arpg4j.model.ArpgConfig} has ARPG's sizes and the published parameter names, {@link
 * dev.arpg4j.model.Zoo} the models by name, {@link dev.arpg4j.model.ModelWeights} where weights
 * come from. {@link dev.arpg4j.model.Checkpoint} reads files: {@link dev.arpg4j.model.FileKind}
 * tells what is in one, {@code Recognition} which published size, {@link dev.arpg4j.model.Fit}
 * whether all of it is there. The loop around them stands in {@code dev.arpg4j.decode}, who feeds
 * which rows in {@code dev.arpg4j.variant}.
 */
@NullMarked
package dev.arpg4j.model;

import org.jspecify.annotations.NullMarked;
