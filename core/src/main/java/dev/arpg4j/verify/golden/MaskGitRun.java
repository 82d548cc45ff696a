package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Decoding;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.TokenChooser;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.variant.ConfidenceCommit;
import dev.arpg4j.variant.MaskGit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One of MaskGIT's golden runs, image by image, since each has its own cells known beforehand. The
 * noise, where there is any, is the file's.
 */
final class MaskGitRun {
  private final MaskGit.Sized architecture;
  private final Network network;
  private final Backend backend;
  private final GoldenInputs inputs;
  private final String name;
  private final int[] classes;
  private final int iterations;
  private final int cells;
  private final int[][] start;

  /**
   * What a run gave, flat, in the file's axes [I, T, N ..]; the last iteration's re-masking, which
   * the original computes and throws away, is not part of {@code keep} and {@code masked}.
   */
  record Found(
      double[] logits,
      int[] sampled,
      double[] confidence,
      int[] keep,
      int[] masked,
      int[] tokens) {}

  /**
   * A run.
   *
   * @param name what its tensors begin with: "greedy.8."
   */
  MaskGitRun(MaskGit.Sized architecture, Network network, GoldenInputs inputs, String name) {
    this.inputs = inputs;
    this.name = name;
    this.network = network;
    this.backend = network.backend();
    this.cells = network.places();
    this.classes = inputs.classes(network);
    this.iterations = inputs.extent(name + "num_masked", 1, 2);
    // Without noise in the file, confidence has none.
    double temperature = has("choice_gumbel") ? architecture.choiceTemperature() : 0;
    this.architecture = new MaskGit.Sized(architecture.config(), temperature);
    this.start = new int[classes.length][cells];
    for (int[] ids : start) {
      Arrays.fill(ids, maskId());
    }
    if (has("ids")) {
      System.arraycopy(
          inputs.below(maskId() + 1, name + "ids", classes.length, cells),
          0,
          start,
          0,
          start.length);
    }
  }

  private boolean has(String kind) {
    return inputs.file().tensors().containsKey(name + kind);
  }

  private int maskId() {
    return architecture.config().maskId();
  }

  String name() {
    return name;
  }

  int[] expectedInts(String kind) {
    return inputs.flatInts(name + kind, extents(kind));
  }

  double[] expectedDoubles(String kind) {
    return inputs.doubles(name + kind, extents(kind));
  }

  private int[] extents(String kind) {
    int images = classes.length;
    return switch (kind) {
      case "tokens" -> new int[] {images, cells};
      case "num_masked" -> new int[] {images, iterations};
      case "logits", "sample_gumbel" -> new int[] {images, iterations, cells, network.vocabulary()};
      default -> new int[] {images, iterations, cells};
    };
  }

  /** [I, T, ..] without the last iteration. */
  int[] beforeLast(int[] all) {
    int size = all.length / classes.length / iterations;
    return IntStream.range(0, all.length)
        .filter(i -> i / size % iterations < iterations - 1)
        .map(i -> all[i])
        .toArray();
  }

  /** Logits [I, T, N, V] of the cells not known beforehand: no others are asked for. */
  double[] ofAskedCells(double[] all) {
    int size = all.length / classes.length / iterations / cells;
    return IntStream.range(0, all.length)
        .filter(i -> start[i / size / cells / iterations][i / size % cells] == maskId())
        .mapToDouble(i -> all[i])
        .toArray();
  }

  /** Decodes all images. */
  Found decode() {
    int rows = classes.length * iterations * cells;
    Found found =
        new Found(
            new double[rows * network.vocabulary()],
            new int[rows],
            new double[rows],
            new int[rows - classes.length * cells],
            new int[classes.length * (iterations - 1)],
            new int[classes.length * cells]);
    for (int image = 0; image < classes.length; image++) {
      new Image(image, found).decode();
    }
    return found;
  }

  /** The decode of one image; its commit has the file's noise. */
  private final class Image implements Decoding {
    private final int image;
    private final Found found;
    private final int[] known;
    private final int[] asked;
    private @Nullable ConfidenceCommit commit;

    Image(int image, Found found) {
      this.image = image;
      this.found = found;
      this.known = cellsWhere(false);
      this.asked = cellsWhere(true);
    }

    private int[] cellsWhere(boolean masked) {
      return IntStream.range(0, cells)
          .filter(cell -> (start[image][cell] == maskId()) == masked)
          .toArray();
    }

    @Override
    public Plan plan(DecodeSettings settings, int count) {
      return architecture.plan(settings, count);
    }

    @Override
    public Layout layout(DecodeSettings settings, Plan plan, int count) {
      return architecture.layout(settings, plan, count);
    }

    @Override
    public Commit commit(Backend on, Layout layout, DecodeSettings settings, int images) {
      List<Tensor> noise = has("choice_gumbel") ? noise("choice_gumbel", 1) : List.of();
      commit = architecture.commit(on, layout, images, step -> noise.get(step.places().index()));
      return commit;
    }

    /** The file's noise for the cells asked for, [1, n] or [1, n, V] for each iteration. */
    private List<Tensor> noise(String kind, int width) {
      double[] all = expectedDoubles(kind);
      List<Tensor> each = new ArrayList<>();
      for (int t = 0; t < iterations; t++) {
        int iteration = t;
        double[] values =
            Arrays.stream(asked)
                .flatMap(
                    cell -> IntStream.range(0, width).map(i -> at(iteration, cell) * width + i))
                .mapToDouble(i -> all[i])
                .toArray();
        each.add(
            backend.tensor(
                width == 1 ? Shape.of(1, asked.length) : Shape.of(1, asked.length, width), values));
      }
      return each;
    }

    private int at(int iteration, int cell) {
      return (image * iterations + iteration) * cells + cell;
    }

    void decode() {
      DecodeSettings settings =
          new MaskGit().settings(architecture).withSteps(iterations).withSampling(Sampling.GREEDY);
      int[] knownIds = Arrays.stream(known).map(cell -> start[image][cell]).toArray();
      DecodeBatch batch =
          new DecodeBatch(
              image, new int[] {classes[image]}, new KnownCells(known, new int[][] {knownIds}));
      Decoder decoder = new Decoder(network, this, settings);
      Plan plan = plan(settings, asked.length);
      try (DecodeSession session = decoder.session(batch, plan, on -> chooser());
          Scope whole = backend.scope()) {
        session.begin(batch);
        Tensor cellsAsked = backend.ints(Shape.of(1, asked.length), asked);
        Layout layout = architecture.layout(settings, plan, known.length);
        int[] ids = start[image].clone();
        for (Plan.Step step : plan.steps()) {
          DecodeSession.Said said = session.step(step.index());
          Feed feed = layout.steps().get(step.index());
          ids = record(new Commit.Step(backend, step, feed, cellsAsked), said, ids);
        }
        System.arraycopy(ids, 0, found.tokens(), image * cells, cells);
      }
    }

    /** Greedy, or the largest of the logits and the file's noise. */
    private TokenChooser chooser() {
      Tensor unread = backend.tensor(Shape.of(1, asked.length), new double[asked.length]);
      List<Tensor> noise =
          has("sample_gumbel") ? noise("sample_gumbel", network.vocabulary()) : List.of();
      return (step, logits, guidance, targets) ->
          backend.sample(
              noise.isEmpty() ? logits : backend.add(logits, noise.get(step.index())),
              unread,
              Sampling.GREEDY);
    }

    /** Writes down an iteration, and gives the ids after it, by cell. */
    private int[] record(Commit.Step step, DecodeSession.Said said, int[] before) {
      if (commit == null) {
        throw new IllegalStateException("the session made no commit");
      }
      int t = step.places().index();
      int v = network.vocabulary();
      int[] chosen = said.chosen().toInts();
      int[] ids = said.ids().toInts();
      double[] logits = said.logits().toDoubles();
      double[] confidence = commit.confidence(step, said.logits(), said.chosen()).toDoubles();
      int[] after = before.clone();
      System.arraycopy(before, 0, found.sampled(), at(t, 0), cells);
      for (int i = 0; i < asked.length; i++) {
        int at = at(t, asked[i]);
        System.arraycopy(logits, i * v, found.logits(), at * v, v);
        if (before[asked[i]] == maskId()) {
          found.sampled()[at] = chosen[i];
          found.confidence()[at] = confidence[i];
        }
        after[asked[i]] = ids[known.length + i];
      }
      if (t < iterations - 1) {
        int row = image * (iterations - 1) + t;
        for (int cell = 0; cell < cells; cell++) {
          found.keep()[row * cells + cell] = after[cell] == maskId() ? 0 : 1;
        }
        found.masked()[row] = (int) Arrays.stream(after).filter(id -> id == maskId()).count();
      }
      return after;
    }
  }
}
