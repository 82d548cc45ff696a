package dev.arpg4j.cli;

/**
 * A subcommand of {@code bench} that lives in another room, found by {@link
 * java.util.ServiceLoader}.
 */
public interface BenchContribution {
  /** An object annotated with picocli's {@code @Command}, whose name is the subcommand's. */
  Object command();
}
