package dev.arpg4j.compare;

import java.util.ArrayList;
import java.util.List;

/** Whether the clock orders systems as the cost model does, and why not where it does not. */
public final class Ordering {
  private Ordering() {}

  /** What becomes of a disagreement. */
  public enum Reason {
    /** Their decodes took times that overlap. */
    SPREAD("within the spread"),
    /** The roofline orders them as the clock does. */
    ROOFLINE("as the roofline says"),
    /** No ceilings are known, and who took longer moves more bytes. */
    BYTES("moves more bytes"),
    /** The roofline orders them as the operations do: the ops of one are further from it. */
    OPEN("not as the roofline says");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /**
   * Two systems that the clock orders otherwise than their operations do.
   *
   * @param slower took longer, with fewer operations
   * @param faster took less time, with more
   */
  public record Disagreement(Row slower, Row faster, Reason reason) {}

  /**
   * How often and where clock and model disagree, of all pairs that were measured.
   *
   * @param asTheRoofline how many pairs the roofline orders as the clock does
   */
  public record Result(int pairs, List<Disagreement> disagreements, int asTheRoofline) {
    public Result {
      disagreements = List.copyOf(disagreements);
    }
  }

  /** Compares every pair of rows that were measured. */
  public static Result of(List<Row> rows) {
    List<Row> measured = rows.stream().filter(row -> row.measured().isPresent()).toList();
    List<Disagreement> found = new ArrayList<>();
    int pairs = 0;
    int asTheRoofline = 0;
    for (int i = 0; i < measured.size(); i++) {
      for (int j = i + 1; j < measured.size(); j++) {
        Row one = measured.get(i);
        Row other = measured.get(j);
        Row slower = seconds(one) > seconds(other) ? one : other;
        Row faster = slower == one ? other : one;
        if (slower.guidedFlops() < faster.guidedFlops()) {
          found.add(new Disagreement(slower, faster, reason(slower, faster)));
        }
        pairs++;
        asTheRoofline += best(slower) > best(faster) ? 1 : 0;
      }
    }
    return new Result(pairs, found, asTheRoofline);
  }

  private static double seconds(Row row) {
    return row.measured().orElseThrow().median();
  }

  /** Under the roofline, 0 if it is not known. */
  private static double best(Row row) {
    return row.work().orElseThrow().bestSecondsPerImage();
  }

  private static Reason reason(Row slower, Row faster) {
    if (slower.measured().orElseThrow().overlaps(faster.measured().orElseThrow())) {
      return Reason.SPREAD;
    }
    if (best(slower) > 0) {
      return best(slower) > best(faster) ? Reason.ROOFLINE : Reason.OPEN;
    }
    BatchWork more = slower.work().orElseThrow();
    BatchWork less = faster.work().orElseThrow();
    return more.bytesPerImage() > less.bytesPerImage() ? Reason.BYTES : Reason.OPEN;
  }
}
