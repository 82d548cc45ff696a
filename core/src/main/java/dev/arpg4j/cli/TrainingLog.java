package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.train.Trainer.StepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The loss of every step, in a file that grows by a line a step. */
final class TrainingLog implements AutoCloseable {
  static final String FILE_NAME = "log.csv";

  private static final String HEADER = "step,loss,gradient_norm,learning_rate\n";

  private final Path file;
  private final List<StepReport> reports;
  private final Writer out;

  private TrainingLog(Path file, List<StepReport> reports, Writer out) {
    this.file = file;
    this.reports = reports;
    this.out = out;
  }

  /**
   * Goes on with a log after that many steps; what it says of later ones was lost with their
   * weights, and goes.
   *
   * @throws UncheckedIOException if the file cannot be read
   * @throws InvalidInputException if it cannot be written
   */
  static TrainingLog open(Path file, int done) {
    List<StepReport> kept = new ArrayList<>();
    try {
      if (done > 0 && Files.exists(file)) {
        Files.readAllLines(file).stream()
            .map(TrainingLog::parsed)
            .flatMap(Optional::stream)
            .filter(report -> report.step() < done)
            .forEach(kept::add);
      }
      StringBuilder text = new StringBuilder(HEADER);
      kept.forEach(report -> text.append(line(report)));
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(file, out -> out.write(bytes));
      return new TrainingLog(file, kept, Files.newBufferedWriter(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read or written", e);
    }
  }

  /** Everything logged, in the order of the steps. */
  List<StepReport> reports() {
    return List.copyOf(reports);
  }

  void add(StepReport report) {
    reports.add(report);
    try {
      out.write(line(report));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written", e);
    }
  }

  /** Hands what was added to the system: a killed run's log reaches as far as its checkpoint. */
  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written", e);
    }
  }

  private static String line(StepReport report) {
    return "%d,%s,%s,%s\n".formatted(report.step(), report.loss(), report.norm(), report.rate());
  }

  /** Empty for the header, and for a line that a killed run wrote half. */
  private static Optional<StepReport> parsed(String line) {
    String[] cells = line.split(",", -1);
    try {
      return Optional.of(
          new StepReport(
              Integer.parseInt(cells[0]),
              Double.parseDouble(cells[1]),
              Double.parseDouble(cells[2]),
              Double.parseDouble(cells[3])));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException noReport) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written", e);
    }
  }
}
