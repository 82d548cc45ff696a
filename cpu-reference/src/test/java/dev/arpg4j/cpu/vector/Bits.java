package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Lanes;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import java.util.Arrays;
import java.util.List;

/** Results as bits, so that −0 and 0 differ and NaN equals itself. */
final class Bits {
  private static final boolean THOROUGH = Boolean.getBoolean("arpg4j.thorough");

  /** An emulated width is slow: there the thorough round alone is patient. */
  static final boolean EMULATED_BRIEFLY = Lanes.bits() > Lanes.machineBits() && !THOROUGH;

  /** At widths other than the machine's own, large cases wait for the thorough round. */
  private static final boolean SMALL_ALONE =
      (EMULATED_BRIEFLY || Boolean.getBoolean("arpg4j.again")) && !THOROUGH;

  private Bits() {}

  /** The op cases that tests at this width go through. */
  static List<OpCase> cases() {
    return SMALL_ALONE ? OpCases.small() : OpCases.all();
  }

  static int[] of(Tensor tensor) {
    if (tensor.dtype() == DType.I32) {
      return tensor.toInts();
    }
    float[] values = tensor.toFloats();
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  /** The result of a case. */
  static int[] of(OpCase opCase, Backend backend) {
    try (Scope scope = backend.scope()) {
      return of(opCase.prepare(backend).call().on(backend));
    }
  }

  /** Prints a digest of every small case's bits: what {@code WidthIndependenceTest} compares. */
  public static void main(String[] args) {
    try (VectorBackend backend = new VectorBackend(2, 1)) {
      for (OpCase opCase : OpCases.small()) {
        System.out.println(opCase.name() + " " + Arrays.hashCode(of(opCase, backend)));
      }
    }
  }
}
