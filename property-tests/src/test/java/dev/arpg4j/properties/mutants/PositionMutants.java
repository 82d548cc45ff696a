package dev.arpg4j.properties.mutants;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.verify.Case;
import java.util.List;

/** Faults of rotary positions. */
final class PositionMutants {
  private PositionMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.ofOps(
            "rope one cell ahead",
            "content is rotated to the next cell for pass 2, the last to the first",
            NextCell::new),
        Mutant.ofOps(
            "rope by query place",
            "queries are rotated by their place in the step, not to their cells",
            QueryPlaces::new),
        Mutant.ofOps(
            "rope by content place",
            "content is rotated by its place in the chunk, not to its cell",
            ContentPlaces::new),
        Mutant.ofOps("rope on values", "values are rotated like keys", RotatedValues::new),
        Mutant.ofOps(
            "rope half-split", "channel p is paired with p + d/2, not its neighbour", Halves::new),
        Mutant.ofOps(
            "rope axes swapped", "the first half turns by column, the second by row", Axes::new),
        Mutant.ofOps(
            "class row rotated", "the class token stands at the first cell", ClassAtOrigin::new));
  }

  private static final class NextCell extends BrokenOps {
    NextCell(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
      int cells = table.shape().dim(0) - 1;
      Tensor next = each(rows, row -> row == 0 ? 0 : row % cells + 1);
      return super.rope(x, table, inProjection() ? next : rows, heads);
    }
  }

  private static final class QueryPlaces extends BrokenOps {
    QueryPlaces(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
      return super.rope(x, table, inPass2() ? places(rows) : rows, heads);
    }
  }

  private static final class ContentPlaces extends BrokenOps {
    ContentPlaces(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
      boolean isClass = rows.toInts()[0] == 0;
      return super.rope(x, table, inProjection() && !isClass ? places(rows) : rows, heads);
    }
  }

  private static final class RotatedValues extends BrokenOps {
    RotatedValues(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
      super.appendRotated(cache, k, rope(v, table, rows, cache.heads()), table, rows);
    }
  }

  private static final class Halves extends BrokenOps {
    Halves(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
      int d = x.shape().dim(2) / heads;
      double[] paired = x.toDoubles();
      double[] split = paired.clone();
      for (int i = 0; i < split.length; i++) {
        paired[neighbour(i, d)] = split[i];
      }
      double[] rotated = super.rope(like(x, paired), table, rows, heads).toDoubles();
      for (int i = 0; i < split.length; i++) {
        split[i] = rotated[neighbour(i, d)];
      }
      return like(x, split);
    }

    /** Where channel i goes so that p and p + d/2 become neighbours. */
    private static int neighbour(int i, int d) {
      int channel = i % d;
      int half = d / 2;
      return i - channel + (channel < half ? 2 * channel : 2 * (channel - half) + 1);
    }
  }

  private static final class Axes extends BrokenOps {
    Axes(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor tensor(Shape shape, double... values) {
      double[] swapped = values.clone();
      if (isRopeTable(shape)) {
        int d = 2 * shape.dim(1);
        for (int i = 0; i < values.length; i++) {
          swapped[i] = values[i / d * d + (i + d / 2) % d];
        }
      }
      return super.tensor(shape, swapped);
    }
  }

  private static final class ClassAtOrigin extends BrokenOps {
    ClassAtOrigin(Backend sound, Case drawn) {
      super(sound);
    }

    @Override
    public Tensor tensor(Shape shape, double... values) {
      double[] changed = values.clone();
      for (int pair = 0; isRopeTable(shape) && pair < shape.dim(1); pair++) {
        changed[2 * pair] = 1;
      }
      return super.tensor(shape, changed);
    }
  }

  /** The only constants of this shape: (cos, sin) pairs. */
  private static boolean isRopeTable(Shape shape) {
    return shape.rank() == 3 && shape.dim(2) == 2;
  }
}
