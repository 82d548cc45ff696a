package dev.arpg4j.jmh;

import dev.arpg4j.tensor.InvalidInputException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of this room, by the names people type: {@code LinearBenchmark.cold}. */
final class Benchmarks {
  private static final String PACKAGE = Benchmarks.class.getPackageName() + ".";

  private Benchmarks() {}

  /** All of them, by class and method, sorted. */
  static List<String> all() {
    return BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
        .stream()
        .map(BenchmarkListEntry::getUsername)
        .filter(name -> name.startsWith(PACKAGE))
        .map(name -> name.substring(PACKAGE.length()))
        .sorted()
        .toList();
  }

  /**
   * Those in whose name the pattern is found.
   *
   * @throws InvalidInputException if it is no regular expression, or found in none
   */
  static List<String> matching(String pattern) {
    List<String> all = all();
    Pattern compiled;
    try {
      compiled = Pattern.compile(pattern);
    } catch (PatternSyntaxException malformed) {
      throw new InvalidInputException(
          "pattern '%s': %s; expected a regular expression"
              .formatted(pattern, malformed.getDescription()),
          malformed);
    }
    List<String> matching = all.stream().filter(name -> compiled.matcher(name).find()).toList();
    if (matching.isEmpty()) {
      throw new InvalidInputException(
          "pattern '%s': found in no benchmark; expected a part of one of %s"
              .formatted(pattern, String.join(", ", all)));
    }
    return matching;
  }

  /** The regular expression by which JMH finds one of them and no other. */
  static String exactly(String name) {
    return "^" + Pattern.quote(PACKAGE + name) + "$";
  }

  /** What holds the parameters of one of them, and measures. */
  static Class<? extends Measured> state(String name) {
    int dot = name.lastIndexOf('.');
    try {
      return Arrays.stream(Class.forName(PACKAGE + name.substring(0, dot)).getMethods())
          .filter(method -> method.getName().equals(name.substring(dot + 1)))
          .findFirst()
          .orElseThrow()
          .getParameterTypes()[0]
          .asSubclass(Measured.class);
    } catch (ClassNotFoundException broken) {
      throw new IllegalStateException(name + " has not the form of a benchmark", broken);
    }
  }

  /** The parameters of one of them. */
  static List<Field> parameters(String name) {
    return Arrays.stream(state(name).getFields())
        .filter(field -> field.isAnnotationPresent(Param.class))
        .toList();
  }

  /** A name as JMH reports it, as people type it. */
  static String shortName(String reported) {
    return reported.startsWith(PACKAGE) ? reported.substring(PACKAGE.length()) : reported;
  }
}
