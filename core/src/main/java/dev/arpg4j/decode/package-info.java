/**
 * Decoding: the loop of the whole family, and what a system tells it.
 *
 * <p>Start at {@link dev.arpg4j.decode.Decoder}, then {@link dev.arpg4j.decode.DecodeSession}: the
 * cached loop. {@link dev.arpg4j.decode.Decoding} is how a system decodes, pure data: a {@link
 * dev.arpg4j.decode.Plan} of steps, a {@link dev.arpg4j.decode.Layout} with a {@link
 * dev.arpg4j.decode.Feed} for each (its rows, what they see, which of them predict what), and what
 * becomes of ids ({@link dev.arpg4j.decode.Commit}). {@link dev.arpg4j.decode.Network} turns the
 * rows of a feed into logits; {@link dev.arpg4j.decode.ForwardPass} does so for a whole image at
 * once, as training does. ARPG is {@link dev.arpg4j.decode.TwoPass} with {@link
 * dev.arpg4j.decode.TwoPassDecoding}, and {@link dev.arpg4j.decode.OneShot} its decode in one
 * masked forward pass; the others are in {@code dev.arpg4j.variant}.
 *
 * <p>What a request chooses is {@link dev.arpg4j.decode.DecodeSettings}: a {@link
 * dev.arpg4j.decode.GenerationOrder}, a {@link dev.arpg4j.decode.StepSchedule}, a {@link
 * dev.arpg4j.decode.Visibility} (ARPG's pass-1 mask), {@link dev.arpg4j.decode.Guidance}; {@link
 * dev.arpg4j.decode.TokenChooser} draws. What these promise is tested in {@code property-tests}.
 */
@NullMarked
package dev.arpg4j.decode;

import org.jspecify.annotations.NullMarked;
