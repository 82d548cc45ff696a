package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;

/**
 * What content the query of a target carries (VARIANTS.md 1.10): [MASK] alone, or with what its
 * cell is conditioned by. Content keys and values know nothing of it, and each query carries its
 * own: targets stay as independent of each other as they are without.
 */
public sealed interface QuerySource {
  /**
   * The contents that queries are gathered from.
   *
   * @param mask [B, 1, D], the embedding of [MASK]
   * @return [B, r, D]
   */
  Tensor content(Ops ops, Tensor mask);

  /**
   * Whether the content of a cell's query is the row that the cell has in the rope table; else
   * there is one row, for all of them.
   */
  boolean ofCells();

  /** [MASK] for every target. */
  record MaskQuery() implements QuerySource {
    @Override
    public Tensor content(Ops ops, Tensor mask) {
      return mask;
    }

    @Override
    public boolean ofCells() {
      return false;
    }
  }

  /**
   * [MASK] and the embedding of the cell's token.
   *
   * @param codes I32 [I, 1 + N]
   * @param given [I', 1 + N], 1 where there is a condition, else 0
   * @param table [K, D]
   */
  record ConditionTokenQuery(Tensor codes, Tensor given, Weight table) implements QuerySource {
    @Override
    public Tensor content(Ops ops, Tensor mask) {
      return added(ops, mask, ops.embed(table, codes), given);
    }

    @Override
    public boolean ofCells() {
      return true;
    }
  }

  /**
   * [MASK] and what an MLP makes of the cell's values.
   *
   * @param features [I, 1 + N, C]
   * @param given [I', 1 + N], 1 where there is a condition, else 0
   * @param mlp C to D
   */
  record ConditionFeatureQuery(Tensor features, Tensor given, GeluMlp mlp) implements QuerySource {
    @Override
    public Tensor content(Ops ops, Tensor mask) {
      return added(ops, mask, mlp.forward(ops, features), given);
    }

    @Override
    public boolean ofCells() {
      return true;
    }
  }

  /**
   * What stands in the place of [MASK]: its embedding, and a condition where one is given. A sum
   * with zero is exact, so where none is, it is [MASK]'s to the bit.
   *
   * @param mask [B, 1, D]
   * @param conditions [I, 1 + N, D]
   * @param given [I', 1 + N]
   */
  private static Tensor added(Ops ops, Tensor mask, Tensor conditions, Tensor given) {
    int sequences = mask.shape().dim(0);
    Tensor all = repeated(ops, conditions, sequences); // [B, 1 + N, D]
    Tensor row = ops.reshape(ops.slice(mask, 0, 0, 1), Shape.of(mask.shape().dim(-1)));
    return ops.add(ops.mulRows(all, repeated(ops, given, sequences)), row);
  }

  private static Tensor repeated(Ops ops, Tensor each, int sequences) {
    int times = sequences / each.shape().dim(0);
    if (times == 1) {
      return each;
    }
    Tensor[] all = new Tensor[times];
    Arrays.fill(all, each);
    return ops.concat(0, all);
  }
}
