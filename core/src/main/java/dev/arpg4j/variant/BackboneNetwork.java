package dev.arpg4j.variant;

import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.KnownIds;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.RopePositions;
import dev.arpg4j.model.Backbone;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.KvShape;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LlamaGen's backbone as a network (VARIANTS.md 4.1): rows are embedded by their role, pass all
 * layers, and are read out. What differs between the variants on it is a {@link Rows} and a {@link
 * Readout}.
 *
 * @param rows what query and special rows hold
 * @param readout which logits the rows give
 * @param learned all of its weights
 */
public record BackboneNetwork(
    Backend backend, Backbone backbone, Rows rows, Readout readout, List<Learned> learned)
    implements Network {

  /** What a variant adds to the roles that every backbone embeds. */
  public interface Rows {
    /** No others. */
    Rows NONE = new Rows() {};

    /**
     * The content of query rows, [B, q, D].
     *
     * @param rope what rotates to the targets' cells: its rows are those of the queries alone
     */
    default Tensor queries(Backend backend, FeedInputs in, Rope rope) {
      throw new IllegalStateException("this variant has no query rows");
    }

    /** The content of special rows, [B, s, D]. */
    default Tensor specials(Backend backend, FeedInputs in) {
      throw new IllegalStateException("this variant has no special rows");
    }
  }

  /** Turns the rows of a feed into the logits of its targets. */
  @FunctionalInterface
  public interface Readout {
    /** The head over the rows that the feed reads. */
    Readout HEAD =
        (network, x, rope, in, memory) -> {
          Backbone backbone = network.backbone();
          Tensor last = network.forward(x, rope, in, memory, 0, backbone.config().layers());
          return backbone
              .head()
              .logits(network.backend(), network.backend().gather(last, in.reads()));
        };

    /**
     * Runs the layers and the heads.
     *
     * @param x [B, m, D], the rows embedded
     * @return [B, n, V]
     */
    Tensor logits(BackboneNetwork network, Tensor x, Rope rope, FeedInputs in, KvMemory memory);
  }

  @Override
  public TokenGrid grid() {
    return backbone.config().grid();
  }

  @Override
  public int vocabulary() {
    return backbone.config().vocabulary();
  }

  @Override
  public int classes() {
    return backbone.config().classes();
  }

  @Override
  public int classId(int label) {
    return label;
  }

  @Override
  public int nullClassId() {
    return classes();
  }

  @Override
  public KvShape kvShape() {
    BackboneConfig config = backbone.config();
    return KvShape.of(config.layers(), config.heads(), config.headDim());
  }

  @Override
  public List<PositionRow> positions() {
    return List.of(RopePositions.OWN_CELL);
  }

  @Override
  public Network on(Backend listener) {
    return new BackboneNetwork(listener, backbone, rows, readout, learned);
  }

  @Override
  public Passes open(int sequences) {
    BackboneConfig config = backbone.config();
    Tensor table = RopeTable.of(backend, grid(), config.headDim(), config.ropeBase());
    return (in, known, memory) -> {
      Rope rope = new Rope(table, in.positions().getFirst());
      backend.section("rows");
      return readout.logits(this, embed(in, known, rope), rope, in, memory);
    };
  }

  /** Runs rows through the layers {@code from .. to-1}: [B, m, D] to [B, m, D]. */
  public Tensor forward(Tensor x, Rope rope, FeedInputs in, KvMemory memory, int from, int to) {
    return backbone.forward(backend, x, from, to, rope, in.ends(), memory);
  }

  /** A head, and the rows that go into it, [B, m, D]. */
  public record Reading(Backbone.Head head, Tensor rows) {}

  /**
   * What several heads say, read as the feed reads: the mean of what its rows say of a target. Each
   * head is given no other rows than those read with it.
   *
   * @return [B, n, V]
   */
  public Tensor mean(FeedInputs in, Reading... heads) {
    backend.section("head");
    int n = in.feed().targets().length;
    if (n == 0) {
      return heads[0].rows(); // nobody reads it
    }
    List<Tensor> said = new ArrayList<>();
    for (int head = 0; head < in.headRows().size(); head++) {
      Tensor rows = in.headRows().get(head);
      if (rows.shape().dim(0) > 0) {
        Tensor read = backend.gather(heads[head].rows(), rows);
        said.add(heads[head].head().logits(backend, read)); // [B, r, V]
      }
    }
    Tensor read = backend.gather(joined(said), in.headReads()); // [B, k·n, V]
    int each = read.shape().dim(1) / n;
    Tensor sum = backend.slice(read, 1, 0, n);
    for (int k = 1; k < each; k++) {
      sum = backend.add(sum, backend.slice(read, 1, k * n, (k + 1) * n));
    }
    return each == 1 ? sum : backend.scale(sum, 1.0 / each);
  }

  private Tensor joined(List<Tensor> parts) {
    return parts.size() == 1 ? parts.getFirst() : backend.concat(1, parts.toArray(Tensor[]::new));
  }

  /** The rows of a feed, [B, m, D]: embedded role by role, then put into the feed's order. */
  private Tensor embed(FeedInputs in, KnownIds known, Rope rope) {
    List<Tensor> parts = new ArrayList<>();
    for (Role role : Role.values()) {
      Tensor part = part(role, in, known, rope);
      if (part != null) {
        parts.add(part);
      }
    }
    Tensor all = joined(parts);
    return backend.regularized(
        in.arrangement() == null ? all : backend.gather(all, in.arrangement()));
  }

  private @Nullable Tensor part(Role role, FeedInputs in, KnownIds known, Rope rope) {
    int[] rowsOfRole = in.feed().rowsOf(role);
    if (rowsOfRole.length == 0) {
      return null;
    }
    return switch (role) {
      case CONDITION -> backbone.classes(backend, in.conditions());
      case CONTENT -> backbone.tokens(backend, known.contents());
      case QUERY ->
          rows.queries(backend, in, new Rope(rope.table(), in.queryPositions(backend, 0)));
      case SPECIAL -> rows.specials(backend, in);
    };
  }
}
