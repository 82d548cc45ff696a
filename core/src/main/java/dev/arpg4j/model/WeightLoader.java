package dev.arpg4j.model;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads the parameters of a model into a backend, one by one as the model asks for them. Published
 * files keep some of them fused or under leading axes of one; the loader cuts and flattens those.
 */
public final class WeightLoader {
  private final Backend backend;
  private final ModelWeights source;
  private final DType storage;
  private final List<Weight> loaded = new ArrayList<>();

  /**
   * A loader of one model.
   *
   * @param storage F32 or BF16 for matrices; vectors stay F32
   */
  public WeightLoader(Backend backend, ModelWeights source, DType storage) {
    this.backend = backend;
    this.source = source;
    this.storage = storage;
  }

  /** Everything loaded so far. */
  public List<Weight> loaded() {
    return List.copyOf(loaded);
  }

  /** A norm scale or bias, [D]. */
  public Weight vector(String name) {
    return kept(backend.weight(flat(source.of(name), 1), DType.F32, Weight.Use.ROWS));
  }

  /** The parts of a fused bias, [parts·D], each [D]. */
  public List<Weight> vectors(String name, int parts) {
    return cut(name, parts).stream()
        .map(part -> kept(backend.weight(part, DType.F32, Weight.Use.ROWS)))
        .toList();
  }

  /** A table that rows are looked up in, [rows, D]. */
  public Weight table(String name) {
    return kept(backend.weight(flat(source.of(name), 2), storage, Weight.Use.ROWS));
  }

  /** What each head's queries are multiplied by, [1, H·d], of H learned values. */
  public Weight headLengths(String name, int headDim) {
    WeightSource lengths = new HeadLengths(source.of(name), headDim);
    return kept(backend.weight(lengths, DType.F32, Weight.Use.ROWS));
  }

  /** A linear map, [out, in]. */
  public Weight map(String name) {
    return maps(List.of(source.of(name))).getFirst();
  }

  /** The first rows of a linear map, [rows, in]. */
  public Weight firstRows(String name, int rows) {
    return maps(List.of(PartOfSource.rows(source.of(name), 0, rows))).getFirst();
  }

  /** The beginning of a bias, [length]. */
  public Weight start(String name, int length) {
    WeightSource part = PartOfSource.rows(source.of(name), 0, length);
    return kept(backend.weight(part, DType.F32, Weight.Use.ROWS));
  }

  /** Linear maps of the same rows, each [out, in]. */
  public List<Weight> maps(String... names) {
    return maps(List.of(names).stream().map(source::of).toList());
  }

  /** The parts of a fused linear map, [parts·out, in], each [out, in]. */
  public List<Weight> cutMaps(String name, int parts) {
    return maps(cut(name, parts));
  }

  /** The kernel of a convolution, [O, C, kh, kw]. */
  public Weight kernel(String name) {
    return kept(backend.weight(source.of(name), storage, Weight.Use.KERNEL));
  }

  private List<Weight> maps(List<WeightSource> sources) {
    List<Weight> maps = backend.weights(sources, storage, Weight.Use.PANELS);
    loaded.addAll(maps);
    return maps;
  }

  private Weight kept(Weight weight) {
    loaded.add(weight);
    return weight;
  }

  private List<WeightSource> cut(String name, int parts) {
    WeightSource whole = source.of(name);
    int rows = whole.shape().dim(0) / parts;
    List<WeightSource> cut = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      cut.add(PartOfSource.rows(whole, part * rows, (part + 1) * rows));
    }
    return cut;
  }

  /** The same values under the last {@code rank} axes; those before are one. */
  private static WeightSource flat(WeightSource whole, int rank) {
    int[] dims = whole.shape().toArray();
    int[] last = new int[rank];
    for (int axis = 0; axis < dims.length; axis++) {
      int to = axis - (dims.length - rank);
      if (to >= 0) {
        last[to] = dims[axis];
      }
    }
    return dims.length == rank ? whole : new PartOfSource(whole, Shape.of(last), 0);
  }
}
