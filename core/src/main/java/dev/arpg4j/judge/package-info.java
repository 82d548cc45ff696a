/**
 * How good samples are: their distance to real images, and whether they show what was asked for.
 *
 * <p>A small {@link dev.arpg4j.judge.Classifier} turns an image into 64 features and a class.
 * {@link dev.arpg4j.judge.Gaussian} measures the distance of two sets of features, {@link
 * dev.arpg4j.judge.Score} says both numbers of a set of images, with intervals, and {@link
 * dev.arpg4j.judge.Scores} those of several seeds. What the numbers are worth stands in {@code
 * docs/judging.md}. Start at {@link dev.arpg4j.judge.Judge}.
 */
@NullMarked
package dev.arpg4j.judge;

import org.jspecify.annotations.NullMarked;
