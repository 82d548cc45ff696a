package dev.arpg4j.ablate;

import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.compare.Measured;
import dev.arpg4j.judge.Scores;

/**
 * What a line of a table came to.
 *
 * @param decoded how the line was decoded, in one phrase
 * @param cost of decoding an image, counted
 * @param heldOut loss on images held out, nats a token; NaN if there are none. Systems of different
 *     objectives do not compare by it
 * @param measured of decoding a batch
 * @param device that did
 */
public record Result(
    Line line,
    String decoded,
    ImageCost cost,
    double heldOut,
    Scores scores,
    Measured measured,
    String device) {}
