package dev.arpg4j.model;

import dev.arpg4j.tensor.Tensor;

/**
 * What a pass through {@link AdaLnStack} reads beside its rows.
 *
 * @param condition [B, n, D], or [B, 1, D] for all rows of a sequence
 * @param visibleEnd I32 [n]
 * @param first I32 [1], zero: what to look up in tables of one row
 */
public record AdaLnReads(Tensor condition, Tensor visibleEnd, KvMemory memory, Tensor first) {}
