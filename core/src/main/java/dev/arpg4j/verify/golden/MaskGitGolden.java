package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.Fit;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.variant.MaskGit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Checks a backend against MaskGIT's golden numbers, which other systems' are not like: ids with
 * [MASK] among them, logits of every id, and what each iteration drew, believed and kept.
 */
final class MaskGitGolden {
  private static final Set<String> RUN_INPUTS = Set.of("ids", "sample_gumbel", "choice_gumbel");

  private final GoldenFolder folder;
  private final Backend backend;
  private final MaskGit.Sized architecture;
  private final Network network;
  private final Network ofAllIds;
  private final GoldenBounds bounds;
  private final List<GoldenCheck> checks = new ArrayList<>();

  MaskGitGolden(GoldenFolder folder, Backend backend) {
    TensorFile model = folder.file("model.safetensors");
    Metadata metadata = Metadata.of(model);
    MaskGit variant = new MaskGit();
    this.folder = folder;
    this.backend = backend;
    this.architecture = metadata.read(() -> variant.read(metadata));
    Fit.check(model.path().toString(), variant.title(), architecture.parameters(), model.tensors());
    ModelWeights weights = ModelWeights.of(model);
    this.network = architecture.load(backend, weights, DType.F32);
    this.ofAllIds = architecture.loadOfAllIds(backend, weights, DType.F32);
    this.bounds = GoldenBounds.of(backend, folder.file("teacher_forced.safetensors"));
  }

  List<GoldenCheck> verify() {
    folder.read(new MaskGit().title(), checks, this::teacherForced, this::generate);
    return checks;
  }

  private void teacherForced(String name, TensorFile file) {
    GoldenInputs inputs = new GoldenInputs(file);
    for (String tensor : file.tensors().keySet()) {
      String label = name + ": " + tensor;
      switch (tensor) {
        // The mask says where the ids are [MASK].
        case "classes", "ids", "mask" -> checks.add(GoldenCheck.input(label));
        case "logits" -> forward(label, inputs, tensor, network, architecture.training());
        case "full_logits" ->
            forward(
                label, inputs, tensor, ofAllIds, HeadGolden.ofAllRows(architecture.training(), 0));
        default -> throw unknown(file, tensor);
      }
    }
  }

  private void forward(String label, GoldenInputs inputs, String tensor, Network of, Feed feed) {
    int[] classes = inputs.classes(of);
    int end = architecture.config().maskId() + 1;
    int[][] ids = inputs.below(end, "ids", classes.length, of.places());
    int[][] orders = new int[classes.length][];
    Arrays.fill(orders, IntStream.range(0, of.places()).toArray());
    ForwardPass.Images images =
        new ForwardPass.Images(
            Arrays.stream(classes).map(of::classId).toArray(),
            new int[classes.length][of.places()], // the ids fed are given beside them
            orders);
    try (Scope scope = backend.scope()) {
      double[] found = new ForwardPass(of, feed).logits(images, ids).toDoubles();
      double[] expected = inputs.file().tensor(tensor).readDoubles();
      checks.add(GoldenCheck.values(label, expected, found, bounds.logits()));
    }
  }

  private void generate(String name, TensorFile file) {
    Set<String> runs = new TreeSet<>();
    for (String tensor : file.tensors().keySet()) {
      if (tensor.equals("classes")) {
        checks.add(GoldenCheck.input(name + ": " + tensor));
      } else {
        runs.add(tensor.substring(0, tensor.lastIndexOf('.') + 1));
      }
    }
    for (String run : runs) {
      MaskGitRun decoded = new MaskGitRun(architecture, network, new GoldenInputs(file), run);
      MaskGitRun.Found found = decoded.decode();
      for (String tensor : file.tensors().keySet()) {
        if (tensor.startsWith(run)) {
          String kind = tensor.substring(run.length());
          checks.add(compared(name + ": " + tensor, kind, decoded, found, file));
        }
      }
    }
  }

  private GoldenCheck compared(
      String label, String kind, MaskGitRun run, MaskGitRun.Found found, TensorFile file) {
    if (RUN_INPUTS.contains(kind)) {
      return GoldenCheck.input(label);
    }
    return switch (kind) {
      case "tokens" -> GoldenCheck.exact(label, run.expectedInts(kind), found.tokens());
      case "sampled" -> GoldenCheck.exact(label, run.expectedInts(kind), found.sampled());
      case "keep" -> beforeLast(label, kind, run, found.keep());
      case "num_masked" -> beforeLast(label, kind, run, found.masked());
      case "logits" -> {
        double[] all = run.expectedDoubles(kind);
        double[] asked = run.ofAskedCells(all);
        yield GoldenCheck.values(label, asked, run.ofAskedCells(found.logits()), bounds.logits())
            .comparing(asked.length, all.length);
      }
      // A log-probability moves by twice as much as the logits do, at most.
      case "confidence" ->
          GoldenCheck.values(label, run.expectedDoubles(kind), found.confidence(), bounds.loss());
      default -> throw unknown(file, run.name() + kind);
    };
  }

  /** What the last iteration would re-mask is not part of a decode. */
  private static GoldenCheck beforeLast(String label, String kind, MaskGitRun run, int[] found) {
    int[] all = run.expectedInts(kind);
    int[] expected = run.beforeLast(all);
    return GoldenCheck.exact(label, expected, found).comparing(expected.length, all.length);
  }

  private static InvalidInputException unknown(TensorFile file, String tensor) {
    return new InvalidInputException(
        "%s: tensor '%s' is not known in the golden numbers of MaskGIT"
            .formatted(file.path(), tensor));
  }
}
