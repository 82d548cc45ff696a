package dev.arpg4j.tensor;

import java.util.function.Supplier;

/**
 * Work that is said again and again: each time the same ops with the same numbers on the same
 * tensors, weights and caches, from caches of the same lengths. Only the contents differ: of
 * constants that {@link Backend#assign(Tensor, int...)} changed, of caches, and of what other
 * routines gave. A backend may therefore say the work only until it knows it, and do it from then
 * on without asking (a GPU records it into a graph); the lengths of caches move on as if it was
 * said.
 *
 * <p>The rules of such work:
 *
 * <ul>
 *   <li>It reads nothing back to the host, makes no constants and changes none: what it needs of
 *       the host lies in constants made before.
 *   <li>It closes every scope it opens, and what it returns was kept by them.
 *   <li>What it reads from outside of itself lives as long as the routine: constants, weights and
 *       caches of a scope outside, and results of other routines, from the latest run of each.
 * </ul>
 *
 * <p>A run that throws counts as none: the next one says the work again. What it appended stays
 * appended until the caller truncates the cache.
 *
 * @param <T> what the work gives
 */
public interface Routine<T> extends AutoCloseable {
  /**
   * Does the work. The tensors of the result belong to the innermost scope, as if said here, and
   * {@link Scope#keep} hands them up; but the next run takes their place, and they end with the
   * routine.
   */
  T run();

  /** Gives back what the routine holds; its results end. */
  @Override
  void close();

  /** A routine that says its work each time. */
  static <T> Routine<T> said(Supplier<T> work) {
    return new Routine<>() {
      @Override
      public T run() {
        return work.get();
      }

      @Override
      public void close() {
        // nothing is held: results belong to the scopes they were made in
      }
    };
  }
}
