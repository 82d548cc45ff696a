package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What every backend owes a {@link Routine}: run after run, the very numbers that saying the work
 * gives, whether the backend says it or knows it by heart by then.
 *
 * @param name of the case, in words
 * @param scenario what is done
 */
public record RoutineCase(String name, Scenario scenario) {
  /** More than a backend needs to learn the work: the last ones it does by heart. */
  private static final int ROUNDS = 6;

  private static final int WIDTH = 12;
  private static final int HEADS = 2;
  private static final int IMAGES = 3;

  /** Runs routines on a backend, in a scope of the case's own, and notes what goes wrong. */
  @FunctionalInterface
  public interface Scenario {
    void play(Stage stage);
  }

  /** All cases. */
  public static List<RoutineCase> all() {
    return List.of(
        new RoutineCase("constants are assigned anew", RoutineCase::constants),
        new RoutineCase("one routine reads what another gave", RoutineCase::chain),
        new RoutineCase("a cache is filled, read and emptied", RoutineCase::cache),
        new RoutineCase("the same work in two sizes, in turn", RoutineCase::sizes),
        new RoutineCase("a run that throws counts as none", RoutineCase::failures),
        new RoutineCase("a result is handed up by a scope", RoutineCase::keeping),
        new RoutineCase("ids are drawn", RoutineCase::draws),
        new RoutineCase("one routine closes and another goes on", RoutineCase::closing));
  }

  /**
   * Plays the case.
   *
   * @return what is not as it has to be, in words; empty if all is
   */
  public List<String> violations(Backend backend) {
    try (Scope scope = backend.scope()) {
      Stage stage = new Stage(backend);
      scenario.play(stage);
      return stage.violations;
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** A backend with some weights, and the notes of one play. */
  public static final class Stage {
    private final Backend backend;
    private final Weight square;
    private final Weight scale;
    private final Tensor table;
    private final List<String> violations = new ArrayList<>();

    private Stage(Backend backend) {
      this.backend = backend;
      Shape matrix = Shape.of(WIDTH, WIDTH);
      this.square =
          backend.weight(
              new ArraySource("square", matrix, numbers(1, WIDTH * WIDTH)),
              DType.F32,
              Weight.Use.PANELS);
      this.scale =
          backend.weight(
              new ArraySource("scale", Shape.of(WIDTH), numbers(2, WIDTH)),
              DType.F32,
              Weight.Use.ROWS);
      int pairs = WIDTH / HEADS / 2;
      this.table = backend.tensor(Shape.of(4, pairs, 2), numbers(3, 8 * pairs));
    }

    private Tensor rows(int seed, int n) {
      return backend.tensor(Shape.of(IMAGES, n, WIDTH), numbers(seed, IMAGES * n * WIDTH));
    }

    private void assignRows(Tensor rows, int seed) {
      backend.assign(rows, numbers(seed, (int) rows.shape().size()));
    }

    private Tensor mapped(Tensor x) {
      try (Scope scope = backend.scope()) {
        Tensor y = backend.addRmsNorm(x, backend.linear(x, square), scale, 1e-5).norm();
        return scope.keep(backend.silu(y));
      }
    }

    private Tensor attended(KvCache cache, Tensor x, Tensor places, Tensor ends) {
      try (Scope scope = backend.scope()) {
        List<Tensor> both = backend.linearEach(x, List.of(square, square));
        backend.appendRotated(cache, both.get(0), both.get(1), table, places);
        return scope.keep(backend.attentionRotated(x, table, places, cache, ends, 0.5));
      }
    }

    /** Notes a result that is not, bit by bit, what saying the work gives. */
    private void require(int round, Tensor expected, Tensor found) {
      boolean same =
          expected.dtype() == DType.I32
              ? Arrays.equals(expected.toInts(), found.toInts())
              : Arrays.equals(expected.toDoubles(), found.toDoubles());
      require(same, "run %d gives other numbers than saying it", round + 1);
    }

    private void require(boolean holds, String words, Object... numbers) {
      if (!holds) {
        violations.add(words.formatted(numbers));
      }
    }

    private static double[] numbers(int seed, int count) {
      double[] numbers = new double[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = 2 * Philox.uniform(seed, 0, i, 0, Purpose.CASES) - 1;
      }
      return numbers;
    }
  }

  private static void constants(Stage stage) {
    Backend backend = stage.backend;
    Tensor x = stage.rows(0, 2);
    Tensor index = backend.ints(Shape.of(IMAGES, 2), new int[2 * IMAGES]);
    try (Routine<Tensor> routine = backend.routine(() -> stage.mapped(backend.gather(x, index)))) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Scope scope = backend.scope()) {
          int[] places = {round % 2, 0, 1, 1, 0, round % 2};
          stage.assignRows(x, 10 + round);
          backend.assign(index, places);
          Tensor said =
              stage.mapped(
                  backend.gather(stage.rows(10 + round, 2), backend.ints(index.shape(), places)));
          stage.require(round, said, routine.run());
        }
      }
    }
  }

  private static void chain(Stage stage) {
    Backend backend = stage.backend;
    Tensor x = stage.rows(0, 3);
    Tensor[] given = new Tensor[1];
    try (Routine<Tensor> first = backend.routine(() -> stage.mapped(x));
        Routine<Tensor> second = backend.routine(() -> stage.mapped(given[0]))) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Scope scope = backend.scope()) {
          stage.assignRows(x, 20 + round);
          given[0] = first.run();
          Tensor found = second.run();
          stage.require(round, stage.mapped(stage.mapped(stage.rows(20 + round, 3))), found);
        }
      }
    }
  }

  private static void cache(Stage stage) {
    Backend backend = stage.backend;
    int n = 2;
    KvCache cache = backend.kvCache(IMAGES, 2 * n, HEADS, WIDTH / HEADS);
    KvCache plain = backend.kvCache(IMAGES, 2 * n, HEADS, WIDTH / HEADS);
    Tensor x = stage.rows(0, n);
    Tensor places = backend.ints(Shape.of(n), 1, 3);
    Tensor ends = backend.ints(Shape.of(n), 1, n);
    Tensor more = backend.ints(Shape.of(n), n + 1, 2 * n);
    try (Routine<Tensor> first = backend.routine(() -> stage.attended(cache, x, places, ends));
        Routine<Tensor> second = backend.routine(() -> stage.attended(cache, x, places, more))) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Scope scope = backend.scope()) {
          cache.truncate(0);
          plain.truncate(0);
          stage.assignRows(x, 30 + round);
          Tensor fresh = stage.rows(30 + round, n);
          stage.require(round, stage.attended(plain, fresh, places, ends), first.run());
          stage.require(cache.length() == n, "run %d leaves %d rows", round + 1, cache.length());
          stage.require(round, stage.attended(plain, fresh, places, more), second.run());
          stage.require(
              cache.length() == 2 * n, "run %d leaves %d rows", round + 1, cache.length());
          stage.require(round, plain.keys(), cache.keys());
          stage.require(round, plain.values(), cache.values());
        }
      }
    }
  }

  private static void sizes(Stage stage) {
    Backend backend = stage.backend;
    Tensor few = stage.rows(0, 1);
    Tensor many = stage.rows(0, 9);
    try (Routine<Tensor> small = backend.routine(() -> stage.mapped(few));
        Routine<Tensor> large = backend.routine(() -> stage.mapped(many))) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Scope scope = backend.scope()) {
          stage.assignRows(few, 40 + round);
          stage.assignRows(many, 50 + round);
          Tensor one = small.run();
          Tensor nine = large.run();
          stage.require(round, stage.mapped(stage.rows(40 + round, 1)), one);
          stage.require(round, stage.mapped(stage.rows(50 + round, 9)), nine);
        }
      }
    }
  }

  /** The first saying and the third fail, after something was appended. */
  private static void failures(Stage stage) {
    Backend backend = stage.backend;
    KvCache cache = backend.kvCache(IMAGES, 2, HEADS, WIDTH / HEADS);
    KvCache plain = backend.kvCache(IMAGES, 2, HEADS, WIDTH / HEADS);
    Tensor x = stage.rows(0, 2);
    Tensor places = backend.ints(Shape.of(2), 0, 2);
    Tensor ends = backend.ints(Shape.of(2), 1, 2);
    int[] sayings = {0};
    try (Routine<Tensor> routine =
        backend.routine(
            () -> {
              Tensor y = stage.attended(cache, x, places, ends);
              int saying = sayings[0]++;
              if (saying == 0 || saying == 2) {
                throw new UnsupportedOperationException("saying " + saying);
              }
              return y;
            })) {
      int thrown = 0;
      for (int round = 0; round < ROUNDS + 2; round++) {
        try (Scope scope = backend.scope()) {
          cache.truncate(0);
          plain.truncate(0);
          stage.assignRows(x, 60 + round);
          Tensor found = routine.run();
          Tensor said = stage.attended(plain, stage.rows(60 + round, 2), places, ends);
          stage.require(round, said, found);
          stage.require(cache.length() == 2, "run %d leaves %d rows", round + 1, cache.length());
        } catch (UnsupportedOperationException expected) {
          thrown++;
        }
      }
      stage.require(thrown == 2, "%d runs threw, expected 2", thrown);
    }
  }

  private static void keeping(Stage stage) {
    Backend backend = stage.backend;
    Tensor x = stage.rows(0, 2);
    try (Routine<Tensor> routine = backend.routine(() -> stage.mapped(x))) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Scope outer = backend.scope()) {
          stage.assignRows(x, 70 + round);
          Tensor kept;
          try (Scope inner = backend.scope()) {
            kept = inner.keep(routine.run());
          }
          stage.require(round, stage.mapped(stage.rows(70 + round, 2)), kept);
        }
      }
    }
  }

  private static void draws(Stage stage) {
    Backend backend = stage.backend;
    int n = 5;
    Tensor seed = backend.ints(Shape.of(2), 7, 8);
    Tensor images = backend.ints(Shape.of(IMAGES), 0, 1, 2);
    Tensor slots = backend.ints(Shape.of(n), 4, 3, 2, 1, 0);
    Tensor draw = backend.ints(Shape.of(1), 0);
    Tensor weights = backend.tensor(Shape.of(1), 2.5);
    Tensor logits = stage.rows(80, 2 * n);
    Shape halves = Shape.of(2 * IMAGES, n, WIDTH);
    try (Routine<Tensor> routine =
        backend.routine(
            () -> {
              try (Scope scope = backend.scope()) {
                Tensor uniform = backend.uniform(seed, images, slots, draw, Purpose.SAMPLE);
                Tensor both = backend.reshape(logits, halves);
                return scope.keep(backend.sampleGuided(both, weights, uniform, Sampling.PLAIN));
              }
            })) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Scope scope = backend.scope()) {
          int[] places = {3 * round, 3 * round + 1, 3 * round + 2};
          backend.assign(images, places);
          stage.assignRows(logits, 80 + round);
          Tensor fresh = backend.reshape(stage.rows(80 + round, 2 * n), halves);
          Tensor uniform =
              backend.uniform(
                  seed, backend.ints(images.shape(), places), slots, draw, Purpose.SAMPLE);
          Tensor said = backend.sampleGuided(fresh, weights, uniform, Sampling.PLAIN);
          stage.require(round, said, routine.run());
        }
      }
    }
  }

  private static void closing(Stage stage) {
    Backend backend = stage.backend;
    Tensor x = stage.rows(0, 2);
    try (Routine<Tensor> lasting = backend.routine(() -> stage.mapped(x))) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Scope scope = backend.scope();
            Routine<Tensor> passing = backend.routine(() -> stage.mapped(stage.mapped(x)))) {
          stage.assignRows(x, 90 + round);
          for (int run = 0; run < 3; run++) {
            passing.run();
          }
          Tensor fresh = stage.rows(90 + round, 2);
          stage.require(round, stage.mapped(stage.mapped(fresh)), passing.run());
          stage.require(round, stage.mapped(fresh), lasting.run());
        }
      }
    }
  }
}
