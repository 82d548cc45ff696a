package dev.arpg4j.data;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Batches that a thread of its own prepares ahead of training, so that reading never blocks it.
 * What they hold and their order are those of the {@link Presentation}, whenever they are prepared.
 * The thread ends after the last batch, at a failure, or when this is closed. To be used by one
 * thread.
 */
public final class ReadAhead implements AutoCloseable {
  private final Presentation presentation;
  private final int batch;
  private final int end;
  private final BlockingQueue<Prepared> queue;
  private final Thread reader;
  private int next;
  private @Nullable Prepared failed;

  /** A batch, or why there is none. */
  private record Prepared(Presentation.@Nullable Batch batch, @Nullable Throwable failure) {}

  /**
   * Begins to read.
   *
   * @param firstImage the number of the first image in the run
   * @param end the number after the last
   * @param batch images at a time; the last batch may have fewer
   * @param ahead how many batches may wait
   */
  public ReadAhead(Presentation presentation, int firstImage, int end, int batch, int ahead) {
    if (batch < 1 || ahead < 1 || firstImage < 0) {
      throw new IllegalArgumentException(
          "images from %d, %d at a time, %d batches ahead".formatted(firstImage, batch, ahead));
    }
    this.presentation = presentation;
    this.batch = batch;
    this.end = end;
    this.next = firstImage;
    this.queue = new ArrayBlockingQueue<>(ahead);
    this.reader = Thread.ofPlatform().daemon().name("read-ahead").start(() -> read(firstImage));
  }

  private void read(int firstImage) {
    try {
      for (int image = firstImage; image < end; image += Math.min(batch, end - image)) {
        Prepared prepared = prepare(image);
        queue.put(prepared);
        if (prepared.failure != null) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // Closed: nobody waits for what comes next, and the thread ends here.
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever goes wrong goes to the thread that asks for the batch. */
  private Prepared prepare(int image) {
    try {
      return new Prepared(presentation.batch(image, Math.min(batch, end - image)), null);
    } catch (RuntimeException | Error e) {
      return new Prepared(null, e);
    }
  }

  /** Whether there is another batch. */
  public boolean hasNext() {
    return next < end;
  }

  /**
   * The next batch; waits for it if it is not there yet.
   *
   * @throws InvalidInputException if an image of it cannot be read: the reader's own words
   * @throws NoSuchElementException after the last
   */
  public Presentation.Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("image " + next + " of " + end);
    }
    Prepared prepared = failed == null ? taken() : failed;
    if (prepared.failure != null) {
      failed = prepared;
      throw surfaced(prepared.failure);
    }
    Presentation.Batch found = Objects.requireNonNull(prepared.batch);
    next += found.size();
    return found;
  }

  private Prepared taken() {
    if (!reader.isAlive() && queue.isEmpty()) {
      throw new IllegalStateException("closed");
    }
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while data was awaited", e);
    }
  }

  private static RuntimeException surfaced(Throwable failure) {
    return failure instanceof InvalidInputException
        ? new InvalidInputException(String.valueOf(failure.getMessage()), failure)
        : new IllegalStateException("data could not be prepared: " + failure, failure);
  }

  /** Ends the thread and waits for its end. */
  @Override
  public void close() {
    reader.interrupt();
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
