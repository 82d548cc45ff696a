package dev.arpg4j.tensor;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Something that listens to {@link Ops} and owns the memory they work on: it makes tensors, weights
 * and caches, and computes (or counts, times, checks) what is said about them. One backend may be
 * used from several threads; scopes belong to the thread that opened them.
 */
public interface Backend extends Ops, AutoCloseable {
  /** The name on the command line: {@code oracle}, {@code cpu}, {@code cuda}. */
  String name();

  /** The hardware and how it is used, in words, for logs and result files. */
  String device();

  /** The type of every non-integer tensor. */
  DType computeType();

  /**
   * Whether the bits of a result's row depend on that row's operands alone: not on how many rows
   * were computed with it, nor on their place. What is promised otherwise is closeness.
   */
  default boolean rowExact() {
    return true;
  }

  /**
   * Whether {@link #regularized} may give anything but what it is given: someone who listens drops.
   */
  default boolean regularizes() {
    return false;
  }

  /** Opens a scope on the calling thread. */
  Scope scope();

  /**
   * A constant of the compute type.
   *
   * @throws IllegalArgumentException if the number of values is not the shape's
   */
  Tensor tensor(Shape shape, double... values);

  /**
   * A constant of ids, positions or ends.
   *
   * @throws IllegalArgumentException if the number of values is not the shape's
   */
  Tensor ints(Shape shape, int... values);

  /**
   * Gives new values to a constant made by {@link #tensor}: what is said from now on reads them,
   * what was said before read the old ones. A view that {@link Ops#slice} or {@link Ops#reshape}
   * gave of it before may show either.
   *
   * @throws IllegalArgumentException if the number of values is not the shape's, or the constant
   *     holds integers
   */
  void assign(Tensor constant, double... values);

  /**
   * Gives new values to a constant made by {@link #ints}; see {@link #assign(Tensor, double...)}.
   *
   * @throws IllegalArgumentException if the number of values is not the shape's, or the constant
   *     holds no integers
   */
  void assign(Tensor constant, int... values);

  /**
   * Gives a constant made by {@link #tensor} the values of another tensor: what is said from now on
   * reads them. Nothing passes through the host where the backend computes elsewhere.
   *
   * @throws IllegalArgumentException if the shapes differ, or one of them holds integers
   */
  default void assign(Tensor constant, Tensor values) {
    Shape shape = constant.shape();
    OpShapes.require(
        "assign", values.shape().equals(shape), "values", values.shape(), shape.toString());
    assign(constant, values.toDoubles());
  }

  /**
   * Loads a weight, which lives until the backend closes.
   *
   * @param storage F32 or BF16 (rounded to nearest even); a backend that computes in F64 keeps BF16
   *     rounding but stores F64
   * @param uses how it will be read; another use later is served too, by reading the source again
   */
  Weight weight(WeightSource source, DType storage, Weight.Use... uses);

  /**
   * Loads weights of one shape that multiply the same rows ({@link Ops#linearEach}), so that they
   * may be kept side by side; else as {@link #weight} one by one.
   *
   * @return one for each source, in their order
   */
  default List<Weight> weights(List<WeightSource> sources, DType storage, Weight.Use... uses) {
    return sources.stream().map(source -> weight(source, storage, uses)).toList();
  }

  /**
   * Replaces the values of a weight, keeping its name, shape and storage.
   *
   * @throws IllegalArgumentException if the source's shape differs
   */
  void assign(Weight weight, WeightSource source);

  /**
   * Replaces the values of a weight by a tensor's, rounded to the weight's storage.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  default void assign(Weight weight, Tensor values) {
    assign(weight, new ArraySource(weight.name(), values.shape(), values.toDoubles()));
  }

  /** An empty cache of at most {@code capacity} rows, in the innermost scope. */
  KvCache kvCache(int batch, int capacity, int heads, int headDim);

  /**
   * Work that is said again and again, in the same words each time: see {@link Routine}. This one
   * says it each time.
   */
  default <T> Routine<T> routine(Supplier<T> work) {
    return Routine.said(work);
  }

  /** The moment at which all that was said so far is done; does not wait for it. */
  default Moment now() {
    return Moment.ofHost(System.nanoTime());
  }

  /** The memory of the device; empty if results are in the host's own. */
  default Optional<DeviceMemory> deviceMemory() {
    return Optional.empty();
  }

  /**
   * Measures what the device does at best, in a second or two, while nothing else is said; empty if
   * this backend does not know how.
   */
  default Optional<Ceilings> ceilings() {
    return Optional.empty();
  }

  /** Whether {@link #ceilings} will measure: to know it at once takes no time and no memory. */
  default boolean knowsCeilings() {
    return false;
  }

  /** Gives back all memory and threads. */
  @Override
  void close();
}
