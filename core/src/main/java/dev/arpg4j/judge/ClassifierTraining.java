package dev.arpg4j.judge;

import dev.arpg4j.data.ImageSet;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.train.AdamW;
import dev.arpg4j.train.Gradients;
import dev.arpg4j.train.LearningRate;
import dev.arpg4j.train.Optimizer;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;

/**
 * Trains a classifier on real images, distorted ({@link Distortion}) and each seen once, in the
 * order of the set: those of a procedural set never end, so nothing is learnt by heart. A pure
 * function of images, settings and seed.
 *
 * @param steps S
 * @param batch images of a step
 * @param rate of each step
 * @param seed of the first values and of the distortions
 */
public record ClassifierTraining(int steps, int batch, LearningRate rate, long seed) {
  /** What the embedded classifier was trained by. */
  public static final ClassifierTraining EMBEDDED =
      new ClassifierTraining(2500, 64, new LearningRate(2e-3, 100, 0.01), 0);

  private static final AdamW ADAM_W = new AdamW(0.9, 0.99, 1e-8, 0.01, 0);

  /** How many images are looked at. */
  public int images() {
    return steps * batch;
  }

  /**
   * A classifier of these images, as a file to be written.
   *
   * @param losses is told the mean loss of each step, in nats
   */
  public SafetensorsWriter train(
      Backend backend, ClassifierSizes sizes, ImageSet images, DoubleConsumer losses) {
    List<Parameter> parameters = sizes.parameters();
    ModelWeights first = RandomWeights.of(parameters, seed, ClassifierTraining::range);
    ClassifierNetwork network = ClassifierNetwork.load(backend, sizes, first);
    try (Scope _ = backend.scope()) {
      Gradients gradients = new Gradients(backend, parameters, network.learned());
      Optimizer optimizer = new Optimizer(backend, parameters, first, network.learned(), ADAM_W, 0);
      for (int step = 0; step < steps; step++) {
        try (Scope _ = backend.scope()) {
          Tape tape = new Tape(backend, Tape.Activations.KEPT);
          Tensor nats = loss(tape, network, images, step * batch);
          gradients.clear();
          gradients.add(tape.gradients(nats));
          losses.accept(nats.toDoubles()[0] / batch);
          optimizer.step(step, rate.at(step, steps), 1.0 / batch, gradients);
        }
      }
      return file(sizes, optimizer.states());
    }
  }

  /** The sum of the losses of the images {@code from ..}, [1]. */
  private Tensor loss(Tape tape, ClassifierNetwork network, ImageSet images, int from) {
    Distortion distortion = new Distortion(seed);
    // Drawing takes as long as a step, and each image is drawn for itself.
    List<BufferedImage> pictures =
        IntStream.range(from, from + batch)
            .parallel()
            .mapToObj(index -> distortion.of(images.picture(index), index))
            .toList();
    int[] labels = IntStream.range(from, from + batch).map(images::label).toArray();
    Tensor patches = SquarePatches.of(tape, network.sizes().side(), pictures);
    Tensor logits = network.forward(tape, patches).logits(); // [B, C]
    Tensor each = tape.crossEntropy(logits, tape.ints(Shape.of(batch), labels)); // [B]
    return tape.sumRows(tape.reshape(each, Shape.of(1, batch)));
  }

  /** Variance 2 / inputs, which keeps that of what a GELU is given (He et al., ICCV 2015). */
  private static RandomWeights.Range range(Parameter parameter) {
    Shape shape = parameter.shape();
    return RandomWeights.Range.ofDeviation(shape.rank() == 1 ? 0 : Math.sqrt(2.0 / shape.dim(1)));
  }

  /** In bf16, which halves the file and changes no decision that is not a toss-up. */
  private SafetensorsWriter file(ClassifierSizes sizes, List<Optimizer.State> states) {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata(sizes.metadata())
            .metadata("steps", Integer.toString(steps))
            .metadata("batch", Integer.toString(batch))
            .metadata("learning_rate", Double.toString(rate.peak()))
            .metadata("seed", Long.toString(seed));
    for (Optimizer.State state : states) {
      Parameter parameter = state.parameter();
      double[] values = state.value().toDoubles();
      writer.add(new ArraySource(parameter.name(), parameter.shape(), values), ElementType.BF16);
    }
    return writer;
  }
}
