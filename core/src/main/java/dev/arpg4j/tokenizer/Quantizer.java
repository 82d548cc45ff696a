package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.stream.IntStream;

/**
 * The codebook. Codes are normalized where they are used, and so is what is looked up: the nearest
 * code is that of the largest dot product (VARIANTS.md 2).
 *
 * @param codebook [V, e]
 */
record Quantizer(Weight codebook) {
  private static final double EPSILON = 1e-12;

  int codes() {
    return codebook.shape().dim(0);
  }

  /** The normalized codes of these ids, I32 [1, n] to [1, n, e]. */
  Tensor lookUp(Backend backend, Tensor ids) {
    return backend.l2Normalize(backend.embed(codebook, ids), EPSILON);
  }

  /** The id of the nearest code to each row, the smallest among equals: [1, n, e] to I32 [1, n]. */
  Tensor nearest(Backend backend, Tensor rows) {
    int[] all = IntStream.range(0, codes()).toArray();
    Tensor codes = lookUp(backend, backend.ints(Shape.of(1, all.length), all)); // [1, V, e]
    Tensor units = backend.l2Normalize(rows, EPSILON);
    Tensor likeness = backend.matmul(units, false, codes, true); // [1, n, V]
    Shape perRow = rows.shape().dropLast();
    Tensor unread = backend.tensor(perRow, new double[(int) perRow.size()]);
    return backend.sample(likeness, unread, Sampling.GREEDY);
  }
}
