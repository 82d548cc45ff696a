package dev.arpg4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of documentation.
 *
 * @param path from the root of the tree
 */
record Page(Path path, List<String> lines) {
  static final Path ROOT = Path.of("..");

  private static final String FENCE = "```";

  /** Lines between fences. */
  interface Block {
    String text();
  }

  /** Lines that stand in a file of the tree. */
  record FromFile(Page page, Path file, String text) implements Block {
    @Override
    public String toString() {
      return page.path + ", " + file + ": " + text.lines().findFirst().orElse("").strip();
    }
  }

  /** A whole file that stands on the page alone. */
  record OwnFile(String name, String text) implements Block {}

  /** A command and what it prints, where a line of three dots stands for any lines. */
  record Session(Page page, String command, String text) implements Block {
    private static final String ARPG = "$ ./arpg ";

    /** The command's arguments, as they stand there. */
    String[] words() {
      return command.split(" ");
    }

    /** The command's arguments; files of the tree as they are named from this module. */
    String[] arguments() {
      return Stream.of(words())
          .map(word -> word.contains("/") ? ROOT.resolve(word).toString() : word)
          .toArray(String[]::new);
    }

    /**
     * A pattern of what the command prints. What rounding alone decides, the measured errors, is
     * any number: it differs between machines. So do losses, times and memory.
     */
    String pattern() {
      return Stream.of(unmeasured(text).split("\n"))
          .map(line -> line.equals("...") ? "(?:.*\n)*?" : "\\Q" + line + "\\E\n")
          .collect(Collectors.joining("", "", "\n*"));
    }

    /** Text without what is measured, to be held against {@link #pattern}. */
    static String unmeasured(String text) {
      return text.replaceAll("(worst |violated: |pass +)\\d\\.\\d+e[-+]\\d\\d", "$1error")
          .replaceAll("(loss held out )[0-9.]+", "$1loss")
          .replaceAll("[0-9.]+ s, [0-9.]+ ms a step, peak memory .*", "time and memory");
    }

    @Override
    public String toString() {
      return page.path + ": " + command;
    }
  }

  static Page read(String path) throws IOException {
    return new Page(Path.of(path), Files.readAllLines(ROOT.resolve(path)));
  }

  /** The README and all that stands in {@code docs}. */
  static List<Page> all() throws IOException {
    List<Page> pages = new ArrayList<>(List.of(read("README.md")));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".md")).sorted().toList()) {
        pages.add(read(ROOT.relativize(file).toString()));
      }
    }
    return pages;
  }

  /** The blocks that say where they are from, or what prints them, in order. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i + 1 < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("<!-- from: ")) {
        blocks.add(new FromFile(this, Path.of(named(line)), fenced(i + 1)));
      } else if (line.startsWith("<!-- file: ")) {
        blocks.add(new OwnFile(named(line), fenced(i + 1) + "\n"));
      } else if (line.equals(FENCE + "console")) {
        String[] said = fenced(i).split("\n", 2);
        blocks.add(new Session(this, said[0].replace(Session.ARPG, ""), said[1]));
      }
    }
    return blocks;
  }

  private static String named(String marker) {
    return marker.substring(marker.indexOf(':') + 1, marker.indexOf("-->")).strip();
  }

  /** What stands between the fence in a line and the next. */
  private String fenced(int fence) {
    List<String> rest = lines.subList(fence + 1, lines.size());
    return String.join("\n", rest.subList(0, rest.indexOf(FENCE)));
  }
}
