package dev.arpg4j.tensor;

/**
 * A region of a backend's memory. Tensors and caches belong to the scope that was innermost on the
 * calling thread when they were made, and closing it gives all of them back at once; nothing waits
 * for a finalizer. Scopes close in reverse order of opening, on the thread that opened them.
 */
public interface Scope extends AutoCloseable {
  /**
   * Hands a tensor of this scope up to the enclosing one, so that it outlives this scope.
   *
   * @return the tensor
   * @throws IllegalStateException if no scope encloses this one
   */
  Tensor keep(Tensor tensor);

  @Override
  void close();
}
