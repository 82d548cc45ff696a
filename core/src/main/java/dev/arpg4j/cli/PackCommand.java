package dev.arpg4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code arpg pack}: everything a machine without JDK and network needs, in one file. */
@Command(
    name = "pack",
    sortOptions = false,
    description = {
      "Packs a Java runtime, all libraries and the embedded model into one archive, for a machine"
          + " without JDK and network.",
      "There: tar -xzf OUT, then arpg4j/arpg verify --backend cuda. The machine's own CUDA"
          + " libraries are used."
    })
final class PackCommand implements Callable<Integer> {
  private static final double MEBIBYTE = 1 << 20;

  @Parameters(paramLabel = "OUT", description = "the .tar.gz file to write")
  private Path archive;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    new Bundle(Installation.ofThisProcess(), Bundle.MODULES).write(archive);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%s: %.1f MiB%n", archive, Files.size(archive) / MEBIBYTE);
    out.printf("there: tar -xzf %s && %s/arpg doctor%n", archive.getFileName(), Bundle.FOLDER);
    return ExitCode.OK;
  }
}
