package dev.arpg4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The scopes of one backend, a stack for each thread: who owns which buffer, and when it is given
 * back. A backend takes out a {@link Lease} for every buffer it makes and reads the buffer through
 * the lease, so a tensor used after its scope closed is an error and not another tensor's numbers.
 *
 * <p>Views share their buffer's lease, hence {@link Scope#keep} of a view keeps the buffer, and a
 * view lives as long as the buffer does.
 *
 * @param <R> the buffer: an array to pool, a device address to free
 */
public final class ScopeStack<R> implements AutoCloseable {
  private final Consumer<? super R> release;
  private final Function<? super Tensor, Lease<R>> leaseOf;
  private final ThreadLocal<@Nullable Region> innermost = new ThreadLocal<>();
  private final Set<Region> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Scopes over buffers that are given back by {@code release}, once each.
   *
   * @param leaseOf the lease behind one of the backend's tensors; throws {@link
   *     IllegalArgumentException} for a tensor of another backend
   */
  public ScopeStack(Consumer<? super R> release, Function<? super Tensor, Lease<R>> leaseOf) {
    this.release = release;
    this.leaseOf = leaseOf;
  }

  /**
   * Opens a scope on the calling thread.
   *
   * @throws IllegalStateException if the backend is closed
   */
  public Scope open() {
    if (closed) {
      throw new IllegalStateException("the backend is closed");
    }
    Region region = new Region(innermost.get(), false);
    innermost.set(region);
    open.add(region);
    return region;
  }

  /**
   * Says work in a scope that stays behind when the work is done: what the work left in it lives
   * until the {@link Aside} is closed, whatever becomes of the scopes around. {@link Scope#keep} of
   * a tensor that lives there changes nothing.
   *
   * @throws IllegalStateException if the backend is closed, or the work leaves a scope open
   */
  public <T> Aside<R, T> aside(Supplier<T> work) {
    if (closed) {
      throw new IllegalStateException("the backend is closed");
    }
    Region around = innermost.get();
    Region region = new Region(around, true);
    innermost.set(region);
    open.add(region);
    boolean done = false;
    try {
      T result = work.get();
      if (innermost.get() != region) {
        throw new IllegalStateException("a scope was opened and not closed: close what you open");
      }
      done = true;
      return new Aside<>(result, region.buffers(), region::giveBack);
    } finally {
      enter(around);
      if (!done) {
        region.giveBack();
      }
    }
  }

  private void enter(@Nullable Region region) {
    if (region == null) {
      innermost.remove();
    } else {
      innermost.set(region);
    }
  }

  /**
   * Puts a buffer into the calling thread's innermost scope.
   *
   * @throws IllegalStateException if no scope is open on this thread; the buffer is given back
   */
  public Lease<R> own(R buffer) {
    Region region = innermost.get();
    if (region == null || region.closed) {
      release.accept(buffer);
      throw noScope();
    }
    Lease<R> lease = new Lease<>(buffer, region);
    region.leases.add(lease);
    return lease;
  }

  /**
   * Checks, before anything is computed, that there is a scope for the result.
   *
   * @throws IllegalStateException if no scope is open on this thread
   */
  public void requireOpen() {
    Region region = innermost.get();
    if (region == null || region.closed) {
      throw noScope();
    }
  }

  /** Gives back the buffers of all scopes still open, on every thread, and opens no more. */
  @Override
  public void close() {
    closed = true;
    for (Region region : open) {
      region.giveBack();
    }
  }

  private IllegalStateException noScope() {
    return new IllegalStateException(
        closed
            ? "the backend is closed"
            : "no scope is open on this thread: try (var scope = backend.scope()) ...");
  }

  /**
   * What {@link #aside} left behind.
   *
   * @param result of the work
   * @param buffers those that live on, in the order they were made
   * @param end gives the buffers back
   */
  public record Aside<R, T>(T result, List<R> buffers, Runnable end) implements AutoCloseable {
    /** Gives the buffers back; on any thread. */
    @Override
    public void close() {
      end.run();
    }
  }

  /** A buffer's stay in a scope. */
  public static final class Lease<R> {
    private final R buffer;
    private volatile @Nullable Object owner;

    private Lease(R buffer, Object owner) {
      this.buffer = buffer;
      this.owner = owner;
    }

    /** Whether the buffer may still be read: its scope is open. */
    public boolean isLive() {
      return owner != null;
    }

    /**
     * The buffer.
     *
     * @throws IllegalStateException if its scope is closed
     */
    public R buffer() {
      if (owner == null) {
        throw new IllegalStateException(
            "used after its scope was closed; scope.keep(tensor) hands a tensor to the enclosing"
                + " scope");
      }
      return buffer;
    }
  }

  private final class Region implements Scope {
    private final @Nullable Region enclosing;
    private final boolean aside;
    private final int depth;
    private final Thread thread = Thread.currentThread();
    private final List<Lease<R>> leases = new ArrayList<>();
    private volatile boolean closed;

    Region(@Nullable Region enclosing, boolean aside) {
      this.enclosing = enclosing;
      this.aside = aside;
      this.depth = enclosing == null ? 0 : enclosing.depth + 1;
    }

    @Override
    public Tensor keep(Tensor tensor) {
      requireThread("kept from");
      if (enclosing == null) {
        throw new IllegalStateException("no scope encloses this one: nothing can be kept from it");
      }
      Lease<R> lease = leaseOf.apply(tensor);
      lease.buffer();
      if (!livesAside(lease) && ownerOf(lease).depth >= depth) {
        lease.owner = enclosing;
        enclosing.leases.add(lease);
      }
      return tensor;
    }

    /** Whether a lease outlives the scopes around: it lies aside, and no work is said there now. */
    private boolean livesAside(Lease<R> lease) {
      for (Region region = innermost.get(); region != null; region = region.enclosing) {
        if (region == lease.owner) {
          return false;
        }
      }
      return lease.owner instanceof ScopeStack<?>.Region region && region.aside;
    }

    /** The region of this thread that owns a live lease. */
    private Region ownerOf(Lease<R> lease) {
      for (Region region = innermost.get(); region != null; region = region.enclosing) {
        if (region == lease.owner) {
          return region;
        }
      }
      throw new IllegalStateException("the tensor belongs to a scope of another thread or backend");
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      requireThread("closed on");
      if (innermost.get() != this) {
        throw new IllegalStateException(
            "a scope was closed before one that was opened inside it: close scopes in reverse"
                + " order");
      }
      enter(enclosing);
      giveBack();
    }

    /** The buffers that live here. */
    private List<R> buffers() {
      return leases.stream()
          .filter(lease -> lease.owner == this)
          .map(lease -> lease.buffer)
          .toList();
    }

    private void giveBack() {
      closed = true;
      open.remove(this);
      for (Lease<R> lease : leases) {
        if (lease.owner == this) {
          lease.owner = null;
          release.accept(lease.buffer);
        }
      }
      leases.clear();
    }

    private void requireThread(String what) {
      if (Thread.currentThread() != thread) {
        throw new IllegalStateException(
            "a scope of thread '%s' was %s thread '%s'"
                .formatted(thread.getName(), what, Thread.currentThread().getName()));
      }
    }
  }
}
