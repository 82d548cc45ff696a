package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import dev.arpg4j.tensor.cases.OpSurvey;
import dev.arpg4j.tensor.cases.RoutineCase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every op on a backend against the float64 oracle, each case within its own bound, in every type
 * that the backend computes in; and routines, which a device may record and replay.
 *
 * @param ops by the names of their methods
 * @param seed of the first random case; null for the fixed list and the random cases after it
 * @param tries random cases of each op; null for {@value #RANDOM_CASES}, or 1 with a seed
 * @param routines what ops said again and again must give, whether or not they are recorded
 */
record VerifyOps(
    List<String> ops, @Nullable Long seed, @Nullable Integer tries, List<RoutineCase> routines)
    implements VerifySection {
  static final String REFERENCE = "oracle";
  private static final int RANDOM_CASES = 20;

  /** Every op, and all routines unless one random case is to be repeated. */
  static VerifyOps all(@Nullable Long seed, @Nullable Integer tries) {
    return new VerifyOps(OpCases.ops(), seed, tries, seed == null ? RoutineCase.all() : List.of());
  }

  @Override
  public boolean holds(Checked backend) {
    if (backend.name().equals(REFERENCE)) {
      return backend.notChecked("ops", "another backend: they are held against the oracle");
    }
    boolean passed = true;
    for (DType type : backend.types()) {
      passed &= holds(backend, type);
    }
    return passed;
  }

  private boolean holds(Checked backend, DType type) {
    String name = backend.name() + " " + Choice.nameOf(Choice.COMPUTE_TYPES, type);
    backend.say("%s: %d ops against the float64 oracle", name, ops.size());
    int total = 0;
    int failed = 0;
    int notChecked = 0;
    boolean repeats;
    try (Backend subject = backend.provider().open(backend.as(type))) {
      for (String op : ops) {
        OpSurvey survey = survey(op, subject);
        backend.say("%s", survey.line());
        if (!survey.passed()) {
          backend.say("%s", survey.report(opCase -> command(opCase, backend.name(), type)));
        }
        total += survey.cases();
        failed += survey.failures().size();
        notChecked += survey.notChecked();
      }
      repeats = repeats(backend, subject);
    }
    boolean passed = failed == 0 && repeats;
    boolean nothing = total == 0 && routines.isEmpty();
    backend.say(
        "%s: %s, %d cases of %d ops, %d beyond their bound%s%s",
        name,
        passed ? nothing ? "NOTHING CHECKED" : "PASS" : "FAIL",
        total,
        ops.size(),
        failed,
        repeats ? "" : ", and routines that give other numbers",
        notChecked == 0 ? "" : ", %d not checked".formatted(notChecked));
    return passed;
  }

  /** Whether work that is said again, or replayed by a device, gives what saying it gives. */
  private boolean repeats(Checked backend, Backend subject) {
    if (routines.isEmpty()) {
      return true;
    }
    List<String> wrong = new ArrayList<>();
    for (RoutineCase routine : routines) {
      violations(routine, subject).forEach(words -> wrong.add(routine.name() + ": " + words));
    }
    backend.say(
        "  %s  routines: %d cases, %s",
        wrong.isEmpty() ? "pass" : "FAIL",
        routines.size(),
        wrong.isEmpty() ? "all equal" : "not all equal");
    wrong.forEach(line -> backend.say("    %s", line));
    return wrong.isEmpty();
  }

  private static List<String> violations(RoutineCase routine, Backend subject) {
    try {
      return routine.violations(subject);
    } catch (RuntimeException e) {
      // As with ops, one that a backend refuses must not hide what the others give.
      return List.of("threw " + e);
    }
  }

  private OpSurvey survey(String op, Backend subject) {
    List<OpCase> cases = cases(op);
    // Weights live as long as their backend, and an oracle's are twice as large as any other's.
    try (Backend oracle =
            BackendProvider.named(REFERENCE).open(BackendProvider.Settings.allCores());
        Progress progress = Progress.of(op, cases.size())) {
      return OpSurvey.of(op, cases, oracle, subject, progress::step);
    }
  }

  private List<OpCase> cases(String op) {
    long first = seed == null ? 0 : seed;
    int random = tries != null ? tries : seed == null ? RANDOM_CASES : 1;
    Stream<OpCase> drawn =
        LongStream.range(first, first + random).mapToObj(each -> OpCases.random(op, each));
    List<OpCase> cases = new ArrayList<>(seed == null ? OpCases.of(op) : List.of());
    drawn.forEach(cases::add);
    return cases;
  }

  private static String command(OpCase opCase, String backend, DType type) {
    boolean listed = OpCases.all().contains(opCase);
    return "./arpg verify --backend %s --compute %s --op %s%s"
        .formatted(
            backend,
            Choice.nameOf(Choice.COMPUTE_TYPES, type),
            opCase.op(),
            listed ? "" : " --seed " + opCase.seed());
  }
}
