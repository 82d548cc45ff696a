package dev.arpg4j.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on a terminal for work that turns out to take more than a second; silent elsewhere. */
final class Progress implements AutoCloseable {
  private static final long PATIENCE_NANOS = 1_000_000_000;
  private static final int COLUMNS = 80;

  private final String task;
  private final long total;
  private final @Nullable PrintStream terminal;
  private final LongSupplier nanoTime;
  private final long start;
  private long done;
  private @Nullable ProgressBar bar;

  /**
   * Progress of {@code total} equal pieces of work.
   *
   * @param terminal where the bar is drawn; null for nowhere
   * @param nanoTime the clock, {@link System#nanoTime}
   */
  Progress(String task, long total, @Nullable PrintStream terminal, LongSupplier nanoTime) {
    this.task = task;
    this.total = total;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** Progress on standard error, if that is a terminal. */
  static Progress of(String task, long total) {
    return new Progress(task, total, isTerminal() ? System.err : null, System::nanoTime);
  }

  /** Whether anybody could see a bar. */
  boolean hasTerminal() {
    return terminal != null;
  }

  /** One piece is done. */
  void step() {
    step("");
  }

  /** One piece is done; words to show beside the bar. */
  void step(String words) {
    done++;
    if (terminal != null && bar == null && nanoTime.getAsLong() - start > PATIENCE_NANOS) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(terminal, COLUMNS))
              .clearDisplayOnFinish()
              .build();
    }
    if (bar != null) {
      bar.setExtraMessage(words);
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /** Whether standard error, or the descriptor that stands in for it, shows on a terminal. */
  private static boolean isTerminal() {
    if (System.console() == null || !System.console().isTerminal()) {
      return false;
    }
    int descriptor = Integer.getInteger(Launcher.DESCRIPTOR_PROPERTY, 2);
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      return !Files.isSymbolicLink(link)
          || Files.readSymbolicLink(link).toString().matches("/dev/(pts/|tty|console).*");
    } catch (IOException e) {
      return false;
    }
  }
}
