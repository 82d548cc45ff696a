/**
 * The contracts of the family: {@link dev.arpg4j.properties.family.VariantContract} is inherited
 * once for each variant, and {@link dev.arpg4j.properties.family.EveryVariantHasItsContractTest}
 * finds a variant without a test. {@link dev.arpg4j.properties.family.VariantMutantsTest} breaks
 * each of them, and its contract has to notice.
 */
@NullMarked
package dev.arpg4j.properties.family;

import org.jspecify.annotations.NullMarked;
