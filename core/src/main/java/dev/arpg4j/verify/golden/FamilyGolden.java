package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.Fit;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Checks a backend against the golden numbers of one variant of the family. */
final class FamilyGolden {
  private static final String TOKENS = "tokens";
  private static final String STEP_SIZES = "step_sizes";
  private static final List<String> OF_RUN = List.of(TOKENS, STEP_SIZES, "logits");

  /** What the names of a decode's tensors begin with: its steps, if there are several decodes. */
  private static final Pattern RUN = Pattern.compile("([0-9]{1,4}\\.)?");

  private final GoldenFolder folder;
  private final Variant variant;
  private final Architecture architecture;
  private final Network network;
  private final Backend backend;
  private final GoldenBounds bounds;
  private final List<GoldenCheck> checks = new ArrayList<>();

  FamilyGolden(GoldenFolder folder, Variant variant, Backend backend) {
    TensorFile model = folder.file("model.safetensors");
    Metadata metadata = Metadata.of(model);
    this.folder = folder;
    this.variant = variant;
    this.backend = backend;
    this.architecture = metadata.read(() -> variant.read(metadata));
    Fit.check(model.path().toString(), variant.title(), architecture.parameters(), model.tensors());
    this.network = architecture.load(backend, ModelWeights.of(model), DType.F32);
    this.bounds = GoldenBounds.of(backend, folder.file("teacher_forced.safetensors"));
  }

  List<GoldenCheck> verify() {
    for (String name : folder.fileNames()) {
      TensorFile file = folder.file(name);
      switch (name) {
        case "model.safetensors" -> {
          for (String tensor : file.tensors().keySet()) {
            checks.add(GoldenCheck.input(name + ": " + tensor));
          }
        }
        case "teacher_forced.safetensors" -> teacherForced(name, file);
        case "generate.safetensors" -> generate(name, file);
        default ->
            throw new InvalidInputException(
                "%s: a file of this name is not known in the golden numbers of %s"
                    .formatted(file.path(), variant.title()));
      }
    }
    return checks;
  }

  private void teacherForced(String name, TensorFile file) {
    GoldenInputs inputs = new GoldenInputs(file);
    int[] classes = inputs.ints("classes");
    int[][] tokens = inputs.ints("tokens", classes.length, network.places());
    ForwardPass.Images images =
        new ForwardPass.Images(
            Arrays.stream(classes).map(network::classId).toArray(),
            tokens,
            orders(inputs, classes.length));
    ForwardPass forward = new ForwardPass(network, architecture.training());
    for (String tensor : file.tensors().keySet()) {
      String label = name + ": " + tensor;
      switch (tensor) {
        case "tokens", "classes", "orders", "order" -> checks.add(GoldenCheck.input(label));
        case "logits" -> {
          try (Scope scope = backend.scope()) {
            double[] found = forward.logits(images).toDoubles();
            double[] expected = file.tensor(tensor).readDoubles();
            checks.add(GoldenCheck.values(label, expected, found, bounds.logits()));
          }
        }
        default -> throw unknown(file, tensor);
      }
    }
  }

  /** The orders that a file gives, one for each image or one for all; raster order if none. */
  private int[][] orders(GoldenInputs inputs, int images) {
    int places = network.places();
    if (inputs.file().tensors().containsKey("orders")) {
      return inputs.ints("orders", images, places);
    }
    int[] one =
        inputs.file().tensors().containsKey("order")
            ? inputs.ints("order")
            : IntStream.range(0, places).toArray();
    int[][] orders = new int[images][];
    Arrays.fill(orders, one);
    return orders;
  }

  private void generate(String name, TensorFile file) {
    for (String tensor : file.tensors().keySet()) {
      String run = tensor.substring(0, tensor.lastIndexOf('.') + 1);
      switch (tensor) {
        case "classes", "order", "orders" -> checks.add(GoldenCheck.input(name + ": " + tensor));
        default -> {
          if (!RUN.matcher(run).matches()) {
            throw unknown(file, tensor);
          } else if (tensor.equals(run + TOKENS)) {
            generate(name, file, run);
          } else if (!file.tensors().containsKey(run + TOKENS)
              || !OF_RUN.contains(tensor.substring(run.length()))) {
            throw unknown(file, tensor);
          }
        }
      }
    }
  }

  /**
   * Checks one decode.
   *
   * @param run see {@link #RUN}
   */
  private void generate(String name, TensorFile file, String run) {
    GoldenInputs inputs = new GoldenInputs(file);
    int[] classes = inputs.ints("classes");
    int[][] orders = orders(inputs, classes.length);
    Decoder decoder = new Decoder(network, architecture, settings(inputs, orders, run));
    DecodeBatch batch = DecodeBatch.of(0, classes);
    GuidedLogits seen = new GuidedLogits(classes.length, network.places(), network.vocabulary());
    int[][] tokens = decoder.decode(batch, seen);
    for (String part : OF_RUN) {
      String tensor = run + part;
      if (!file.tensors().containsKey(tensor)) {
        continue; // LlamaGen's says no step sizes
      }
      String label = name + ": " + tensor;
      checks.add(
          switch (part) {
            case TOKENS ->
                GoldenCheck.exact(
                    label,
                    file.tensor(tensor).readInts(),
                    Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray());
            case STEP_SIZES ->
                GoldenCheck.exact(
                    label, file.tensor(tensor).readInts(), decoder.plan(batch).sizes());
            default ->
                GoldenCheck.values(
                    label, file.tensor(tensor).readDoubles(), seen.values(), bounds.guided());
          });
    }
  }

  private DecodeSettings settings(GoldenInputs inputs, int[][] orders, String run) {
    DecodeSettings usual = variant.settings(architecture);
    GenerationOrder order = (seed, image, cells) -> orders[image].clone();
    return new DecodeSettings(
        run.isEmpty() ? usual.steps() : Integer.parseInt(run, 0, run.length() - 1, 10),
        usual.schedule(),
        new Guidance(GuidanceSchedule.CONSTANT, inputs.number("guidance_scale", 1)),
        Sampling.GREEDY,
        order,
        usual.pass1(),
        0);
  }

  private InvalidInputException unknown(TensorFile file, String tensor) {
    return new InvalidInputException(
        "%s: tensor '%s' is not known in the golden numbers of %s"
            .formatted(file.path(), tensor, variant.title()));
  }
}
