package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.ResidualPyramid;
import dev.arpg4j.model.VarConfig;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.variant.Var;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** VAR's: what each scale is fed, what all of them add up to, and the weights of its guidance. */
final class VarGolden implements SystemGolden {
  private static final String FEATURES = "f_hat";

  @Override
  public Guidance guidance(GoldenInputs inputs, String run) {
    return new Guidance(Var.GROWING, inputs.number(run + "cfg", 1));
  }

  @Override
  public @Nullable GoldenCheck forward(
      String label,
      String tensor,
      GoldenModel model,
      GoldenInputs inputs,
      ForwardPass.Images images) {
    // A file that states no error of f-hat itself states that of the inputs: f-hat averaged before
    // its last of K terms of a like size, which is well within the bound's four times.
    double bound = GoldenBounds.of(model.network().backend(), inputs.file(), "inputs");
    double[] expected = inputs.file().tensor(tensor).readDoubles();
    return switch (tensor) {
      case "inputs" -> GoldenCheck.values(label, expected, inputs(model, images.tokens()), bound);
      case FEATURES -> GoldenCheck.values(label, expected, features(model, images.tokens()), bound);
      default -> null;
    };
  }

  @Override
  public @Nullable GoldenCheck decoded(String label, String tensor, GoldenModel model, Run run) {
    return switch (tensor) {
      case "weights" ->
          GoldenCheck.values(
              label,
              run.expected(tensor),
              Arrays.stream(run.weights()).map(weight -> weight - 1).toArray(), // files have t
              GoldenBounds.HOST_ARITHMETIC);
      case FEATURES ->
          GoldenCheck.values(
              label,
              run.expected(tensor),
              features(model, run.tokens()),
              GoldenBounds.of(model.network().backend(), run.inputs().file(), FEATURES));
      default -> null;
    };
  }

  /** [B, L-1, C]. */
  private static double[] inputs(GoldenModel model, int[][] tokens) {
    Backend backend = model.network().backend();
    ResidualPyramid pyramid = pyramid(model);
    try (Scope scope = backend.scope()) {
      Tensor ids = ids(backend, tokens);
      return pyramid.inputs(backend, ids, 1, pyramid.scales().scales()).toDoubles();
    }
  }

  /** [B, C, P, P], as files have it. */
  private static double[] features(GoldenModel model, int[][] tokens) {
    Backend backend = model.network().backend();
    ResidualPyramid pyramid = pyramid(model);
    try (Scope scope = backend.scope()) {
      Tensor f = pyramid.whole(backend, ids(backend, tokens)); // [B, P, P, C]
      return channelsFirst(f.toDoubles(), f.shape());
    }
  }

  private static double[] channelsFirst(double[] values, Shape shape) {
    int pixels = shape.dim(1) * shape.dim(2);
    int channels = shape.dim(3);
    double[] turned = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int image = i / (pixels * channels);
      int pixel = i / channels % pixels;
      turned[(image * channels + i % channels) * pixels + pixel] = values[i];
    }
    return turned;
  }

  private static Tensor ids(Backend backend, int[][] tokens) {
    int[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
    return backend.ints(Shape.of(tokens.length, tokens[0].length), flat);
  }

  private static ResidualPyramid pyramid(GoldenModel model) {
    WeightLoader loader =
        new WeightLoader(model.network().backend(), ModelWeights.of(model.file()), DType.F32);
    return ResidualPyramid.load(loader, VarConfig.of(Metadata.of(model.file())));
  }
}
