package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.interpret.Tracing;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The frame of a benchmark that profiles a program: a backend that a tracer can hear, and a result
 * that is printed and written as it grows. Peak memory is a mark that only rises, so the order is:
 * load, run untraced, ask for the peak; then {@link #measureCeilings}, which fills an array of a
 * gibibyte or so; then run traced.
 */
final class ProfileBench implements AutoCloseable {
  private final ProfileOptions.Chosen asked;
  private final BackendOptions.Chosen chosen;
  private final PrintWriter out;
  private final Map<String, Object> result = new LinkedHashMap<>();
  private final Tracing tracing;

  /** Opens the backend. */
  ProfileBench(ProfileOptions.Chosen asked, BackendOptions.Chosen chosen, PrintWriter out)
      throws IOException {
    this.asked = asked;
    this.chosen = chosen;
    this.out = out;
    result.put("engine", "arpg4j " + Version.current());
    result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    this.tracing = new Tracing(chosen.open());
  }

  /**
   * Says what is measured and by what.
   *
   * @param about what every result of this benchmark says
   * @param printed the keys of the values that are printed, a line each
   * @throws InvalidInputException if a picture was asked for and there is nothing to draw it under
   */
  void begin(Map<String, Object> about, String... printed) {
    Backend backend = backend();
    requireCeilings(backend);
    result.putAll(about);
    result.put("repeats", asked.repeats());
    result.put("backend", backend.name());
    result.putAll(chosen.describe(backend));
    result.put("environment", Machine.describe());
    for (String key : printed) {
      out.printf("%-12s %s%n", key.replace('_', ' '), result.get(key));
    }
    out.flush();
  }

  private void requireCeilings(Backend backend) {
    if (asked.report().svg().isPresent() && !backend.knowsCeilings()) {
      throw new InvalidInputException(
          "--svg %s: backend %s does not know what its device does at best; expected --backend cpu"
              .formatted(asked.report().svg().get(), backend.name()));
    }
  }

  /** What computes. */
  Backend backend() {
    return tracing.delegate();
  }

  /** Who hears what is said to it, and passes it on to {@link #backend}. */
  Tracing tracing() {
    return tracing;
  }

  /** Measures the machine, once no peak is asked for any more, and says what was found. */
  Optional<Ceilings> measureCeilings() {
    Optional<Ceilings> ceilings = backend().ceilings();
    print("%n%s%n".formatted(ProfileReport.line(ceilings, backend().name())));
    ProfileReport.putCeilings(result, ceilings);
    return ceilings;
  }

  /** Prints at once. */
  void print(String text) {
    out.print(text);
    out.flush();
  }

  /**
   * Adds to the result, and writes it: whatever ends a long run early, what was measured is kept.
   */
  void put(String key, Object value) {
    result.put(key, value);
    asked.report().writeJson(result);
  }

  /** Says what all that ran until now has taken. */
  void putPeak(Machine.PeakMemory peak) {
    ProfileReport.putPeak(result, peak);
    print("%n".formatted() + ProfileReport.line(Optional.of(peak)));
  }

  /** Draws the picture if one was asked for. */
  void draw(String program, List<ProfileReport.Plotted> plotted) {
    asked
        .report()
        .writeSvg(
            () ->
                ProfileReport.svg(
                    "%s, %s weights, on %s"
                        .formatted(program, result.get("weights"), result.get("device")),
                    plotted));
  }

  @Override
  public void close() {
    tracing.close();
  }
}
