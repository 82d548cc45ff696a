package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.ImageBounds.Convolution;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: how close do the layers of VQ-16's decoder (VARIANTS.md 2) come to what the machine can
 * do?
 *
 * <p>Expected: a 3x3 convolution multiplies 16 times where the definition does 36, so that its
 * nominal GFLOP/s lie above the multiply-add peak, most with many channels, over which the
 * transforms are shared. The layer that gives pixels wastes all but 3 outputs of a panel. {@code
 * upsample} takes about 0.6 of {@code resized}, which makes the doubled image first. {@code norm}
 * reads the image from memory twice and writes it once.
 *
 * <p>Run: {@code ./arpg bench jmh Conv}
 */
public class ConvBenchmark extends OpBenchmark {
  /** Layers that keep the sides. */
  public enum Layer {
    BOTTOM(16, 512, 512),
    SECOND(32, 512, 256),
    THIRD(64, 256, 256),
    NARROWING(128, 256, 128),
    TOP(256, 128, 128),
    PIXELS(256, 128, 3);

    private final int side;
    private final int inner;
    private final int outer;

    Layer(int side, int inner, int outer) {
      this.side = side;
      this.inner = inner;
      this.outer = outer;
    }

    Shape image(int of) {
      return Shape.of(1, of, of, inner);
    }
  }

  /**
   * One op over the image of a layer. It is proven over a smaller one, with all channels, since the
   * oracle would take minutes.
   */
  @State(Scope.Benchmark)
  public abstract static class OverImage extends MeasuredOp {
    private static final int PROVEN_SIDE = 8;

    /** What is measured, of a layer with images of that side. */
    abstract OpCase at(int side);

    /** The side at which it is measured. */
    abstract int side();

    @Override
    OpCase opCase() {
      return at(side());
    }

    @Override
    OpCase proof() {
      return at(PROVEN_SIDE);
    }

    @Override
    Program prepareToCount(Backend counting) {
      return prepare(counting);
    }
  }

  /** A layer of the decoder. */
  @State(Scope.Benchmark)
  public static class Same extends OverImage {
    @Param("cpu")
    public String backend;

    @Param public Layer layer;

    @Param("F32")
    public DType weights;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    int side() {
      return layer.side;
    }

    @Override
    OpCase at(int side) {
      return convolution(layer.image(side), layer.outer, weights);
    }
  }

  /** The convolution behind an upsampling. */
  @State(Scope.Benchmark)
  public static class Upsampled extends OverImage {
    @Param("cpu")
    public String backend;

    @Param({"SECOND", "THIRD", "NARROWING", "TOP"})
    public Layer layer;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    int side() {
      return layer.side;
    }

    @Override
    OpCase at(int side) {
      return upsampling(layer.image(side / 2), false);
    }
  }

  /** The same by its definition. */
  @State(Scope.Benchmark)
  public static class Resized extends Upsampled {
    @Override
    OpCase at(int side) {
      return upsampling(layer.image(side / 2), true);
    }
  }

  /** The norm before a layer. */
  @State(Scope.Benchmark)
  public static class Norm extends OverImage {
    @Param("cpu")
    public String backend;

    @Param({"THIRD", "TOP"})
    public Layer layer;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    int side() {
      return layer.side;
    }

    @Override
    OpCase at(int side) {
      return norm(layer.image(side));
    }
  }

  /** A size at which the oracle answers too. */
  @State(Scope.Benchmark)
  public static class Small extends MeasuredOp {
    @Param({"cpu", "oracle"})
    public String backend;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return convolution(Shape.of(1, 16, 16, 32), 32, DType.F32);
    }
  }

  @Benchmark
  public Tensor same(Same state) {
    return state.say();
  }

  @Benchmark
  public Tensor upsample(Upsampled state) {
    return state.say();
  }

  @Benchmark
  public Tensor resized(Resized state) {
    return state.say();
  }

  @Benchmark
  public Tensor norm(Norm state) {
    return state.say();
  }

  @Benchmark
  public Tensor small(Small state) {
    return state.say();
  }

  private static OpCase convolution(Shape image, int outer, DType storage) {
    Shape kernels = Shape.of(outer, image.dim(3), 3, 3);
    Padding padding = Padding.all(1);
    Convolution at = new Convolution(image, kernels, 1, padding, image.with(3, outer));
    return MeasuredOp.opCase(
        "conv2d",
        "x %s kernel %s %s".formatted(image, kernels, storage),
        inputs -> {
          Drawn x = inputs.reals(image, 1);
          double size = 1 / Math.sqrt(9.0 * image.dim(3));
          DrawnWeight kernel = inputs.weight(kernels, storage, size, Weight.Use.KERNEL);
          DrawnWeight bias = inputs.weight(Shape.of(outer), DType.F32, 1, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.conv2d(x.tensor(), kernel.weight(), bias.weight(), 1, padding),
              bounds -> bounds.images().conv2d(x.rows(), kernel.largest(), bias.largest(), at));
        });
  }

  private static OpCase upsampling(Shape image, boolean inParts) {
    int channels = image.dim(3);
    Shape kernels = Shape.of(channels, channels, 3, 3);
    return MeasuredOp.opCase(
        "upsampleConv2d",
        "x %s kernel %s".formatted(image, kernels),
        inputs -> {
          Drawn x = inputs.reals(image, 1);
          double size = 1 / Math.sqrt(9.0 * channels);
          Weight.Use use = Weight.Use.KERNEL;
          DrawnWeight kernel = inputs.weight(kernels, DType.F32, size, use);
          DrawnWeight bias = inputs.weight(Shape.of(channels), DType.F32, 1, Weight.Use.ROWS);
          return new Prepared(
              ops ->
                  inParts
                      ? ops.conv2d(
                          ops.resize(
                              x.tensor(), 2 * image.dim(1), 2 * image.dim(2), Resampling.NEAREST),
                          kernel.weight(),
                          bias.weight(),
                          1,
                          Padding.all(1))
                      : ops.upsampleConv2d(x.tensor(), kernel.weight(), bias.weight()),
              bounds ->
                  bounds
                      .images()
                      .upsampleConv2d(
                          x.values(), image, kernel.largest(), bias.largest(), channels));
        });
  }

  private static OpCase norm(Shape image) {
    Shape channels = Shape.of(image.dim(3));
    return MeasuredOp.opCase(
        "groupNorm",
        "x " + image,
        inputs -> {
          Drawn x = inputs.reals(image, 1);
          DrawnWeight scale = inputs.weight(channels, DType.F32, 2, Weight.Use.ROWS);
          DrawnWeight bias = inputs.weight(channels, DType.F32, 1, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.groupNorm(x.tensor(), 32, scale.weight(), bias.weight(), 1e-6),
              bounds ->
                  bounds
                      .images()
                      .groupNorm(x.values(), image, 32, scale.largest(), bias.largest(), 1e-6));
        });
  }
}
