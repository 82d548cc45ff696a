package dev.arpg4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line in a JVM of its own, for what only a process shows: its end, its limits. */
final class CommandProcess {
  private CommandProcess() {}

  /** A process to start, which says what the system says in English. */
  static ProcessBuilder of(List<String> arguments) {
    return of(List.of(), List.of(), arguments);
  }

  /** The same that may write files of that many blocks of 512 bytes at most. */
  static ProcessBuilder limited(int blocks, List<String> arguments) {
    return of(
        List.of("sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh"), List.of(), arguments);
  }

  /** The same with flags for the JVM. */
  static ProcessBuilder with(List<String> javaFlags, List<String> arguments) {
    return of(List.of(), javaFlags, arguments);
  }

  private static ProcessBuilder of(
      List<String> under, List<String> javaFlags, List<String> arguments) {
    List<String> command = new ArrayList<>(under);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules=jdk.incubator.vector", "-XX:-UsePerfData"));
    command.addAll(javaFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().put("LC_ALL", "C");
    return process;
  }
}
