package dev.arpg4j.verify.contract;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.variant.Contract;
import dev.arpg4j.variant.Contract.Claim;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.verify.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A clause tried on a variant: what is claimed to hold has to hold in every case, what is claimed
 * to be violated has to be seen violated in one.
 *
 * @param entry what the variant claims
 * @param tried cases that had what the property is about
 * @param held the comparison closest to failing, or the one that failed; null if nothing had to
 *     hold
 * @param shown the violation, or the last case looked at if there is none; null if none had to be
 *     shown
 * @param where the case that failed, or that shows the violation
 */
public record ContractRun(
    Clause clause,
    Contract.Entry entry,
    int tried,
    @Nullable Outcome held,
    @Nullable Outcome shown,
    String where) {
  /** A violation is looked for in at least so many cases: some of them are too small to have it. */
  private static final int LOOKED_AT = 30;

  /** What no contract says, since it is true of all. */
  private static final Contract.Entry ALWAYS = new Contract.Entry(Claim.HOLDS, "");

  private static final Contract.Entry NOT_SAID =
      new Contract.Entry(Claim.UNDEFINED, "the contract does not mention it");

  /** Tries what a variant claims on the cases of the seeds from {@code seed} on. */
  public static ContractRun of(
      Clause clause, Variant variant, Backend backend, long seed, int cases) {
    return of(clause, variant, variant.contract(), backend, seed, cases);
  }

  /** Tries what a contract claims of a variant. */
  public static ContractRun of(
      Clause clause, Variant variant, Contract contract, Backend backend, long seed, int cases) {
    Contract.Entry entry =
        contract.entries().getOrDefault(clause.id(), Clauses.ofAll(clause) ? ALWAYS : NOT_SAID);
    Search search = new Search(clause, variant, backend, entry);
    if (entry.claim() != Claim.UNDEFINED) {
      for (int i = 0; i < cases || i < LOOKED_AT && !search.shownOrNotAsked(); i++) {
        // What cells are conditioned by lives as long as its case.
        try (Scope _ = backend.scope()) {
          if (!search.look(seed + i, i < cases || search.held.isEmpty())) {
            break;
          }
        }
      }
    }
    return search.result();
  }

  /** The cases of a clause, one after the other. */
  private static final class Search {
    private final Clause clause;
    private final Variant variant;
    private final Backend backend;
    private final Contract.Entry entry;
    private final List<Outcome> held = new ArrayList<>();
    private @Nullable Outcome shown;
    private int tried;
    private String where = "";

    Search(Clause clause, Variant variant, Backend backend, Contract.Entry entry) {
      this.clause = clause;
      this.variant = variant;
      this.backend = backend;
      this.entry = entry;
    }

    /**
     * Looks at a case.
     *
     * @param holding whether what has to hold is checked too
     * @return whether to go on
     */
    boolean look(long seed, boolean holding) {
      Trial trial = new Trial(variant, backend, seed);
      Finding finding = clause.probe().of(trial);
      List<Comparison> all = new ArrayList<>(finding.core());
      all.addAll(finding.rest());
      tried += all.isEmpty() ? 0 : 1;
      List<Comparison> holds = holds(finding, all);
      for (Comparison each : holding ? holds : List.<Comparison>of()) {
        Outcome outcome = each.agrees();
        held.add(outcome);
        if (!outcome.passed()) {
          where = trial.toString();
          return false;
        }
      }
      for (Comparison each : violated(finding, all)) {
        if (shown == null || !shown.passed()) {
          shown = each.differs();
          where = shown.passed() ? trial.toString() : where;
        }
      }
      return true;
    }

    private List<Comparison> holds(Finding finding, List<Comparison> all) {
      return switch (entry.claim()) {
        case HOLDS -> all;
        case FIRST, GROUP -> finding.core();
        case VIOLATED, UNDEFINED -> List.of();
      };
    }

    private List<Comparison> violated(Finding finding, List<Comparison> all) {
      return switch (entry.claim()) {
        case VIOLATED -> all;
        case FIRST, GROUP -> finding.rest();
        case HOLDS, UNDEFINED -> List.of();
      };
    }

    boolean shownOrNotAsked() {
      return entry.claim() == Claim.HOLDS
          ? !held.isEmpty()
          : shown != null && shown.passed() && (entry.claim() == Claim.VIOLATED || !held.isEmpty());
    }

    ContractRun result() {
      Outcome worst = held.isEmpty() ? null : Outcome.all(held);
      return new ContractRun(clause, entry, tried, worst, shown, where);
    }
  }

  /** Whether the claim is true, as far as was tried. */
  public boolean passed() {
    Outcome must = held;
    Outcome not = shown;
    boolean holds = must != null && must.passed();
    boolean exhibited = not != null && not.passed();
    return switch (entry.claim()) {
      case HOLDS -> holds;
      case FIRST, GROUP -> holds && exhibited;
      case VIOLATED -> exhibited;
      case UNDEFINED -> !entry.reason().isEmpty() && entry != NOT_SAID;
    };
  }

  /**
   * Result, id, claim, name, and how close what was compared came; the reason of what is not
   * claimed.
   */
  public String line() {
    String result =
        entry.claim() == Claim.UNDEFINED && passed() ? "n/a" : passed() ? "pass" : "FAIL";
    return String.format(
            Locale.ROOT,
            "  %-5s %-5s %-4s %-29s %s",
            result,
            clause.id(),
            entry.claim().mark(),
            clause.name(),
            found())
        .stripTrailing();
  }

  private String found() {
    if (entry.claim() == Claim.UNDEFINED) {
      return entry.reason();
    }
    List<String> words = new ArrayList<>();
    if (held != null) {
      words.add(numbers("worst %.1e of %.1e", held));
    }
    if (shown != null) {
      words.add(
          numbers(
              shown.passed() ? "violated: %.1e over %.1e" : "no violation: %.1e of %.1e", shown));
    }
    if (!entry.reason().isEmpty()) {
      words.add(entry.reason());
    }
    return "%d cases, ".formatted(tried) + String.join("; ", words);
  }

  private static String numbers(String format, Outcome outcome) {
    return String.format(Locale.ROOT, format, outcome.worst(), outcome.bound());
  }

  /** Everything about a claim that is wrong, in lines. */
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append("%s %s: the claim %s is wrong%n".formatted(clause.id(), clause.name(), said()));
    text.append("  %s%n".formatted(clause.statement()));
    if (tried == 0) {
      text.append("  no case has what it is about%n".formatted());
    }
    for (Outcome each : Stream.of(held, shown).filter(Objects::nonNull).toList()) {
      text.append(numbers("  difference %.3g, bound %.3g: ", each)).append(each.where());
      each.pairs().forEach(pair -> text.append("%n    %s".formatted(pair)));
      text.append(System.lineSeparator());
    }
    return text.append(where.isEmpty() ? "" : "  case: " + where).toString().stripTrailing();
  }

  private String said() {
    return entry.reason().isEmpty()
        ? entry.claim().mark()
        : entry.claim().mark() + " (" + entry.reason() + ")";
  }
}
