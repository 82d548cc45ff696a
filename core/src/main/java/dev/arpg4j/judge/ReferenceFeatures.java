package dev.arpg4j.judge;

import dev.arpg4j.data.ImageSet;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.ResourceFile;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The features that distances are measured to: mean and covariance of those that a classifier finds
 * in real images. They are measured once for a classifier and ship beside it.
 */
public final class ReferenceFeatures {
  /** How many images they are of, the first of their set. */
  public static final int IMAGES = 10_000;

  /** The set that models are trained on, unless another is asked for. */
  static final long SEED = 0;

  private static final String EMBEDDED = "shapes10/reference.safetensors";
  private static final String MEAN = "mean";
  private static final String COVARIANCE = "covariance";

  private ReferenceFeatures() {}

  /** Those of the classifier that ships inside this library. */
  static Gaussian embedded() {
    return ResourceFile.read(
        ReferenceFeatures.class,
        EMBEDDED,
        path -> {
          TensorFile file = TensorFile.open(path);
          double[] mean = file.tensor(MEAN).readDoubles();
          double[] flat = file.tensor(COVARIANCE).readDoubles();
          double[][] rows =
              IntStream.range(0, mean.length)
                  .mapToObj(i -> Arrays.copyOfRange(flat, i * mean.length, (i + 1) * mean.length))
                  .toArray(double[][]::new);
          return Gaussian.of(mean, rows);
        });
  }

  /** Those that a classifier finds, as a file to be written. */
  public static SafetensorsWriter measured(Classifier classifier) {
    ImageSet set = new ProceduralImages(SEED, IMAGES);
    int[] all = IntStream.range(0, IMAGES).toArray();
    double[][] features =
        ShapesJudge.read(classifier, set, all, UnaryOperator.identity()).features();
    Gaussian fitted = Gaussian.fitted(features);
    double[] mean = fitted.mean();
    double[] covariance =
        Arrays.stream(fitted.covariance().getData()).flatMapToDouble(Arrays::stream).toArray();
    return new SafetensorsWriter()
        .metadata("kind", "arpg4j reference features")
        .metadata("data", ProceduralImages.NAME)
        .metadata("data_seed", Long.toString(SEED))
        .metadata("images", Integer.toString(IMAGES))
        .add(new ArraySource(MEAN, Shape.of(mean.length), mean), ElementType.F64)
        .add(
            new ArraySource(COVARIANCE, Shape.of(mean.length, mean.length), covariance),
            ElementType.F64);
  }
}
