package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;

/**
 * How exactly a backend computes, as relative errors of one operation.
 *
 * @param accumulation unit roundoff u inside an op: fl(a ∘ b) = (a ∘ b)(1 + δ), |δ| ≤ u
 * @param result what writing an op's result down costs once more: 0 where results have the type
 *     they were computed in
 * @param tiny an absolute error that explains underflow: 2^26 terms flushed at the smallest normal
 */
public record Precision(double accumulation, double result, double tiny) {
  /** Nothing rounds. */
  public static final Precision EXACT = new Precision(0, 0, 0);

  /** The precision of a compute type; BF16 means sums in F32 and results rounded to bfloat16. */
  public static Precision of(DType computeType) {
    return switch (computeType) {
      case F64 -> new Precision(0x1p-53, 0, 0x1p-996);
      case F32 -> new Precision(0x1p-24, 0, 0x1p-100);
      case BF16 -> new Precision(0x1p-24, 0x1p-8, 0x1p-100);
      case I32 -> EXACT;
    };
  }

  /** The relative error of writing a number of any size down as this compute type holds it. */
  public static double storing(DType computeType) {
    Precision precision = of(computeType);
    return precision.accumulation + precision.result;
  }

  /** The errors of two computers together, for the difference of their results. */
  Precision plus(Precision other) {
    return new Precision(
        accumulation + other.accumulation, result + other.result, tiny + other.tiny);
  }
}
