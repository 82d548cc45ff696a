/**
 * Decoding: whose cells, in which steps, under which mask.
 *
 * <p>Start at {@link dev.arpg4j.decode.Decoder}, then {@link dev.arpg4j.decode.DecodeSession}: the
 * cached loop, which reads like the paper. {@link dev.arpg4j.decode.OneShot} is the same decode in
 * one masked forward pass, and the teacher-forced forward. A decode is an {@link
 * dev.arpg4j.decode.GenerationOrder} cut into a {@link dev.arpg4j.decode.Plan} by a {@link
 * dev.arpg4j.decode.StepSchedule}, a {@link dev.arpg4j.decode.Visibility} (the pass-1 mask), {@link
 * dev.arpg4j.decode.Guidance} and a {@link dev.arpg4j.decode.TokenChooser}. What these promise is
 * tested in {@code property-tests}.
 */
@NullMarked
package dev.arpg4j.decode;

import org.jspecify.annotations.NullMarked;
