package dev.arpg4j.verify.contract;

import java.util.List;

/** The properties of VARIANTS.md 7, and the mask's two ways of saying the same. */
public final class Clauses {
  /** Every variant has it. */
  private static final Clause MASK =
      new Clause(
          "mask",
          "ends are the mask",
          "What a row sees by its number in the layout is what it sees by the mask's meaning.",
          IdProbes::mask);

  /** Every variant has it, or refuses to know cells beforehand. */
  private static final Clause GIVEN =
      new Clause(
          "known",
          "known cells",
          "Cells known beforehand keep their ids, and the loop says what their layout says.",
          IdProbes::given);

  private static final List<Clause> ALL =
      List.of(
          new Clause(
              "P1",
              "no leakage",
              "Ids drawn in a step or later reach no logits of that step or an earlier one.",
              ForwardProbes::causality),
          new Clause(
              "P2",
              "query independence",
              "A target's logits do not depend on the other targets of its step.",
              ParallelProbes::independence),
          new Clause(
              "P3",
              "query permutation",
              "Permuting the rows that ask permutes their logits.",
              ParallelProbes::permutation),
          new Clause(
              "P4",
              "cache permutation",
              "Shuffling the rows of every cache changes nothing that is read later.",
              StateProbes::cachePermutation),
          new Clause(
              "P5",
              "chunking equivalence",
              "The same rows in the same order leave the same state in chunks of any sizes.",
              StateProbes::chunking),
          new Clause(
              "P6",
              "insertion order",
              "Logits do not depend on the order in which known tokens came.",
              StateProbes::insertionOrder),
          new Clause(
              "P7a",
              "loop and training",
              "The loop's logits are those of the teacher-forced forward pass.",
              ForwardProbes::teacherForced),
          new Clause(
              "P7b",
              "loop and one shot",
              "The loop's logits are those of one block-masked forward pass.",
              ForwardProbes::oneShot),
          new Clause(
              "P8",
              "translation",
              "Moving all cells by the same rows and columns, on a larger grid, changes nothing.",
              PositionProbes::translation),
          new Clause(
              "P9",
              "append-only cache",
              "No step changes a bit of a row that was held before it.",
              StateProbes::appendOnly),
          new Clause(
              "P10",
              "ids are final",
              "An id that was committed never changes.",
              IdProbes::monotone),
          new Clause(
              "P11",
              "first step is position-blind",
              "With nothing but the class known, all cells have the same logits.",
              PositionProbes::firstStep),
          new Clause(
              "P12",
              "relabelling",
              "Logits depend on pairs of cell and id, and on their order by each step's cells alone.",
              PositionProbes::relabelling),
          new Clause(
              "P13",
              "guidance 1 is conditional",
              "With guidance 1 and both branches run, logits are the conditional ones.",
              ForwardProbes::guidanceOne),
          new Clause(
              "P14",
              "parallel samples",
              "Several cells a step are drawn from the distribution of one cell a step.",
              ParallelProbes::samples),
          MASK,
          GIVEN);

  private Clauses() {}

  /** All of them, in the table's order. */
  public static List<Clause> all() {
    return ALL;
  }

  /** Those that contracts speak of. */
  public static List<Clause> claimed() {
    return ALL.stream().filter(clause -> !ofAll(clause)).toList();
  }

  /** Whether every variant has the property, so that contracts do not mention it. */
  static boolean ofAll(Clause clause) {
    return clause == MASK || clause == GIVEN;
  }
}
