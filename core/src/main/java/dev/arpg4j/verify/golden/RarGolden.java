package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.variant.Rar;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** RAR's: the same tokens in raster order too, and the weights of its guidance. */
final class RarGolden implements SystemGolden {
  @Override
  public boolean hasRun(String run) {
    return run.equals("power.") || run.equals("constant.");
  }

  @Override
  public Guidance guidance(GoldenInputs inputs, String run) {
    return new Guidance(
        new Rar.CosinePower(inputs.number(run + "guidance_scale_pow", 0)),
        inputs.number(run + "guidance_scale", 1));
  }

  @Override
  public @Nullable GoldenCheck forward(
      String label,
      String tensor,
      GoldenModel model,
      GoldenInputs inputs,
      ForwardPass.Images images) {
    if (!tensor.equals("raster.logits")) {
      return null;
    }
    int[][] orders = new int[images.tokens().length][];
    Arrays.fill(orders, IntStream.range(0, model.network().places()).toArray());
    Backend backend = model.network().backend();
    try (Scope scope = backend.scope()) {
      double[] found =
          new ForwardPass(model.network(), model.architecture().training())
              .logits(new ForwardPass.Images(images.classIds(), images.tokens(), orders))
              .toDoubles();
      double[] expected = inputs.file().tensor(tensor).readDoubles();
      return GoldenCheck.values(label, expected, found, model.bounds().logits());
    }
  }

  @Override
  public @Nullable GoldenCheck decoded(String label, String tensor, GoldenModel model, Run run) {
    return tensor.equals("weights")
        ? GoldenCheck.values(
            label, run.expected(tensor), run.weights(), GoldenBounds.HOST_ARITHMETIC)
        : null;
  }
}
