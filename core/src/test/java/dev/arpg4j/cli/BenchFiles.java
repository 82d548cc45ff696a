package dev.arpg4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.SAXException;

/** What benchmarks run and leave. */
final class BenchFiles {
  private BenchFiles() {}

  /** All words of a picture, which has to be well-formed. */
  static String words(Path svg) throws IOException {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(svg.toFile())
          .getDocumentElement()
          .getTextContent();
    } catch (ParserConfigurationException | SAXException e) {
      throw new AssertionError(svg + " is no XML", e);
    }
  }

  /** Another program, whose first image takes a second, the next two, and so on. */
  record Peer(Path script, Path seen) {
    String command() {
      return "sh " + script;
    }

    /** The arguments of each run. */
    List<String> calls() throws IOException {
      return Files.readAllLines(seen);
    }
  }

  /** A peer that was never run. */
  static Peer peer(Path folder) throws IOException {
    Path seen = folder.resolve("seen");
    String script =
        """
        echo "$@" >>%1$s
        echo '{"engine": "other", "seconds_per_image": ['$(wc -l <%1$s)']}'
        """;
    return new Peer(Files.writeString(folder.resolve("peer.sh"), script.formatted(seen)), seen);
  }
}
