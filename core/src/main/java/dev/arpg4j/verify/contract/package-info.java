/**
 * The table of VARIANTS.md 7 made executable: what each {@link dev.arpg4j.variant.Variant} claims
 * of each property, checked where it claims that it holds, and exhibited where it claims that it
 * does not.
 *
 * <p>Start at {@link dev.arpg4j.verify.contract.Clauses}, the properties; {@link
 * dev.arpg4j.verify.contract.ContractRun} tries one on a variant. Probes speak of layouts, feeds
 * and networks alone, so a new variant writes none. Tests are the {@code VariantContract}s of
 * property-tests.
 */
@NullMarked
package dev.arpg4j.verify.contract;

import org.jspecify.annotations.NullMarked;
