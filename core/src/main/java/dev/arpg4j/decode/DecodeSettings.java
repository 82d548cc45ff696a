package dev.arpg4j.decode;

import dev.arpg4j.tensor.Sampling;

/**
 * Everything that decides which image comes out of a model for a class and a place in the request.
 *
 * @param steps S, 1 .. cells to decode
 * @param pass1 which content rows see which; {@link Pass1Mask} or one's own
 * @param seed the Philox key
 */
public record DecodeSettings(
    int steps,
    StepSchedule schedule,
    Guidance guidance,
    Sampling sampling,
    GenerationOrder order,
    Visibility pass1,
    long seed) {}
