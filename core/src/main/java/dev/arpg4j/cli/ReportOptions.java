package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a benchmark that say what becomes of its numbers. */
final class ReportOptions {
  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Option(names = "--svg", paramLabel = "FILE", description = "where to draw it")
  private @Nullable Path svg;

  @Option(
      names = "--markdown",
      description = "print the tables as a page of documentation has them")
  private boolean markdown;

  /**
   * What was asked for, checked.
   *
   * @param style how tables are printed
   */
  record Chosen(Optional<Path> json, Optional<Path> svg, TextTable.Style style) {
    /** Writes the file if one was asked for. */
    void writeJson(Map<String, Object> result) {
      json.ifPresent(file -> AtomicFile.write(file, out -> out.write(JsonText.of(result))));
    }

    /** Draws the picture if one was asked for. */
    void writeSvg(Supplier<String> drawing) {
      svg.ifPresent(
          file -> {
            byte[] drawn = drawing.get().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(file, out -> out.write(drawn));
          });
    }
  }

  /**
   * Checks what can be checked before the long work.
   *
   * @throws InvalidInputException if a file cannot be written, or both are the same
   */
  Chosen choose() {
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
        jsonFile, svgFile, markdown ? TextTable.Style.MARKDOWN : TextTable.Style.PLAIN);
  }
}
