package dev.arpg4j.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** With which flags the JVMs start that measure. */
final class JvmFlags {
  /**
   * Flags of the command line's JVM that must not be handed on: classes and profiles recorded in
   * other runs, and a descriptor that only that process has.
   */
  private static final List<String> OWN = List.of("-XX:AOT", "-Darpg4j.stderr", "-Xlog");

  /** What kernels need, and silence about what JMH itself uses. */
  private static final List<String> NEEDED =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:-UsePerfData");

  private JvmFlags() {}

  /**
   * The flags of the command line's JVM (heap, huge pages, what the user added), without its own
   * business and with what measuring needs.
   *
   * @param threads cores that the JVM may see; null for all
   */
  static List<String> forMeasuring(List<String> commandLine, @Nullable Integer threads) {
    List<String> flags = new ArrayList<>(NEEDED);
    Stream<String> given =
        commandLine.stream().filter(flag -> OWN.stream().noneMatch(flag::startsWith));
    given.filter(flag -> !flags.contains(flag)).forEach(flags::add);
    if (threads != null) {
      flags.add("-XX:ActiveProcessorCount=" + threads);
    }
    return List.copyOf(flags);
  }
}
