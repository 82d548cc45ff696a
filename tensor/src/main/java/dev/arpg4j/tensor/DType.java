package dev.arpg4j.tensor;

/**
 * How an element is held. A backend has one compute type (F32, F64 or, on a GPU, BF16) and every op
 * result has it; elsewhere BF16 is storage for weights only. I32 holds ids, positions and prefix
 * ends.
 */
public enum DType {
  F32(4),
  BF16(2),
  F64(8),
  I32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes an element takes. */
  public int bytes() {
    return bytes;
  }
}
