package dev.arpg4j.bench;

import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.interpret.Tracing;
import java.util.Optional;

/**
 * Calls in sum.
 *
 * @param bytes that had to move at least: weights, cached keys and values, activations in and out
 * @param flops all operations, a multiply-add is two
 * @param millis that they took
 * @param rooflineMillis that they take at best, each call as long as its bytes or its operations
 *     need; 0 where no ceilings are known
 */
public record OpSum(long calls, long bytes, long flops, double millis, double rooflineMillis) {
  /** Nothing. */
  public static final OpSum NONE = new OpSum(0, 0, 0, 0, 0);

  private static final double MILLIS_PER_SECOND = 1e3;

  static OpSum of(Tracing.Traced call, Optional<Ceilings> ceilings) {
    double best = ceilings.map(known -> known.seconds(call.bytes(), call.flops())).orElse(0.0);
    return new OpSum(1, call.bytes(), call.flops(), call.millis(), best * MILLIS_PER_SECOND);
  }

  /** Both together. */
  public OpSum plus(OpSum other) {
    return new OpSum(
        calls + other.calls,
        bytes + other.bytes,
        flops + other.flops,
        millis + other.millis,
        rooflineMillis + other.rooflineMillis);
  }

  /** The same work in another time. */
  public OpSum within(double newMillis) {
    return new OpSum(calls, bytes, flops, newMillis, rooflineMillis);
  }

  /** Bytes a second, in 1e9; 0 if it took no time. */
  public double gigabytesPerSecond() {
    return millis == 0 ? 0 : bytes / millis * 1e-6;
  }

  /** Operations a second, in 1e9; 0 if it took no time. */
  public double gigaflopsPerSecond() {
    return millis == 0 ? 0 : flops / millis * 1e-6;
  }

  /** The best time as a share of the time taken: 1 is a kernel without a fault. */
  public double rooflineShare() {
    return millis == 0 ? 0 : rooflineMillis / millis;
  }
}
