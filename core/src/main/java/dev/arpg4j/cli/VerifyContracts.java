package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.Contract;
import dev.arpg4j.variant.Contract.Claim;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.verify.contract.Clause;
import dev.arpg4j.verify.contract.Clauses;
import dev.arpg4j.verify.contract.ContractRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What systems of the family claim of each property, tried on tiny random models.
 *
 * @param first the seed of the first case
 */
record VerifyContracts(List<Variant> variants, long first, int cases) implements VerifySection {
  private static final String ALL = "all";

  /**
   * The systems of these names, or all.
   *
   * @throws InvalidInputException if one is not known, listing those there are
   */
  static VerifyContracts of(List<String> names, long first, int cases) {
    List<Variant> variants = new ArrayList<>();
    for (String name : names) {
      if (name.equalsIgnoreCase(ALL)) {
        variants.addAll(Family.all());
      } else {
        variants.add(named(name));
      }
    }
    return new VerifyContracts(List.copyOf(variants), first, cases);
  }

  /**
   * The system of that name.
   *
   * @throws InvalidInputException if it is not known, listing those there are
   */
  static Variant named(String name) {
    try {
      return Family.named(name);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--variant: " + e.getMessage(), e);
    }
  }

  /** A line for each system: its claims, unchecked. */
  static TextTable claims() {
    TextTable table =
        new TextTable(
            Stream.concat(Stream.of("variant"), Clauses.claimed().stream().map(Clause::id))
                .toArray(String[]::new));
    for (Variant variant : Family.all()) {
      Map<String, Contract.Entry> entries = variant.contract().entries();
      List<String> row = new ArrayList<>(List.of(variant.name()));
      for (Clause clause : Clauses.claimed()) {
        Contract.Entry entry = entries.get(clause.id());
        row.add(entry == null ? "?" : entry.claim().mark());
      }
      table.add(row);
    }
    return table;
  }

  @Override
  public boolean holds(Checked backend) {
    List<DType> types = backend.exactTypes();
    if (types.isEmpty()) {
      return backend.notChecked("contracts", "float32: --compute f32");
    }
    boolean passed = true;
    try (Backend opened = backend.provider().open(backend.as(types.getFirst()))) {
      for (Variant variant : variants) {
        passed &= holds(backend, opened, variant);
      }
    }
    return passed;
  }

  private boolean holds(Checked backend, Backend opened, Variant variant) {
    backend.say(
        "%s, %s: %d random models for each property", variant.title(), backend.name(), cases);
    int wrong = 0;
    int unchecked = 0;
    for (Clause clause : Clauses.all()) {
      ContractRun run = ContractRun.of(clause, variant, opened, first, cases);
      backend.say("%s", run.line());
      if (!run.passed()) {
        backend.say("%s", run.report());
        wrong++;
      } else if (run.entry().claim() == Claim.UNDEFINED) {
        unchecked++;
      }
    }
    backend.say(
        "%s, %s: %s, %d claims are true, %d wrong, %d not defined",
        variant.title(),
        backend.name(),
        wrong == 0 ? "PASS" : "FAIL",
        Clauses.all().size() - wrong - unchecked,
        wrong,
        unchecked);
    return wrong == 0;
  }
}
