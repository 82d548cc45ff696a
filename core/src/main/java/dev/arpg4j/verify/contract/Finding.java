package dev.arpg4j.verify.contract;

import java.util.List;

/**
 * What a case shows of a property, in the two parts that a claim may tell apart.
 *
 * @param core of the first target of each step; or inside a group; or all there is
 * @param rest of later targets; or across groups
 */
record Finding(List<Comparison> core, List<Comparison> rest) {
  /** The case has nothing that the property is about. */
  static final Finding NOTHING = new Finding(List.of(), List.of());

  /** The system said in one line that it does not do this: nothing can differ. */
  static final Finding REFUSED =
      Finding.of(
          new Comparison.Pairs().add(new double[] {1}, new double[] {1}).bits("refused in words"));

  Finding {
    core = List.copyOf(core);
    rest = List.copyOf(rest);
  }

  /** Undivided. */
  static Finding of(Comparison... comparisons) {
    return new Finding(List.of(comparisons), List.of());
  }
}
