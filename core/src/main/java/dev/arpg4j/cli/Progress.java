package dev.arpg4j.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far work is: a bar on a terminal, once it turns out to take more than a second; elsewhere a
 * plain line a minute, so that a log stays short and says nothing of short work.
 */
final class Progress implements AutoCloseable {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long MINUTE_NANOS = 60 * SECOND_NANOS;
  private static final int COLUMNS = 80;

  private final String task;
  private final long before;
  private final long total;
  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final long start;
  private long done;
  private long saidAt;
  private @Nullable ProgressBar bar;

  /**
   * Progress of {@code total} equal pieces of work.
   *
   * @param before how many of them were done by an earlier run
   * @param out where the bar is drawn, or lines are said
   * @param terminal whether {@code out} is one
   * @param nanoTime the clock, {@link System#nanoTime}
   */
  Progress(
      String task,
      long before,
      long total,
      PrintStream out,
      boolean terminal,
      LongSupplier nanoTime) {
    this.task = task;
    this.before = before;
    this.done = before;
    this.total = total;
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.saidAt = start;
  }

  /** Progress on standard error. */
  static Progress of(String task, long total) {
    return of(task, 0, total);
  }

  /** The same of work of which some was done before. */
  static Progress of(String task, long before, long total) {
    return new Progress(task, before, total, System.err, isTerminal(), System::nanoTime);
  }

  /** One piece is done. */
  void step() {
    step("");
  }

  /** One piece is done; words to show beside the bar, or to say. */
  void step(String words) {
    done++;
    long now = nanoTime.getAsLong();
    if (terminal) {
      draw(words, now);
    } else if (now - saidAt >= MINUTE_NANOS) {
      say(words);
    }
  }

  /** Says a line at once where there is no bar: what it tells is worth one. */
  void say(String words) {
    if (terminal) {
      return;
    }
    saidAt = nanoTime.getAsLong();
    double nanosOfOne = (double) (saidAt - start) / (done - before);
    long left = Math.round(nanosOfOne * (total - done) / SECOND_NANOS);
    out.printf(
        Locale.ROOT,
        "%s: %d of %d%s, %d:%02d:%02d left%n",
        task,
        done,
        total,
        words.isEmpty() ? "" : ", " + words,
        left / 3600,
        left / 60 % 60,
        left % 60);
    out.flush();
  }

  private void draw(String words, long now) {
    if (bar == null && now - start > SECOND_NANOS) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .startsFrom(before, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(out, COLUMNS))
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
