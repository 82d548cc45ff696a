/**
 * The only randomness of the project: Philox streams keyed by seed and counted by image, slot, draw
 * and purpose.
 *
 * <p>Start at {@link dev.arpg4j.tensor.random.Philox}; what the last counter word means stands in
 * {@link dev.arpg4j.tensor.random.Purpose}.
 */
@NullMarked
package dev.arpg4j.tensor.random;

import org.jspecify.annotations.NullMarked;
