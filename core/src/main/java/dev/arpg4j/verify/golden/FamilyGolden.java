package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Fit;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks a backend against the golden numbers of one variant of the family. */
final class FamilyGolden {
  private static final String ORDER = "order";
  private static final Set<String> INPUTS = Set.of("classes", "orders");

  private final GoldenFolder folder;
  private final Variant variant;
  private final SystemGolden system;
  private final GoldenModel model;
  private final Architecture architecture;
  private final Network network;
  private final Backend backend;
  private final GoldenBounds bounds;
  private final List<GoldenCheck> checks = new ArrayList<>();

  FamilyGolden(GoldenFolder folder, Variant variant, Backend backend) {
    TensorFile file = folder.file("model.safetensors");
    Metadata metadata = Metadata.of(file);
    this.folder = folder;
    this.variant = variant;
    this.backend = backend;
    this.architecture = metadata.read(() -> variant.read(metadata));
    Map<String, StoredTensor> learned = new LinkedHashMap<>(file.tensors());
    learned.keySet().removeIf(architecture::passesOver);
    Fit.check(file.path().toString(), variant.title(), architecture.parameters(), learned);
    this.network = architecture.load(backend, ModelWeights.of(file), DType.F32);
    this.bounds = GoldenBounds.of(backend, folder.file("teacher_forced.safetensors"));
    this.system = SystemGolden.of(variant.name());
    this.model = new GoldenModel(file, architecture, network, bounds);
  }

  List<GoldenCheck> verify() {
    folder.read(variant.title(), checks, this::teacherForced, this::generate);
    return checks;
  }

  private void teacherForced(String name, TensorFile file) {
    GoldenInputs inputs = new GoldenInputs(file);
    int[] classes = inputs.classes(network);
    int[][] tokens = inputs.below(network.vocabulary(), "tokens", classes.length, network.places());
    ForwardPass.Images images =
        new ForwardPass.Images(
            Arrays.stream(classes).map(network::classId).toArray(),
            tokens,
            inputs.orders(network, classes.length));
    ForwardPass forward = new ForwardPass(network, architecture.training());
    for (String tensor : file.tensors().keySet()) {
      String label = name + ": " + tensor;
      switch (tensor) {
        case "tokens", "classes", "orders", ORDER -> checks.add(GoldenCheck.input(label));
        case "logits" -> {
          try (Scope scope = backend.scope()) {
            double[] found = forward.logits(images).toDoubles();
            double[] expected = file.tensor(tensor).readDoubles();
            checks.add(GoldenCheck.values(label, expected, found, bounds.logits()));
          }
        }
        default -> add(system.forward(label, tensor, model, inputs, images), file, tensor);
      }
    }
  }

  private void generate(String name, TensorFile file) {
    GoldenInputs inputs = new GoldenInputs(file);
    Set<String> runs = new TreeSet<>();
    for (String tensor : file.tensors().keySet()) {
      if (INPUTS.contains(tensor)) {
        checks.add(GoldenCheck.input(name + ": " + tensor));
      } else if (tensor.equals(ORDER)) {
        checks.add(order(name + ": " + tensor, inputs));
      } else if (system.hasRun(runOf(tensor))) {
        runs.add(runOf(tensor));
      } else {
        throw unknown(file, tensor);
      }
    }
    for (String run : runs) {
      run(name, inputs, run);
    }
  }

  /** The order of all images, against that decoded in: some systems have one of their own. */
  private GoldenCheck order(String label, GoldenInputs inputs) {
    int[] classes = inputs.classes(network);
    DecodeSettings settings = settings(inputs, inputs.orders(network, classes.length), "");
    int[] decodedIn =
        new Decoder(network, architecture, settings).orders(DecodeBatch.of(0, classes))[0];
    return GoldenCheck.exact(label, inputs.flatInts(ORDER, network.places()), decodedIn);
  }

  /** What the name of a tensor of one of several runs begins with. */
  private static String runOf(String tensor) {
    return tensor.substring(0, tensor.lastIndexOf('.') + 1);
  }

  private void run(String name, GoldenInputs inputs, String run) {
    TensorFile file = inputs.file();
    int[] classes = inputs.classes(network);
    DecodeSettings settings = settings(inputs, inputs.orders(network, classes.length), run);
    Decoder decoder = new Decoder(network, architecture, settings);
    DecodeBatch batch = DecodeBatch.of(0, classes);
    Plan plan = decoder.plan(batch);
    GuidedLogits seen = new GuidedLogits(classes.length, network.places(), network.vocabulary());
    int[][] tokens = decoder.decode(batch, seen);
    SystemGolden.Run decoded = new SystemGolden.Run(inputs, run, settings, plan, tokens);
    for (String tensor : file.tensors().keySet()) {
      if (INPUTS.contains(tensor) || tensor.equals(ORDER) || !runOf(tensor).equals(run)) {
        continue;
      }
      String label = name + ": " + tensor;
      String kind = tensor.substring(run.length());
      switch (kind) {
        case "step_sizes" ->
            checks.add(GoldenCheck.exact(label, file.tensor(tensor).readInts(), plan.sizes()));
        case "tokens" ->
            checks.add(
                GoldenCheck.exact(
                    label,
                    file.tensor(tensor).readInts(),
                    Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray()));
        case "logits" ->
            checks.add(
                GoldenCheck.values(
                    label, decoded.expected(kind), seen.values(), guided(file, decoded)));
        default -> add(system.decoded(label, kind, model, decoded), file, tensor);
      }
    }
  }

  private double guided(TensorFile file, SystemGolden.Run run) {
    double largest = Arrays.stream(run.weights()).max().orElse(1);
    return bounds.guided(backend, file, run.name(), largest);
  }

  /** What a run's name says of its steps: "8." has eight. */
  private static int steps(String run, int usual) {
    return run.matches("[0-9]{1,4}\\.") ? Integer.parseInt(run, 0, run.length() - 1, 10) : usual;
  }

  private DecodeSettings settings(GoldenInputs inputs, int[][] orders, String run) {
    DecodeSettings usual = variant.settings(architecture);
    GenerationOrder order = (seed, grid, image, cells) -> orders[image].clone();
    return new DecodeSettings(
        steps(run, usual.steps()),
        usual.schedule(),
        system.guidance(inputs, run),
        Sampling.GREEDY,
        order,
        usual.pass1(),
        0);
  }

  private void add(@Nullable GoldenCheck check, TensorFile file, String tensor) {
    if (check == null) {
      throw unknown(file, tensor);
    }
    checks.add(check);
  }

  private InvalidInputException unknown(TensorFile file, String tensor) {
    return new InvalidInputException(
        "%s: tensor '%s' is not known in the golden numbers of %s"
            .formatted(file.path(), tensor, variant.title()));
  }
}
