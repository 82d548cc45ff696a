package dev.arpg4j.variant;

import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.KnownIds;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.AdaLnReads;
import dev.arpg4j.model.AdaLnSizes;
import dev.arpg4j.model.AdaLnStack;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.KvShape;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.List;

/**
 * RAR's and VAR's transformer as a network (VARIANTS.md 4.4, 4.5): rows are embedded, pass all
 * blocks under a condition, and those that are read go through a head under the same condition.
 *
 * @param firstClass the id of class 0 in the table of conditions; the null class is the last
 * @param factor of the attention scores
 * @param rows how a system embeds rows
 * @param positions the tables its rows are looked up in
 * @param learned all of its weights
 */
record AdaLnNetwork(
    Backend backend,
    AdaLnSizes sizes,
    TokenGrid grid,
    int places,
    int firstClass,
    double factor,
    AdaLnStack stack,
    Rows rows,
    List<PositionRow> positions,
    List<Learned> learned)
    implements Network {

  /** What a system feeds the blocks. */
  interface Rows {
    /** The rows of a feed, [B, m, D]. */
    Tensor embed(Ops ops, FeedInputs in, KnownIds known, Zeros zeros);

    /** What they are conditioned on, before its SiLU: [B, m, D], or [B, 1, D] if it is one. */
    Tensor condition(Ops ops, FeedInputs in, Zeros zeros);
  }

  /** Indices of the first row, as many as are needed. */
  record Zeros(Tensor all) {
    /** I32 [n]. */
    Tensor of(Ops ops, int n) {
      return ops.slice(all, 0, 0, n);
    }
  }

  @Override
  public int vocabulary() {
    return sizes.vocabulary();
  }

  @Override
  public int classes() {
    return sizes.classes();
  }

  @Override
  public int classId(int label) {
    return firstClass + label;
  }

  @Override
  public int nullClassId() {
    return classId(sizes.classes());
  }

  @Override
  public KvShape kvShape() {
    return new KvShape(sizes.layers(), sizes.heads(), sizes.headDim(), factor);
  }

  @Override
  public Network on(Backend listener) {
    return new AdaLnNetwork(
        listener, sizes, grid, places, firstClass, factor, stack, rows, positions, learned);
  }

  @Override
  public Passes open(int sequences) {
    int most = Math.max(sequences, places + 1); // rows of a feed at most: one more than places
    Zeros zeros = new Zeros(backend.ints(Shape.of(most), new int[most]));
    return (in, known, memory) -> logits(in, known, memory, zeros);
  }

  private Tensor logits(FeedInputs in, KnownIds known, KvMemory memory, Zeros zeros) {
    backend.section("rows");
    Tensor x = rows.embed(backend, in, known, zeros); // [B, m, D]
    Tensor condition = backend.silu(rows.condition(backend, in, zeros));
    AdaLnReads reads = new AdaLnReads(condition, in.ends(), memory, zeros.of(backend, 1));
    Tensor last = stack.forward(backend, x, reads);
    boolean each = condition.shape().dim(1) == x.shape().dim(1);
    return stack.logits(
        backend,
        backend.gather(last, in.reads()),
        each ? backend.gather(condition, in.reads()) : condition);
  }
}
