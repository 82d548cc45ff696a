package dev.arpg4j.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Words that hold two bfloat16 numbers each, widened a vector at a time. */
final class Bf16Pairs {
  private static final int HIGH_HALF = 0xffff0000;

  private Bf16Pairs() {}

  /** Widens the low halves of packed words. */
  static FloatVector low(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /** Widens the high halves of packed words. */
  static FloatVector high(IntVector pairs) {
    return pairs.lanewise(VectorOperators.AND, HIGH_HALF).reinterpretAsFloats();
  }
}
