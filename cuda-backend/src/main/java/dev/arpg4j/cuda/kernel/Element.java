package dev.arpg4j.cuda.kernel;

import java.util.Locale;

/** The type that a kernel reads and writes; arithmetic inside is float32 for both. */
public enum Element {
  /** Four bytes. Kernels that only move entries serve int32 under this type too. */
  F32(4),
  /** The upper half of a float32, stored by round-to-nearest-even. */
  BF16(2);

  private final int bytes;

  Element(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one entry. */
  public int bytes() {
    return bytes;
  }

  /** Entries of a 16-byte vector. */
  public int perVector() {
    return 16 / bytes;
  }

  /** What follows a kernel's name in its symbol, {@code _f32} or {@code _bf16}. */
  public String suffix() {
    return "_" + name().toLowerCase(Locale.ROOT);
  }

  /** The compiler's argument that chooses this type. */
  public String define() {
    return "-DELEMENT_" + name();
  }
}
