package dev.arpg4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The loss on images held out, by the steps done before it was taken, and its file. */
final class HeldOutLosses {
  static final String FILE_NAME = "validation.csv";

  private static final String HEADER = "steps,loss\n";

  private final Map<Integer, Double> bySteps = new TreeMap<>();

  /** Those that a run noted in its first steps; none if it has no such file. */
  static HeldOutLosses read(Path file, int done) {
    HeldOutLosses losses = new HeldOutLosses();
    if (done == 0 || !Files.exists(file)) {
      return losses;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        losses.take(line, done);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read", e);
    }
    return losses;
  }

  /** Passes over the header, and over a line that is damaged: its loss is lost, the run is not. */
  private void take(String line, int done) {
    String[] cells = line.split(",", -1);
    try {
      int steps = Integer.parseInt(cells[0]);
      double loss = Double.parseDouble(cells[1]);
      if (steps <= done) {
        put(steps, loss);
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException noLoss) {
      // Nothing to keep.
    }
  }

  void put(int steps, double loss) {
    bySteps.put(steps, loss);
  }

  /** In the order of the steps. */
  Map<Integer, Double> bySteps() {
    return bySteps;
  }

  /** What stands in the file. */
  byte[] content() {
    StringBuilder text = new StringBuilder(HEADER);
    bySteps.forEach((steps, loss) -> text.append("%d,%s\n".formatted(steps, loss)));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
