package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * This program started anew, by the same JVM under the same flags, so that what it measures of
 * itself is of one task alone.
 */
final class OwnProcess {
  private OwnProcess() {}

  /**
   * Runs a command line to its end.
   *
   * @throws InvalidInputException if it fails, with the last line it said
   */
  static void run(List<String> arguments) throws IOException {
    Process process = new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
    // Whoever ends this process by a signal ends the other too.
    Thread end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        String last = said.strip().lines().reduce("", (earlier, line) -> line);
        throw new InvalidInputException("ended with %d: %s".formatted(status, last));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while another process ran", e);
    } finally {
      process.destroy();
      forget(end);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process ends already, and the hook does its work.
    }
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A descriptor of this process, which the other does not inherit.
      if (!flag.startsWith("-D" + Launcher.DESCRIPTOR_PROPERTY + "=")) {
        command.add(flag);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(arguments);
    return command;
  }
}
