package dev.arpg4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where a command under test reports to. */
record ReportFiles(Path json, Path svg) {
  static ReportFiles in(Path folder) {
    return new ReportFiles(folder.resolve("report.json"), folder.resolve("report.svg"));
  }

  /** Flags, and those that ask for both files. */
  String[] after(List<String> flags, String... more) {
    List<String> files = List.of("--json", json.toString(), "--svg", svg.toString());
    return Stream.of(flags, List.of(more), files).flatMap(List::stream).toArray(String[]::new);
  }

  JsonNode read() {
    return JsonMapper.shared().readTree(json.toFile());
  }
}
