package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a benchmark that profiles a program: how often, beside what, and where to. */
final class ProfileOptions {
  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "measured runs, after two to warm up (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "another program to run after each measured decode, in quotes; it is given --repeats 1,",
        "before it --size L --steps S --batch N where there are such, and prints JSON with"
            + " seconds_per_image last"
      })
  private @Nullable String peerCommand;

  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Option(names = "--svg", paramLabel = "FILE", description = "where to draw it as a roofline")
  private @Nullable Path svg;

  @Option(
      names = "--markdown",
      description = "print the tables as a page of documentation has them")
  private boolean markdown;

  /**
   * What was asked for, checked.
   *
   * @param repeats runs that count
   * @param style how tables are printed
   */
  record Chosen(
      int repeats,
      Optional<Peer> peer,
      Optional<Path> json,
      Optional<Path> svg,
      TextTable.Style style) {
    /** Writes the file if one was asked for. */
    void writeJson(Map<String, Object> result) {
      json.ifPresent(file -> AtomicFile.write(file, out -> out.write(JsonText.of(result))));
    }

    /** Draws the picture if one was asked for; there have to be ceilings. */
    void writeSvg(String title, List<ProfileReport.Plotted> plotted) {
      svg.ifPresent(
          file -> {
            byte[] drawn = ProfileReport.svg(title, plotted).getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(file, out -> out.write(drawn));
          });
    }
  }

  /**
   * Checks what can be checked before the long work.
   *
   * @throws InvalidInputException if a flag is out of its range, a file cannot be written or there
   *     is no such peer
   */
  Chosen choose() {
    Flag.positive("--repeats", repeats);
    Optional<Path> jsonFile = Optional.ofNullable(json);
    Optional<Path> svgFile = Optional.ofNullable(svg);
    jsonFile.ifPresent(AtomicFile::check);
    svgFile.ifPresent(AtomicFile::check);
    if (json != null
        && svg != null
        && json.toAbsolutePath().normalize().equals(svg.toAbsolutePath().normalize())) {
      throw new InvalidInputException(
          "--svg %s: --json writes this file; expected another".formatted(svg));
    }
    return new Chosen(
        repeats,
        Optional.ofNullable(peerCommand).map(Peer::of),
        jsonFile,
        svgFile,
        markdown ? TextTable.Style.MARKDOWN : TextTable.Style.PLAIN);
  }
}
