package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.zip.GZIPOutputStream;

/**
 * An installation with a Java runtime of its own, as one {@code .tar.gz}: for machines that have
 * neither a JDK nor a network. Its folders are those of an installation, and the script is the same
 * file: it takes the runtime beside it, where there is one.
 */
final class Bundle {
  /** The folder that the archive unpacks to. */
  static final String FOLDER = "arpg4j";

  /** Where {@code ./arpg} looks for a runtime of its own. */
  static final String RUNTIME = "runtime";

  /** What arpg4j and its libraries use of the JDK. */
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.desktop",
          "java.logging",
          "jdk.incubator.vector",
          "jdk.management",
          "jdk.unsupported");

  private final Installation installation;
  private final List<String> modules;

  Bundle(Installation installation, List<String> modules) {
    this.installation = installation;
    this.modules = modules;
  }

  /**
   * Writes the archive.
   *
   * @throws InvalidInputException in one line, if the file cannot be written, this runtime has no
   *     {@code jlink}, or the machine no {@code tar}
   */
  void write(Path archive) throws IOException {
    AtomicFile.check(archive);
    try (StagingFolder staging = StagingFolder.create()) {
      Path root = Files.createDirectory(staging.path().resolve(FOLDER));
      link(root.resolve(RUNTIME));
      Files.copy(installation.script(), root.resolve(Installation.SCRIPT));
      Path app = Files.createDirectories(root.resolve(Installation.APP));
      for (Path jar : installation.jars()) {
        Files.copy(jar, app.resolve(jar.getFileName().toString()));
      }
      Files.createFile(app.resolve("complete"));
      AtomicFile.write(
          archive,
          out -> {
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
              tar(staging.path(), gzip);
            }
          });
    }
  }

  /** Uncompressed inside: the archive as a whole gets smaller that way. */
  private void link(Path runtime) {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () -> new InvalidInputException("this Java runtime has no jlink: use a whole JDK"));
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        jlink.run(
            out,
            out,
            "--add-modules",
            String.join(",", modules),
            "--strip-java-debug-attributes",
            "--no-man-pages",
            "--no-header-files",
            "--compress",
            "zip-0",
            "--output",
            runtime.toString());
    if (status != 0) {
      throw new InvalidInputException("jlink failed: " + lastLine(said.toString()));
    }
  }

  private static void tar(Path folder, GZIPOutputStream out) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder("tar", "-cf", "-", "-C", folder.toString(), FOLDER)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectErrorStream(false);
    Process process = start(command);
    process.getOutputStream().close();
    try (InputStream archive = process.getInputStream()) {
      archive.transferTo(out);
      String complaint = lastLine(new String(process.getErrorStream().readAllBytes()));
      int status = process.waitFor();
      if (status != 0) {
        throw new InvalidInputException("tar ended with %d: %s".formatted(status, complaint));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while tar ran", e);
    } finally {
      process.destroy();
    }
  }

  private static Process start(ProcessBuilder command) {
    try {
      return command.start();
    } catch (IOException e) {
      throw new InvalidInputException("tar cannot be run, and the archive is made with it", e);
    }
  }

  private static String lastLine(String text) {
    return text.strip().lines().reduce("", (earlier, line) -> line);
  }
}
