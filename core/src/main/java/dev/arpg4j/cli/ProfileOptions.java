package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say where the profile of a program goes. */
final class ProfileOptions {
  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Option(names = "--svg", paramLabel = "FILE", description = "where to draw it as a roofline")
  private @Nullable Path svg;

  @Option(
      names = "--markdown",
      description = "print the tables as a page of documentation has them")
  private boolean markdown;

  /** How tables are printed. */
  TextTable.Style style() {
    return markdown ? TextTable.Style.MARKDOWN : TextTable.Style.PLAIN;
  }

  /** Refuses files that cannot be written, before the long work. */
  void check() {
    if (json != null) {
      AtomicFile.check(json);
    }
    if (svg != null) {
      AtomicFile.check(svg);
    }
  }

  /** What every result begins with. */
  static Map<String, Object> header() throws IOException {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("engine", "arpg4j " + Version.current());
    result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return result;
  }

  /** Prints some of a result's values, a line each. */
  static void print(Map<String, Object> result, PrintWriter out, String... keys) {
    for (String key : keys) {
      out.printf("%-12s %s%n", key.replace('_', ' '), result.get(key));
    }
  }

  /** Measures the machine before anything else fills its memory, and says what was found. */
  static Optional<Ceilings> measure(Backend backend, PrintWriter out) {
    Optional<Ceilings> ceilings = backend.ceilings();
    // What was read is given back, so that it does not count as memory of the program measured.
    System.gc();
    out.println(ProfileReport.line(ceilings, backend.name()));
    out.flush();
    return ceilings;
  }

  /** Writes the file if one was asked for. */
  void writeJson(Map<String, Object> result) {
    if (json != null) {
      AtomicFile.write(json, out -> out.write(JsonText.of(result)));
    }
  }

  /** Draws the picture if one was asked for; there have to be ceilings. */
  void writeSvg(String title, List<ProfileReport.Plotted> plotted) {
    if (svg == null) {
      return;
    }
    String drawn = ProfileReport.svg(title, plotted);
    AtomicFile.write(svg, out -> out.write(drawn.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Refuses a picture of a backend without ceilings.
   *
   * @throws InvalidInputException if a picture was asked for and there is nothing to draw it under
   */
  void requireCeilings(Optional<Ceilings> ceilings, String backend) {
    if (svg != null && ceilings.isEmpty()) {
      throw new InvalidInputException(
          "--svg %s: backend %s does not know what its device does at best; expected --backend cpu"
              .formatted(svg, backend));
    }
  }
}
