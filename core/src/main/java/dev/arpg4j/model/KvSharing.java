package dev.arpg4j.model;

/** Whether the cross layers read one global pair of keys and values (VARIANTS.md 1.11). */
public enum KvSharing {
  /** One projection of the pass-1 output, read by every cross layer: the published decoder. */
  SHARED,
  /** Every cross layer projects keys and values of its own. */
  PER_LAYER
}
