/**
 * Checkpoints written anew: any container in, one safetensors file with its sizes out.
 *
 * <p>Start at {@link dev.arpg4j.convert.Conversion}; {@code WholeModel} is what it writes, read and
 * checked by the model's own reader ({@link dev.arpg4j.variant.VariantCheckpoint}, {@link
 * dev.arpg4j.tokenizer.VqCheckpoint}). The command is {@code ConvertCommand} in {@code
 * dev.arpg4j.cli}; tests stand beside it, and in {@code dev.arpg4j.model} those of the containers.
 */
@NullMarked
package dev.arpg4j.convert;

import org.jspecify.annotations.NullMarked;
