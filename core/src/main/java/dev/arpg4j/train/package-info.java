/**
 * Training: {@link dev.arpg4j.train.Recipe} says how, {@link dev.arpg4j.train.Trainer} does it step
 * by step.
 *
 * <p>A step is {@code Trainer.step}: micro-batches of examples through the objective on a tape,
 * their gradients put together by {@link dev.arpg4j.train.Gradients}, and {@link
 * dev.arpg4j.train.Optimizer}, which holds the master values and moments. {@link
 * dev.arpg4j.train.RunState} is what a killed run goes on from, {@link
 * dev.arpg4j.train.ModelExport} what decoding reads, {@link dev.arpg4j.train.Validation} the loss
 * on images held out. Tests stand under the same package name.
 */
@NullMarked
package dev.arpg4j.train;

import org.jspecify.annotations.NullMarked;
