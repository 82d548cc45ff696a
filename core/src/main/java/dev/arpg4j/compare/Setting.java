package dev.arpg4j.compare;

import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import java.util.Optional;

/**
 * What a comparison is computed in, and under which ceilings.
 *
 * @param compute what the backend computes in and caches hold
 * @param storage what matrices are held in
 * @param ceilings of the machine; empty where they are not known
 */
public record Setting(DType compute, DType storage, Optional<Ceilings> ceilings) {
  /** The same, without ceilings. */
  public Setting(DType compute, DType storage) {
    this(compute, storage, Optional.empty());
  }

  /** The same under the ceilings of a machine. */
  public Setting under(Optional<Ceilings> measured) {
    return new Setting(compute, storage, measured);
  }
}
