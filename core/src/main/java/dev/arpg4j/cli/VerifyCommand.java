package dev.arpg4j.cli;

import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.verify.BackendSubject;
import dev.arpg4j.verify.Properties;
import dev.arpg4j.verify.Property;
import dev.arpg4j.verify.PropertyRun;
import dev.arpg4j.verify.Subject;
import dev.arpg4j.verify.golden.GoldenFolder;
import dev.arpg4j.verify.golden.GoldenReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg verify}: the properties of a decoder, or golden numbers, on the backends at hand. */
@Command(
    name = "verify",
    description = "Checks that decoding is correct: by properties, or against golden numbers.")
final class VerifyCommand implements Callable<Integer> {
  private static final List<String> DEFAULT_BACKENDS = List.of("oracle", "cpu");
  private static final int RANDOM_TRIES = 20;
  private static final int MODEL_TRIES = 1;

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description = "compare every number of a folder of golden numbers instead")
  private @Nullable Path golden;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      arity = "1..*",
      description = "which backends to check (default: oracle cpu)")
  private List<String> backends = DEFAULT_BACKENDS;

  @Option(
      names = "--property",
      paramLabel = "ID",
      arity = "1..*",
      description = "which properties to check (default: all)")
  private List<String> properties = List.of();

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      description = "a model to check the properties on (default: random tiny models)")
  private @Nullable String model;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "the seed of the first case (default: 0)")
  private @Nullable Long seed;

  @Option(
      names = "--tries",
      paramLabel = "N",
      description =
          "cases for each property (default: "
              + RANDOM_TRIES
              + ", or "
              + MODEL_TRIES
              + " with --model or --property)")
  private @Nullable Integer tries;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "worker threads on the CPU (default: all cores)")
  private @Nullable Integer threads;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<BackendProvider> providers = backends.stream().map(BackendOptions::available).toList();
    int workers = BackendOptions.threads(threads);
    BackendProvider.Settings settings = BackendProvider.Settings.ofThreads(workers);
    boolean passed =
        golden == null ? holds(providers, workers) : agrees(golden, providers, settings);
    return passed ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private boolean agrees(
      Path folder, List<BackendProvider> providers, BackendProvider.Settings settings) {
    if (model != null || !properties.isEmpty() || seed != null || tries != null) {
      throw new InvalidInputException(
          "--golden checks numbers: leave out --model, --property, --seed and --tries");
    }
    GoldenFolder numbers = GoldenFolder.open(folder);
    boolean passed = true;
    for (BackendProvider provider : providers) {
      try (Backend backend = provider.open(settings)) {
        GoldenReport report =
            new GoldenReport(
                backend.name() + " (" + backend.device() + ")", numbers.verify(backend));
        out().println(report.text());
        passed &= report.passed();
      }
    }
    return passed;
  }

  private boolean holds(List<BackendProvider> providers, int workers) {
    List<Property> chosen =
        properties.isEmpty()
            ? Properties.all()
            : properties.stream().map(VerifyCommand::property).toList();
    Checkpoint given = model == null ? null : LocalModel.named(model).checkpoint();
    int cases = cases();
    boolean passed = true;
    for (BackendProvider provider : providers) {
      try (Subject subject = BackendSubject.open(provider, workers)) {
        passed &= holds(subject, chosen, given, cases);
      }
    }
    return passed;
  }

  private static Property property(String id) {
    try {
      return Properties.named(id);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--property: " + e.getMessage(), e);
    }
  }

  private boolean holds(
      Subject subject, List<Property> chosen, @Nullable Checkpoint given, int cases) {
    out()
        .printf(
            Locale.ROOT,
            "%s: %d properties, %s%n",
            subject.name(),
            chosen.size(),
            cases(given, cases));
    long first = seed == null ? 0 : seed;
    int held = 0;
    int failed = 0;
    for (Property property : chosen) {
      PropertyRun run = PropertyRun.of(property, subject, given, first, cases);
      out().println(run.line());
      if (!run.passed()) {
        out().println(run.report());
        failed++;
      } else if (run.tried() > 0) {
        held++;
      }
    }
    String verdict = failed > 0 ? "FAIL" : held > 0 ? "PASS" : "NOTHING CHECKED";
    out()
        .printf(
            Locale.ROOT,
            "%s: %s, %d properties held, %d failed, %d say nothing here%n",
            subject.name(),
            verdict,
            held,
            failed,
            chosen.size() - held - failed);
    return failed == 0;
  }

  private static String cases(@Nullable Checkpoint given, int cases) {
    String what = given == null ? "random model" : "random decode of " + given.name();
    return "%d %s%s for each".formatted(cases, what, cases == 1 ? "" : "s");
  }

  private int cases() {
    if (tries == null) {
      return model == null && properties.isEmpty() ? RANDOM_TRIES : MODEL_TRIES;
    }
    return Flag.positive("--tries", tries);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
