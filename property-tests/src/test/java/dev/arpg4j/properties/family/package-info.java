/**
 * The contracts of the family: {@link dev.arpg4j.properties.family.VariantContract} is inherited
 * once for each variant, and {@link dev.arpg4j.properties.family.EveryVariantHasItsContractTest}
 * finds a variant without a test.
 */
@NullMarked
package dev.arpg4j.properties.family;

import org.jspecify.annotations.NullMarked;
