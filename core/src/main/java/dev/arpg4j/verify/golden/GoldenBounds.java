package dev.arpg4j.verify.golden;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.TensorFile;

/**
 * How far a backend may be from float64 golden numbers. A float64 backend: 1e-9 of every logit. A
 * float32 backend: four times PyTorch float32's own error, which sums in another order.
 *
 * @param logits of teacher-forced logits
 * @param guided of ARPG's guided logits, at weight 3, whose files state no error of them: four
 *     times as much again, within the five of {@link #spread}
 * @param gradients of a gradient's largest entry
 */
record GoldenBounds(double logits, double guided, double gradients) {
  /** Of a formula of a few terms below 100 that the host computes in double, whatever backend. */
  static final double HOST_ARITHMETIC = 1e-12;

  private static final double FLOAT64 = 1e-9;
  private static final double PIXELS = 1e-4;

  /** A float32 sum over the rows of a batch, as a part of the largest entry. */
  private static final double GRADIENTS = 1e-4;

  private static final String PYTORCH_ERROR = "torch_float32_max_abs_error";

  static GoldenBounds of(Backend backend, TensorFile teacherForced) {
    if (backend.computeType() == DType.F64) {
      return new GoldenBounds(FLOAT64, FLOAT64, FLOAT64);
    }
    double pytorch = error(teacherForced, PYTORCH_ERROR);
    return new GoldenBounds(4 * pytorch, 16 * pytorch, GRADIENTS);
  }

  /**
   * Of a run's guided logits: from the run's own stated error, if the file has it; otherwise from
   * that of both branches.
   *
   * @param run what the run's metadata begins with
   * @param weight the run's largest weight of guidance
   */
  double guided(Backend backend, TensorFile generate, String run, double weight) {
    if (backend.computeType() == DType.F64) {
      return FLOAT64;
    }
    String stated = run + PYTORCH_ERROR;
    return generate.metadata().containsKey(stated)
        ? 4 * error(generate, stated)
        : spread(weight) * logits;
  }

  /** How much w·c + (1-w)·u multiplies an error of both c and u, at most: 4 at weight 2.5. */
  private static double spread(double weight) {
    return Math.abs(weight) + Math.abs(1 - weight);
  }

  /**
   * Of the tensors of a file whose own error the metadata gives under {@code
   * torch_float32_max_abs_error_} and a name.
   */
  static double of(Backend backend, TensorFile file, String name) {
    return backend.computeType() == DType.F64
        ? FLOAT64
        : 4 * error(file, PYTORCH_ERROR + "_" + name);
  }

  private static double error(TensorFile file, String key) {
    double pytorch = new GoldenInputs(file).number(key, Double.NaN);
    if (!(pytorch >= 0 && Double.isFinite(pytorch))) {
      throw new InvalidInputException(
          "%s: metadata %s is %s, expected a number of 0 or more"
              .formatted(file.path(), key, file.metadata().getOrDefault(key, "missing")));
    }
    return pytorch;
  }

  /**
   * Of decoded pixels, nominally in [-1, 1]: an eightieth of a byte's step on a backend that does
   * not compute in float64.
   */
  static double pixels(Backend backend) {
    return backend.computeType() == DType.F64 ? FLOAT64 : PIXELS;
  }

  /** Of every entry of a gradient, whose largest entry is this. */
  double gradient(double largest) {
    return gradients * largest;
  }

  /** Of a mean cross-entropy: a shift of every logit by e moves it by 2e at most. */
  double loss() {
    return 2 * logits;
  }
}
