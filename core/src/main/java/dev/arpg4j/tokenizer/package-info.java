/**
 * Tokenizers: images to ids and back.
 *
 * <p>Start at {@link dev.arpg4j.tokenizer.Tokenizer}, what every tokenizer can do, then {@link
 * dev.arpg4j.tokenizer.VqTokenizer}, the VQ-16 of LlamaGen that ARPG was trained on: {@link
 * dev.arpg4j.tokenizer.Encoder} and {@link dev.arpg4j.tokenizer.Decoder} are {@link
 * dev.arpg4j.tokenizer.Stage}s one after another, {@link dev.arpg4j.tokenizer.Quantizer} stands
 * between. {@link dev.arpg4j.tokenizer.VqConfig} has the sizes, {@link
 * dev.arpg4j.tokenizer.VqParameters} the published parameter names, {@link
 * dev.arpg4j.tokenizer.VqCheckpoint} reads files, {@link dev.arpg4j.tokenizer.Pixels} are images as
 * numbers. Tests stand in the package of the same name; golden numbers in {@code
 * dev.arpg4j.verify.golden}.
 */
@NullMarked
package dev.arpg4j.tokenizer;

import org.jspecify.annotations.NullMarked;
