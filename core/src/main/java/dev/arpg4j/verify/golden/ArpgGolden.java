package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.OneShot;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tensor.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks a backend against the golden numbers of one ARPG model. */
final class ArpgGolden {
  private static final Pattern RUN =
      Pattern.compile("(arccos|cosine)\\.(linear|constant)\\.(block|causal)\\.(\\d{1,9})\\.(\\w+)");

  private static final String TEACHER_FORCED = "teacher_forced.safetensors";
  private static final String GUIDANCE_SCALE = "guidance_scale";

  private final GoldenFolder folder;
  private final Backend backend;
  private final Checkpoint checkpoint;
  private final GoldenBounds bounds;
  private final List<GoldenCheck> checks = new ArrayList<>();

  ArpgGolden(GoldenFolder folder, Backend backend) {
    this.folder = folder;
    this.backend = backend;
    this.checkpoint = Checkpoint.read(folder.file("model.safetensors").path());
    this.bounds = GoldenBounds.of(backend, folder.file(TEACHER_FORCED));
  }

  List<GoldenCheck> verify() {
    Arpg model = Arpg.load(backend, checkpoint, DType.F32);
    for (String name : folder.fileNames()) {
      TensorFile file = folder.file(name);
      try {
        verify(model, name, file);
      } catch (InvalidInputException e) {
        throw naming(file, e);
      }
    }
    return checks;
  }

  private void verify(Arpg model, String name, TensorFile file) {
    switch (name) {
      case "model.safetensors" -> inputs(name, file);
      case "model.pt" ->
          checks.addAll(SameWeights.check(name, file, folder.file("model.safetensors")));
      case TEACHER_FORCED -> teacherForced(model, name, file);
      case "generate.safetensors" -> generate(model, name, file);
      case "edit.safetensors" -> edit(model, name, file);
      case "gradients.safetensors" -> gradients(model, name, file);
      default ->
          throw new InvalidInputException(
              file.path() + ": a file of this name is not known in the golden numbers of an ARPG");
    }
  }

  /** What a decoder refuses came from the file that is read, unless another is named. */
  private static InvalidInputException naming(TensorFile file, InvalidInputException refused) {
    String message = Objects.toString(refused.getMessage());
    String folder = Objects.toString(file.path().getParent());
    return message.startsWith(folder)
        ? refused
        : new InvalidInputException(file.path() + ": " + message, refused);
  }

  private void inputs(String name, TensorFile file) {
    for (String tensor : file.tensors().keySet()) {
      checks.add(GoldenCheck.input(name + ": " + tensor));
    }
  }

  /** Of the teacher-forced loss, by every parameter. */
  private void gradients(Arpg model, String name, TensorFile file) {
    OneShot.Path path = teacherForcedPath(model);
    try (Scope scope = backend.scope()) {
      Tape tape = new Tape(backend, Tape.Activations.KEPT);
      Tensor loss = OneShot.teacherForced(model.on(tape)).loss(path);
      Map<Weight, Tensor> found = tape.gradients(loss);
      for (String tensor : file.tensors().keySet()) {
        if (model.config().parameters().stream().noneMatch(each -> each.name().equals(tensor))) {
          throw unknown(file, tensor);
        }
        double[] expected = file.tensor(tensor).readDoubles();
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        checks.add(
            GoldenCheck.values(
                name + ": " + tensor,
                expected,
                Objects.requireNonNull(found.get(model.weight(tensor)), tensor).toDoubles(),
                bounds.gradient(largest)));
      }
    }
  }

  private void teacherForced(Arpg model, String name, TensorFile file) {
    OneShot.Path path = teacherForcedPath(model);
    OneShot forward = OneShot.teacherForced(model);
    for (String tensor : file.tensors().keySet()) {
      String label = name + ": " + tensor;
      switch (tensor) {
        case "tokens", "classes", "orders" -> checks.add(GoldenCheck.input(label));
        case "logits" ->
            values(label, file, tensor, bounds.logits(), () -> forward.logits(path).toDoubles());
        case "loss" ->
            values(label, file, tensor, bounds.loss(), () -> forward.loss(path).toDoubles());
        default -> throw unknown(file, tensor);
      }
    }
  }

  private OneShot.Path teacherForcedPath(Arpg model) {
    GoldenInputs inputs = new GoldenInputs(folder.file(TEACHER_FORCED));
    int cells = model.config().grid().cells();
    int[] classes = inputs.ints("classes");
    int[][] tokens = inputs.ints("tokens", classes.length, cells);
    int[][] orders = inputs.ints("orders", classes.length, cells);
    int[] classIds = Arrays.stream(classes).map(model.config()::classId).toArray();
    return new OneShot.Path(classIds, tokens, orders, Plan.ones(cells));
  }

  private void values(
      String label, TensorFile file, String tensor, double bound, Supplier<double[]> found) {
    try (Scope scope = backend.scope()) {
      checks.add(GoldenCheck.values(label, file.tensor(tensor).readDoubles(), found.get(), bound));
    }
  }

  private void generate(Arpg model, String name, TensorFile file) {
    GoldenInputs inputs = new GoldenInputs(file);
    int[] order = inputs.ints("order");
    DecodeBatch batch = DecodeBatch.of(0, inputs.ints("classes"));
    double scale = inputs.number(GUIDANCE_SCALE, 3);
    Map<String, Matcher> runs = new TreeMap<>();
    for (String tensor : file.tensors().keySet()) {
      Matcher run = RUN.matcher(tensor);
      if (tensor.equals("order") || tensor.equals("classes")) {
        checks.add(GoldenCheck.input(name + ": " + tensor));
      } else if (run.matches()
          && List.of("tokens", "logits", "step_sizes").contains(run.group(5))) {
        runs.put(tensor.substring(0, tensor.lastIndexOf('.')), run);
      } else {
        throw unknown(file, tensor);
      }
    }
    runs.forEach(
        (key, run) -> {
          DecodeSettings settings =
              settings(
                  run.group(1).equals("arccos") ? StepSchedule.ARCCOS : StepSchedule.COSINE,
                  Integer.parseInt(run.group(4)),
                  new Guidance(
                      run.group(2).equals("linear")
                          ? GuidanceSchedule.LINEAR
                          : GuidanceSchedule.CONSTANT,
                      scale),
                  order,
                  mask(run.group(3)));
          Decoder decoder = new Decoder(model, settings);
          int[] sizes = decoder.plan(batch).sizes();
          String label = name + ": " + key;
          checks.add(
              GoldenCheck.exact(label + ".step_sizes", inputs.ints(key + ".step_sizes"), sizes));
          decode(decoder, batch, label, inputs, key);
        });
  }

  private void edit(Arpg model, String name, TensorFile file) {
    GoldenInputs inputs = new GoldenInputs(file);
    int[] classes = inputs.ints("classes");
    int[] cells = inputs.ints("known_positions");
    KnownCells known =
        new KnownCells(cells, inputs.ints("known_tokens", classes.length, cells.length));
    DecodeBatch batch = new DecodeBatch(0, classes, known);
    int steps = inputs.wholeNumber("steps", 4);
    Guidance guidance = new Guidance(GuidanceSchedule.CONSTANT, inputs.number(GUIDANCE_SCALE, 3));
    int[] order = inputs.ints("order");
    for (String tensor : file.tensors().keySet()) {
      switch (tensor) {
        case "known_positions", "known_tokens", "order", "classes" ->
            checks.add(GoldenCheck.input(name + ": " + tensor));
        case "block.tokens", "causal.tokens" -> {
          String key = tensor.substring(0, tensor.indexOf('.'));
          DecodeSettings settings =
              settings(StepSchedule.ARCCOS, steps, guidance, order, mask(key));
          decode(new Decoder(model, settings), batch, name + ": " + key, inputs, key);
        }
        case "block.logits", "causal.logits" ->
            // Checked together with the tokens of the same key, which therefore must be there.
            file.tensor(tensor.replace(".logits", ".tokens"));
        default -> throw unknown(file, tensor);
      }
    }
  }

  /** Logits along the golden tokens, and the tokens of a free greedy decode. */
  private void decode(
      Decoder decoder, DecodeBatch batch, String label, GoldenInputs inputs, String key) {
    ArpgConfig config = checkpoint.config();
    Plan plan = decoder.plan(batch);
    int[][] expected = inputs.ints(key + ".tokens", batch.images(), config.grid().cells());
    double[] golden =
        inputs.doubles(key + ".logits", batch.images(), plan.cells(), config.vocabulary());
    GuidedLogits logits = new GuidedLogits(batch.images(), plan.cells(), config.vocabulary());
    decoder.replay(batch, plan, expected, logits);
    checks.add(GoldenCheck.values(label + ".logits", golden, logits.values(), bounds.guided()));
    int[][] found = decoder.decode(batch, DecodeObserver.NONE);
    GoldenCheck check = GoldenCheck.exact(label + ".tokens", flat(expected), flat(found));
    boolean tied =
        check.status() == GoldenCheck.Status.FAIL
            && onlyTies(decoder.orders(batch), expected, found, golden);
    checks.add(tied ? check.passedBecause("the two logits closer than twice the bound") : check);
  }

  /**
   * Whether each image's first differing token lost to the one found by less than two backends
   * within the bound may differ.
   */
  private boolean onlyTies(int[][] orders, int[][] expected, int[][] found, double[] golden) {
    int vocabulary = checkpoint.config().vocabulary();
    for (int image = 0; image < orders.length; image++) {
      for (int i = 0; i < orders[image].length; i++) {
        int cell = orders[image][i];
        if (expected[image][cell] != found[image][cell]) {
          int row = (image * orders[image].length + i) * vocabulary;
          double gap = golden[row + expected[image][cell]] - golden[row + found[image][cell]];
          if (!(Math.abs(gap) < 2 * bounds.guided())) {
            return false;
          }
          break;
        }
      }
    }
    return true;
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
  }

  private static DecodeSettings settings(
      StepSchedule schedule, int steps, Guidance guidance, int[] order, Pass1Mask mask) {
    return new DecodeSettings(
        steps, schedule, guidance, Sampling.GREEDY, GenerationOrder.given(order), mask, 0);
  }

  private static Pass1Mask mask(String name) {
    return name.equals("block") ? Pass1Mask.CHUNK : Pass1Mask.STRICT;
  }

  private static InvalidInputException unknown(TensorFile file, String tensor) {
    return new InvalidInputException(
        "%s: tensor '%s' is not known in the golden numbers of an ARPG"
            .formatted(file.path(), tensor));
  }
}
