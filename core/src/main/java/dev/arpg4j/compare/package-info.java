/**
 * The systems of the family beside each other: {@link dev.arpg4j.compare.Lineup} says which at
 * which sizes, {@link dev.arpg4j.compare.ImageCost} what an image costs by the cost model, {@link
 * dev.arpg4j.compare.BatchWork} what a batch needs under the ceilings of a machine, {@link
 * dev.arpg4j.compare.Measured} what it took, {@link dev.arpg4j.compare.Ordering} where the model
 * and the clock disagree, and {@link dev.arpg4j.compare.Claim} what was published. Start at {@link
 * dev.arpg4j.compare.Row}.
 */
@NullMarked
package dev.arpg4j.compare;

import org.jspecify.annotations.NullMarked;
