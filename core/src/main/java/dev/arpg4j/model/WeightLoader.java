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
  private final List<Learned> learned = new ArrayList<>();

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

  /** Everything loaded so far, as parts of the published parameters. */
  public List<Learned> learned() {
    return List.copyOf(learned);
  }

  /** A norm scale or bias, [D]. */
  public Weight vector(String name) {
    return row(new Part(name, flat(source.of(name), 1), 0));
  }

  /** The parts of a fused bias, [parts·D], each [D]. */
  public List<Weight> vectors(String name, int parts) {
    return cut(name, parts).stream().map(this::row).toList();
  }

  /** A table that rows are looked up in, [rows, D]. */
  public Weight table(String name) {
    Part table = new Part(name, flat(source.of(name), 2), 0);
    return kept(table, backend.weight(table.values(), storage, Weight.Use.ROWS));
  }

  /** What each head's queries are multiplied by, [1, H·d], of H learned values. */
  public Weight headLengths(String name, int headDim) {
    WeightSource lengths = new HeadLengths(source.of(name), headDim);
    Weight weight = backend.weight(lengths, DType.F32, Weight.Use.ROWS);
    learned.add(new Learned(weight, name, 0, false));
    return weight;
  }

  /** A linear map, [out, in]. */
  public Weight map(String name) {
    return maps(name).getFirst();
  }

  /** The first rows of a linear map, [rows, in]. */
  public Weight firstRows(String name, int rows) {
    return maps(List.of(rows(name, source.of(name), 0, rows))).getFirst();
  }

  /** The beginning of a bias, [length]. */
  public Weight start(String name, int length) {
    return row(rows(name, source.of(name), 0, length));
  }

  /** Linear maps of the same rows, each [out, in]. */
  public List<Weight> maps(String... names) {
    return maps(List.of(names).stream().map(name -> new Part(name, source.of(name), 0)).toList());
  }

  /** The parts of a fused linear map, [parts·out, in], each [out, in]. */
  public List<Weight> cutMaps(String name, int parts) {
    return maps(cut(name, parts));
  }

  /** The kernel of a convolution, [O, C, kh, kw]. */
  public Weight kernel(String name) {
    Part kernel = new Part(name, source.of(name), 0);
    return kept(kernel, backend.weight(kernel.values(), storage, Weight.Use.KERNEL));
  }

  /**
   * A run of a parameter's values.
   *
   * @param name of the parameter
   * @param from its first element
   */
  private record Part(String name, WeightSource values, long from) {}

  private List<Weight> maps(List<Part> parts) {
    List<Weight> maps =
        backend.weights(parts.stream().map(Part::values).toList(), storage, Weight.Use.PANELS);
    for (int i = 0; i < maps.size(); i++) {
      kept(parts.get(i), maps.get(i));
    }
    return maps;
  }

  private Weight row(Part part) {
    return kept(part, backend.weight(part.values(), DType.F32, Weight.Use.ROWS));
  }

  private Weight kept(Part part, Weight weight) {
    learned.add(new Learned(weight, part.name(), part.from(), true));
    return weight;
  }

  private List<Part> cut(String name, int parts) {
    WeightSource whole = source.of(name);
    int rows = whole.shape().dim(0) / parts;
    List<Part> cut = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      cut.add(rows(name, whole, part * rows, (part + 1) * rows));
    }
    return cut;
  }

  private static Part rows(String name, WeightSource whole, int from, int to) {
    PartOfSource part = PartOfSource.rows(whole, from, to);
    return new Part(name, part, part.from());
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
