package dev.arpg4j.variant;

import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.KnownIds;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.RopePositions;
import dev.arpg4j.model.Bert;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.KvShape;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * MaskGIT's transformer as a network: the class and every cell are rows of one table of ids, [MASK]
 * where a cell is not known.
 *
 * @param learned all of its weights
 */
record MaskGitNetwork(Backend backend, Bert model, List<Learned> learned) implements Network {

  @Override
  public TokenGrid grid() {
    return model.config().grid();
  }

  @Override
  public int vocabulary() {
    return model.vocabulary();
  }

  @Override
  public int classes() {
    return model.config().classes();
  }

  @Override
  public int classId(int label) {
    return model.config().classId(label);
  }

  /** The model learned none: it is never decoded in two branches, and this stands for nothing. */
  @Override
  public int nullClassId() {
    return model.config().maskId();
  }

  @Override
  public KvShape kvShape() {
    return KvShape.of(model.config().layers(), model.config().heads(), model.config().headDim());
  }

  /** Rows of the learned table of positions, which are counted as those of a rope table are. */
  @Override
  public List<PositionRow> positions() {
    return List.of(RopePositions.OWN_CELL);
  }

  @Override
  public Network on(Backend listener) {
    return new MaskGitNetwork(listener, model, learned);
  }

  @Override
  public Passes open(int sequences) {
    int[] mask = new int[sequences];
    Arrays.fill(mask, model.config().maskId());
    Tensor masked = backend.ints(Shape.of(sequences, 1), mask);
    return (in, known, memory) -> logits(in, ids(in, known, masked), memory);
  }

  private Tensor logits(FeedInputs in, Tensor ids, KvMemory memory) {
    backend.section("rows");
    Tensor x = model.embed(backend, ids, in.positions().getFirst()); // [B, m, D]
    Tensor rows = model.forward(backend, x, in.ends(), memory);
    return model.logits(backend, backend.gather(rows, in.reads()));
  }

  /** Ids of the feed's rows, I32 [B, m]; layouts have them in the order of their roles. */
  private Tensor ids(FeedInputs in, KnownIds known, Tensor masked) {
    List<Tensor> parts = new ArrayList<>(List.of(in.conditions()));
    if (in.feed().contents().length > 0) {
      parts.add(known.contents());
    }
    if (in.queries().shape().dim(0) > 0) {
      parts.add(backend.gather(masked, in.sameQuery()));
    }
    return backend.concat(1, parts.toArray(Tensor[]::new));
  }
}
