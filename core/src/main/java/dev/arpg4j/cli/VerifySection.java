package dev.arpg4j.cli;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** One part of what {@code verify} checks of a backend; says what it found, line by line. */
@FunctionalInterface
interface VerifySection {
  /**
   * A backend to check, and how.
   *
   * @param settings of which the compute type, if there is one, is the only one to check
   * @param out where findings go
   */
  record Checked(BackendProvider provider, BackendProvider.Settings settings, PrintWriter out) {
    String name() {
      return provider.name();
    }

    /** The types to check it in, its own first. */
    List<DType> types() {
      DType asked = settings.computeType();
      return asked == null ? provider.computeTypes() : List.of(asked);
    }

    /** The types in which results have to be those of the reference, up to a bound. */
    List<DType> exactTypes() {
      return types().stream().filter(type -> type != DType.BF16).toList();
    }

    /** The settings of a type. */
    BackendProvider.Settings as(DType type) {
      return settings.withComputeType(type);
    }

    void say(String format, Object... values) {
      out.println(String.format(Locale.ROOT, format, values));
      out.flush();
    }

    /** What holds because nothing can be said against it. */
    boolean notChecked(String section, String needed) {
      say("%s: %s not checked: needs %s", name(), section, needed);
      return true;
    }
  }

  /** Whether all of it holds. */
  boolean holds(Checked backend);
}
