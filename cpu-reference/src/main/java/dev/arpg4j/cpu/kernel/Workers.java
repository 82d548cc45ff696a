package dev.arpg4j.cpu.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads that runs the parts of one job at a time.
 *
 * <p>Parts are handed out one by one, so a thread whose core is taken by another process delays the
 * job by one part at most. Between jobs a thread spins for a moment, since the next job of a
 * forward pass usually comes within microseconds, then parks. The calling thread works too: with
 * one thread there is no team, and {@link #run} is a loop.
 *
 * <p>Any thread may call {@link #run} at any time. While the team is busy, with another caller's
 * job or with the job whose part is calling, the caller runs its job alone.
 */
public final class Workers implements AutoCloseable {
  private static final long SPIN_NANOS = 50_000;

  /**
   * Spins between two looks, some 200 ns: a step hands over hundreds of jobs, and each waits for
   * such a look at its begin and at its end.
   */
  private static final int SPINS = 8;

  private final Thread[] team;
  private final ReentrantLock busy = new ReentrantLock();
  private volatile @Nullable Job job;
  private volatile boolean closed;

  /**
   * Starts a team.
   *
   * @param threads how many threads compute, the caller's included; at least 1
   */
  public Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
    }
    team = new Thread[threads - 1];
    for (int i = 0; i < team.length; i++) {
      team[i] = Thread.ofPlatform().daemon().name("arpg4j-worker-" + (i + 1)).start(this::serve);
    }
  }

  /** How many threads compute, the caller's included. */
  public int threads() {
    return team.length + 1;
  }

  /**
   * Calls {@code part} with every index in {@code [0, parts)}, each exactly once, in no given order
   * and from several threads, and returns when all calls have returned. What the parts wrote is
   * then visible to the caller.
   *
   * <p>If a part throws, parts not yet begun are skipped, and the first exception is thrown here.
   *
   * @throws IllegalStateException if the team is closed
   */
  public void run(int parts, IntConsumer part) {
    if (closed) {
      throw new IllegalStateException("the workers are closed");
    }
    if (team.length == 0 || parts <= 1 || busy.isHeldByCurrentThread() || !busy.tryLock()) {
      for (int i = 0; i < parts; i++) {
        part.accept(i);
      }
      return;
    }
    try {
      Job next = new Job(parts, part, Thread.currentThread());
      job = next;
      for (Thread thread : team) {
        LockSupport.unpark(thread);
      }
      next.work();
      next.await();
      job = null;
      next.rethrow();
    } finally {
      busy.unlock();
    }
  }

  /** Ends the threads once they are idle. Closing twice is allowed. */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : team) {
      LockSupport.unpark(thread);
    }
  }

  /** The life of a team thread. */
  private void serve() {
    Job last = null;
    long idleSince = System.nanoTime();
    while (!closed) {
      Job next = job;
      if (next != null && next != last) {
        next.work();
        last = next;
        idleSince = System.nanoTime();
      } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
        spin();
      } else {
        // A job set after the read above has unparked this thread, so the park returns at once.
        last = null;
        LockSupport.park(this);
        if (Thread.interrupted()) {
          continue; // a part left the flag set; parks would return at once from now on
        }
        idleSince = System.nanoTime();
      }
    }
  }

  private static void spin() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }

  /** One call of {@link #run}. */
  private static final class Job {
    private final int parts;
    private final IntConsumer part;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int parts, IntConsumer part, Thread caller) {
      this.parts = parts;
      this.part = part;
      this.caller = caller;
    }

    /** Runs parts until none is left to begin. */
    void work() {
      for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
        if (failure.get() == null) {
          attempt(i);
        }
        if (finished.incrementAndGet() == parts) {
          LockSupport.unpark(caller);
        }
      }
    }

    private void attempt(int index) {
      try {
        part.accept(index);
      } catch (Throwable thrown) {
        failure.compareAndSet(null, thrown);
      }
    }

    /** Waits for parts that others have begun. */
    void await() {
      boolean interrupted = false;
      long since = System.nanoTime();
      while (finished.get() < parts) {
        if (System.nanoTime() - since < SPIN_NANOS) {
          spin();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted(); // else the next park would not wait
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case RuntimeException thrown -> throw thrown;
        case Error thrown -> throw thrown;
        case Throwable thrown -> throw new IllegalStateException(thrown);
      }
    }
  }
}
