package dev.arpg4j.cli;

import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.cases.OpCases;
import dev.arpg4j.verify.Properties;
import dev.arpg4j.verify.Property;
import dev.arpg4j.verify.golden.GoldenFolder;
import dev.arpg4j.verify.golden.GoldenReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg verify}: what a backend must satisfy, in sections (properties of the decoder, each op
 * against the oracle, tokens against the cpu's, closeness of bfloat16), or golden numbers.
 */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Checks that decoding is correct: by properties, op by op, token by token, against golden"
          + " numbers, or by what each system of the family claims.",
      "Without --backend: the properties on oracle and cpu, and every op of cpu. A backend that is"
          + " named is checked in all sections."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final List<String> DEFAULT_BACKENDS = List.of(VerifyOps.REFERENCE, "cpu");
  private static final int RANDOM_TRIES = 20;
  private static final int MODEL_TRIES = 1;

  /** What {@code --only} chooses from, in the order in which they run. */
  private enum Section {
    PROPERTIES,
    OPS,
    TOKENS,
    BF16
  }

  private static final Set<Section> RANDOM_SECTIONS = EnumSet.of(Section.PROPERTIES, Section.OPS);

  private static final List<Choice<Section>> SECTIONS =
      List.of(
          new Choice<>("properties", Section.PROPERTIES),
          new Choice<>("ops", Section.OPS),
          new Choice<>("tokens", Section.TOKENS),
          new Choice<>("bf16", Section.BF16));

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      arity = "1..*",
      description = "which backends to check (default: oracle cpu)")
  private @Nullable List<String> backends;

  @Option(
      names = "--only",
      paramLabel = "SECTION",
      arity = "1..*",
      description = "which sections: properties, ops, tokens, bf16 (default: see above)")
  private List<String> only = List.of();

  @Option(
      names = "--property",
      paramLabel = "ID",
      arity = "1..*",
      description = "which properties to check (default: all)")
  private List<String> properties = List.of();

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      description =
          "a model to check the properties on (default: random tiny models), or with --only bf16"
              + " to measure")
  private @Nullable String model;

  @Option(
      names = "--op",
      paramLabel = "NAME",
      arity = "1..*",
      description = "which ops to check (default: all)")
  private List<String> ops = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "the seed of the first random case (default: 0; for ops the fixed cases before it)")
  private @Nullable Long seed;

  @Option(
      names = {"--tries", "--cases"},
      paramLabel = "N",
      description =
          "random cases for each property and op (default: "
              + RANDOM_TRIES
              + ", or "
              + MODEL_TRIES
              + " with --model, --property or, for ops, --seed)")
  private @Nullable Integer tries;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "images whose tokens are compared (default: "
              + VerifyTokens.AGAINST_CPU
              + ", or "
              + VerifyTokens.AGAINST_ORACLE
              + " against the oracle, which is slow)")
  private @Nullable Integer images;

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description = "compare every number of a folder of golden numbers instead")
  private @Nullable Path golden;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      arity = "1..*",
      description =
          "check what systems of the family claim of each property instead, or all of them")
  private List<String> variants = List.of();

  @Option(
      names = "--variants",
      description = "list what each system of the family claims, unchecked")
  private boolean listVariants;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (listVariants) {
      out().print(VerifyContracts.claims());
      return ExitCode.OK;
    }
    BackendProvider.Settings settings = settingsOptions.choose();
    List<String> named = backends == null ? DEFAULT_BACKENDS : backends;
    List<BackendProvider> providers =
        named.stream().map(name -> DeviceOptions.available(name, settings)).toList();
    boolean passed =
        !variants.isEmpty()
            ? keep(providers, settings)
            : golden == null ? holds(providers, settings) : agrees(golden, providers, settings);
    return passed ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private boolean keep(List<BackendProvider> providers, BackendProvider.Settings settings) {
    if (golden != null || !only.isEmpty() || !implied().isEmpty()) {
      throw new InvalidInputException(
          "--variant checks contracts: leave out --golden, --only, --model, --property, --op and"
              + " --images");
    }
    VerifyContracts contracts =
        VerifyContracts.of(
            variants,
            seed == null ? 0 : seed,
            tries == null ? RANDOM_TRIES : Flag.positive("--tries", tries));
    boolean passed = true;
    for (BackendProvider provider : providers) {
      passed &= contracts.holds(new VerifySection.Checked(provider, settings, out()));
    }
    return passed;
  }

  private boolean agrees(
      Path folder, List<BackendProvider> providers, BackendProvider.Settings settings) {
    if (!only.isEmpty() || !implied().isEmpty() || seed != null || tries != null) {
      throw new InvalidInputException(
          "--golden checks numbers: leave out --only, --model, --property, --op, --images, --seed"
              + " and --tries");
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

  private boolean holds(List<BackendProvider> providers, BackendProvider.Settings settings) {
    Map<Section, VerifySection> sections = sections();
    Set<Section> asked = asked();
    checkRandom(asked);
    boolean passed = true;
    for (BackendProvider provider : providers) {
      VerifySection.Checked checked = new VerifySection.Checked(provider, settings, out());
      for (Section section : asked.isEmpty() ? usual(provider) : asked) {
        passed &= Objects.requireNonNull(sections.get(section)).holds(checked);
      }
    }
    return passed;
  }

  /** All sections, with their flags checked. */
  private Map<Section, VerifySection> sections() {
    for (String op : ops) {
      if (!OpCases.ops().contains(op)) {
        throw new InvalidInputException(
            "--op '%s': expected one of %s".formatted(op, String.join(", ", OpCases.ops())));
      }
    }
    Map<Section, VerifySection> sections = new EnumMap<>(Section.class);
    sections.put(
        Section.PROPERTIES,
        new VerifyProperties(
            properties.isEmpty()
                ? Properties.all()
                : properties.stream().map(VerifyCommand::property).toList(),
            model == null ? null : givenModel(model),
            seed == null ? 0 : seed,
            cases()));
    sections.put(
        Section.OPS,
        ops.isEmpty() ? VerifyOps.all(seed, tries) : new VerifyOps(ops, seed, tries, List.of()));
    sections.put(
        Section.TOKENS,
        new VerifyTokens(images == null ? null : Flag.positive("--images", images)));
    sections.put(Section.BF16, new VerifyCloseness(model == null ? null : givenModel(model)));
    return sections;
  }

  /** What a flag speaks about is what is to be checked. */
  private Set<Section> implied() {
    Set<Section> implied = EnumSet.noneOf(Section.class);
    if (!properties.isEmpty() || model != null && !only.contains("bf16")) {
      implied.add(Section.PROPERTIES);
    }
    if (!ops.isEmpty()) {
      implied.add(Section.OPS);
    }
    if (images != null) {
      implied.add(Section.TOKENS);
    }
    return implied;
  }

  /** The sections asked for by name or by a flag of theirs; empty for the usual ones. */
  private Set<Section> asked() {
    Set<Section> implied = implied();
    if (only.isEmpty()) {
      return implied;
    }
    Set<Section> asked = EnumSet.noneOf(Section.class);
    only.forEach(name -> asked.add(Choice.named("--only", SECTIONS, name).value()));
    if (!asked.containsAll(implied)) {
      throw new InvalidInputException(
          "--only %s: leaves out what --model, --property, --op or --images speaks about"
              .formatted(String.join(" ", only)));
    }
    return asked;
  }

  /** Only some sections draw cases. */
  private void checkRandom(Set<Section> asked) {
    String flag = seed != null ? "--seed " + seed : tries != null ? "--tries " + tries : null;
    if (flag != null && !asked.isEmpty() && Collections.disjoint(asked, RANDOM_SECTIONS)) {
      throw new InvalidInputException(
          "%s: no random cases are asked for; expected properties or ops to be checked"
              .formatted(flag));
    }
  }

  /** The oracle is what the others are held against; a default run takes no longer than it must. */
  private Set<Section> usual(BackendProvider provider) {
    if (provider.name().equals(VerifyOps.REFERENCE)) {
      return EnumSet.of(Section.PROPERTIES);
    }
    return backends == null
        ? EnumSet.of(Section.PROPERTIES, Section.OPS)
        : EnumSet.allOf(Section.class);
  }

  private static Checkpoint givenModel(String name) {
    return LocalModel.arpg(name);
  }

  private static Property property(String id) {
    try {
      return Properties.named(id);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--property: " + e.getMessage(), e);
    }
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
