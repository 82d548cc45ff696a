/**
 * What must hold for every model, plan and backend, tried on random ones.
 *
 * <p>Start at the three headline promises: {@link dev.arpg4j.properties.CausalityTest}, {@link
 * dev.arpg4j.properties.CacheInvarianceTest} and {@link
 * dev.arpg4j.properties.ParallelAndSequentialTest}. Each method names a property of {@link
 * dev.arpg4j.verify.Properties}, where it is stated; {@code Drawn} draws its cases and checks them
 * on both CPU backends, {@link dev.arpg4j.properties.cuda} on the CUDA backend over a stand-in
 * device. The other promises (definition, positions, guidance, sampling, company, insertion order)
 * have a class each, and {@code EveryPropertyIsDrawnTest} sees that none is left out. That these
 * tests would notice a fault is proved in {@link dev.arpg4j.properties.mutants.MutantsTest}; the
 * structure of the code itself is checked in {@link
 * dev.arpg4j.properties.architecture.ArchitectureTest}.
 *
 * <p>Class names end in {@code Test}: Surefire runs nothing else.
 */
@NullMarked
package dev.arpg4j.properties;

import org.jspecify.annotations.NullMarked;
