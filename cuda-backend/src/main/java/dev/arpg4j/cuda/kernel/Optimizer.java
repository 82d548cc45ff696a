package dev.arpg4j.cuda.kernel;

import dev.arpg4j.tensor.GradientOps.AdamWStep;

/** The optimizer's step. All of its numbers are float32. */
public final class Optimizer {
  private static final int BLOCK = 256;

  /** Blocks that a multiprocessor is given before threads take a second entry. */
  private static final int WAVES = 32;

  private final Launcher launcher;

  public Optimizer(Launcher launcher) {
    this.launcher = launcher;
  }

  /**
   * A parameter, or its moments m and s, before a step or after it.
   *
   * @param value [size]
   * @param first m, [size]
   * @param second s, [size]
   */
  public record State(long value, long first, long second) {}

  /**
   * AdamW, as {@link dev.arpg4j.tensor.GradientOps#adamW} has it.
   *
   * @param gradient [size]
   * @param after may be {@code before}
   */
  public void adamW(State before, long gradient, State after, long size, AdamWStep step) {
    if (size == 0) {
      return;
    }
    long blocks =
        Math.min(Geometry.divideUp(size, BLOCK), (long) WAVES * launcher.multiprocessors());
    launcher.launch(
        new KernelId("optimizer", "adamW", Element.F32),
        Geometry.line(blocks, BLOCK),
        Arguments.none()
            .address(before.value)
            .address(gradient)
            .address(before.first)
            .address(before.second)
            .address(after.value)
            .address(after.first)
            .address(after.second)
            .int64(size)
            .float32((float) (1 - step.rate() * step.decay()))
            .float32((float) step.rate())
            .float32((float) step.beta1())
            .float32((float) (1 - step.beta1()))
            .float32((float) step.beta2())
            .float32((float) (1 - step.beta2()))
            .float32((float) step.epsilon())
            .float32((float) step.correction1())
            .float32((float) step.correction2())
            .float32((float) step.factor()));
  }
}
