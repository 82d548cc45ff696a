package dev.arpg4j.cpu;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Purpose;

/**
 * Two steps of a small decoder with a cache, said once to any backend: every op that a model says,
 * in sections "step 0" and "step 1".
 */
final class TinyProgram {
  private static final int WIDTH = 8;
  private static final int HEADS = 2;
  private static final int VOCABULARY = 5;
  private static final int IMAGES = 2;

  private final Backend backend;
  private final Weight table;
  private final Weight norm;
  private final Weight square;
  private final Weight head;

  TinyProgram(Backend backend) {
    this.backend = backend;
    this.table = weight("embeddings", VOCABULARY, WIDTH);
    this.norm = weight("norm", WIDTH);
    this.square = weight("square", WIDTH, WIDTH);
    this.head = weight("head", VOCABULARY, WIDTH);
  }

  /** The ids of both steps, [I, 2]. */
  int[] run() {
    try (Scope scope = backend.scope()) {
      KvCache cache = backend.kvCache(2 * IMAGES, 4, HEADS, WIDTH / HEADS);
      Tensor ids = backend.ints(Shape.of(IMAGES, 1), 0, 3);
      Tensor all = ids;
      for (int step = 0; step < 2; step++) {
        backend.section("step " + step);
        ids = step(step, ids, cache);
        all = backend.concat(1, all, ids);
      }
      backend.section("");
      return backend.slice(all, 1, 1, 3).toInts();
    }
  }

  /** Feeds one id an image, in two branches, and draws the next. */
  private Tensor step(int step, Tensor ids, KvCache cache) {
    Tensor row = backend.ints(Shape.of(1), step);
    Tensor x = backend.embed(table, backend.concat(0, ids, ids)); // [2I, 1, D]
    Tensor y = backend.rmsNorm(x, norm, 1e-5);
    Tensor angles = backend.tensor(Shape.of(2, 2, 2), 0.6, 0.8, 1, 0, 0.28, 0.96, 0, 1);
    Tensor q = backend.rope(backend.linear(y, square), angles, row, HEADS);
    backend.append(cache, q, backend.linear(y, square));
    Tensor end = backend.ints(Shape.of(1), step + 1);
    Tensor seen = backend.attention(q, cache, end, 0.5);
    Tensor z = backend.add(x, backend.swiGlu(seen, backend.scale(seen, 1.5)));
    Tensor mixed = backend.matmul(backend.mul(z, q), true, backend.softmax(z), false); // [2I, D, D]
    Tensor logits = backend.linear(backend.add(z, backend.mean(mixed)), head); // [2I, 1, V]
    Tensor guided = backend.guidance(logits, backend.tensor(Shape.of(1), 2.5)); // [I, 1, V]
    Tensor seed = backend.ints(Shape.of(2), 7, 0);
    Tensor images = backend.ints(Shape.of(IMAGES), 0, 1);
    Tensor draw = backend.ints(Shape.of(1), 0);
    Tensor uniform = backend.uniform(seed, images, row, draw, Purpose.SAMPLE);
    return backend.sample(guided, uniform, Sampling.PLAIN);
  }

  private Weight weight(String name, int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = Numbers.of(name, Math.toIntExact(shape.size()));
    return backend.weight(new ArraySource(name, shape, values), DType.F32);
  }
}
