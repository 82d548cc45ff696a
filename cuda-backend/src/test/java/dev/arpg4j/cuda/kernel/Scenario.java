package dev.arpg4j.cuda.kernel;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One launcher at one size, and how its results are judged: against the float64 oracle within the
 * op's own bound, in several orders of threads, from buffers that are aligned and not.
 *
 * @param file the kernel file that it tests
 * @param alignmentFree whether results have the same bits wherever operands begin
 */
record Scenario(String file, Element element, String name, boolean alignmentFree, Run run) {
  /** Ascending, descending and two shuffles. */
  static final List<Long> ORDERS = List.of(0L, 1L, 2L, 77L);

  /** Runs on a device and says what it found. */
  @FunctionalInterface
  interface Run {
    List<Outcome> on(ShimDevice device);
  }

  /** What a kernel gave, and what it should have given. */
  record Outcome(
      String what, ShimDevice.Result result, boolean ids, double[] expected, ErrorBound bound) {
    static Outcome reals(ShimDevice.Result result, double[] expected, ErrorBound bound) {
      return new Outcome("result", result, false, expected, bound);
    }

    static Outcome ids(ShimDevice.Result result, double[] expected, ErrorBound bound) {
      return new Outcome("ids", result, true, expected, bound);
    }

    Outcome named(String name) {
      return new Outcome(name, result, ids, expected, bound);
    }

    private double[] found() {
      return ids ? result.ints() : result.reals();
    }

    private Optional<String> problem() {
      int unwritten = result.unwritten();
      if (unwritten >= 0) {
        return Optional.of("%s: entry %d was not written".formatted(what, unwritten));
      }
      Comparison comparison = Comparison.of(Shape.of(expected.length), expected, found(), bound);
      return comparison.passed()
          ? Optional.empty()
          : Optional.of(what + ": " + comparison.details());
    }
  }

  /** Bounds for a result of that element type against the oracle, from the very same operands. */
  static ErrorBounds bounds(Element result) {
    DType type = result == Element.F32 ? DType.F32 : DType.BF16;
    return ErrorBounds.between(Precision.of(DType.F64), Precision.of(type), 0);
  }

  /** What is wrong with the kernels of a library, if anything. */
  Optional<String> problem(ShimLibrary library) {
    int[][] aligned = null;
    for (int shift : new int[] {0, 1}) {
      int[][] first = null;
      for (long order : shift == 0 ? ORDERS : List.of(0L)) {
        try (ShimDevice device = new ShimDevice(library, order, shift)) {
          List<Outcome> outcomes = run.on(device);
          Optional<String> problem =
              outcomes.stream().flatMap(it -> it.problem().stream()).findFirst();
          problem = problem.or(device::damage);
          int[][] bits = bits(outcomes);
          first = first == null ? bits : first;
          aligned = aligned == null ? bits : aligned;
          if (problem.isEmpty() && !Arrays.deepEquals(first, bits)) {
            problem = Optional.of("other bits than in ascending order");
          }
          if (problem.isEmpty() && alignmentFree && !Arrays.deepEquals(aligned, bits)) {
            problem = Optional.of("other bits than from aligned operands");
          }
          if (problem.isPresent()) {
            return Optional.of("order %d, shift %d: %s".formatted(order, shift, problem.get()));
          }
        } catch (IllegalStateException e) {
          return Optional.of("order %d, shift %d: %s".formatted(order, shift, e.getMessage()));
        }
      }
    }
    return Optional.empty();
  }

  private static int[][] bits(List<Outcome> outcomes) {
    return outcomes.stream()
        .map(Outcome::result)
        .map(it -> IntStream.range(0, it.count()).map(it::bits).toArray())
        .toArray(int[][]::new);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(file, element, name);
  }
}
