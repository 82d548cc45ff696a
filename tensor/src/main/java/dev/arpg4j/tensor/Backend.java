package dev.arpg4j.tensor;

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
   * Loads a weight, which lives until the backend closes.
   *
   * @param storage F32 or BF16 (rounded to nearest even); a backend that computes in F64 keeps BF16
   *     rounding but stores F64
   * @param uses how it will be read; another use later is served too, by reading the source again
   */
  Weight weight(WeightSource source, DType storage, Weight.Use... uses);

  /**
   * Replaces the values of a weight, keeping its name, shape and storage.
   *
   * @throws IllegalArgumentException if the source's shape differs
   */
  void assign(Weight weight, WeightSource source);

  /** An empty cache of at most {@code capacity} rows, in the innermost scope. */
  KvCache kvCache(int batch, int capacity, int heads, int headDim);

  /** Gives back all memory and threads. */
  @Override
  void close();
}
