/**
 * Memory of the device: who holds it, and how numbers come and go.
 *
 * <p>Start at {@link dev.arpg4j.cuda.memory.DevicePool}, which lends {@link
 * dev.arpg4j.cuda.memory.DeviceBlock}s and says in one line when the device has no more. {@link
 * dev.arpg4j.cuda.memory.ReplayMemory} is what recorded graphs work in, {@link
 * dev.arpg4j.cuda.memory.WeightMemory} what never comes back before the backend closes, {@link
 * dev.arpg4j.cuda.memory.Staging} the pinned host memory between the two worlds. {@link
 * dev.arpg4j.cuda.memory.WeightLoader} brings weights over, kernels of convolutions in the order of
 * {@link dev.arpg4j.tensor.ChannelsLast}.
 *
 * <p>Everything is ordered by the backend's one stream: a block given back may be lent again at
 * once, because whoever gets it says its work after the work of whoever had it.
 *
 * <p>Tests: {@code DevicePoolTest} and {@code ReplayMemoryTest}; staging and faults on a device are
 * in {@code CudaMemoryTest} and {@code CudaFaultsTest} in the package above.
 */
@NullMarked
package dev.arpg4j.cuda.memory;

import org.jspecify.annotations.NullMarked;
