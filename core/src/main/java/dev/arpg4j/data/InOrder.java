package dev.arpg4j.data;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Results of independent pieces of work, computed by several threads and handed out in order, so
 * that neither they nor which failure is seen depends on the threads. To be used by one thread.
 */
final class InOrder<T> implements AutoCloseable {
  /** Pieces begun for each thread: a slow one does not leave the others waiting. */
  private static final int BEGUN = 16;

  private final int pieces;
  private final int threads;
  private final IntFunction<T> work;
  private final ExecutorService pool;
  private final Queue<Future<T>> begun = new ArrayDeque<>();
  private int next;

  /**
   * Begins nothing yet.
   *
   * @param pieces of work, 0 .. pieces-1
   */
  InOrder(int pieces, int threads, IntFunction<T> work) {
    this.pieces = pieces;
    this.threads = threads;
    this.work = work;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("encoding").factory());
  }

  /** The next result; what its work threw is thrown here. */
  T next() {
    while (next < pieces && begun.size() < BEGUN * threads) {
      int piece = next++;
      begun.add(pool.submit(() -> work.apply(piece)));
    }
    try {
      return begun.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pictures were encoded", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    }
  }

  /** Begins no more, and waits for what is begun. */
  @Override
  public void close() {
    begun.forEach(each -> each.cancel(false));
    pool.close();
  }
}
