package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.KvShape;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.Queries;
import dev.arpg4j.model.QuerySource;
import dev.arpg4j.model.Readout;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ARPG as a network: condition and content rows go through pass 1 into the cache, query rows
 * through pass 2 (VARIANTS.md 1.5).
 *
 * @param grid the cells that tokens stand in; the model's own or a larger one
 * @param source what content queries carry
 */
public record TwoPass(Arpg model, TokenGrid grid, QuerySource source) implements Network {
  /** With queries of [MASK]. */
  public TwoPass(Arpg model, TokenGrid grid) {
    this(model, grid, new QuerySource.MaskQuery());
  }

  public TwoPass(Arpg model) {
    this(model, model.config().grid());
  }

  @Override
  public ControlSizes control() {
    return model.config().control();
  }

  @Override
  public Network under(ConditionInputs conditions) {
    return control().present()
        ? new TwoPass(model, grid, model.conditioned(conditions.values(), conditions.given()))
        : Network.super.under(conditions);
  }

  @Override
  public Backend backend() {
    return model.backend();
  }

  @Override
  public int vocabulary() {
    return model.config().vocabulary();
  }

  @Override
  public int classes() {
    return model.config().classes();
  }

  @Override
  public int classId(int label) {
    return model.config().classId(label);
  }

  @Override
  public int nullClassId() {
    return model.config().nullClassId();
  }

  @Override
  public KvShape kvShape() {
    return model.config().kvShape();
  }

  @Override
  public List<PositionRow> positions() {
    return List.of(RopePositions.OWN_CELL);
  }

  @Override
  public Network on(Backend listener) {
    return new TwoPass(model.on(listener), grid, source);
  }

  @Override
  public List<Learned> learned() {
    return model.config().parameters().stream()
        .map(each -> new Learned(model.weight(each.name()), each.name(), 0, true))
        .toList();
  }

  @Override
  public Passes open(int sequences) {
    return new Open(model, source, model.ropeTable(grid), sequences);
  }

  private static final class Open implements Passes {
    private final Arpg model;
    private final QuerySource source;
    private final Backend backend;
    private final Tensor table;
    private final @Nullable Tensor maskIds;
    private final @Nullable Routine<Queries> newQueries;
    private @Nullable Queries queries;

    Open(Arpg model, QuerySource source, Tensor table, int sequences) {
      this.model = model;
      this.source = source;
      this.backend = model.backend();
      this.table = table;
      if (model.config().readout() == Readout.CONTENT_ROWS) {
        this.maskIds = null;
        this.newQueries = null;
      } else {
        Tensor ids = model.maskIds(sequences);
        this.maskIds = ids;
        this.newQueries = backend.routine(() -> model.queries(source, ids));
      }
    }

    /**
     * Makes the queries that targets have, for any weight of them may have been assigned. They are
     * made for every batch and by a routine alone: a step that was recorded reads what the routine
     * gives, and would go on reading a query made elsewhere after that one is out of date.
     */
    @Override
    public void begin() {
      if (newQueries != null) {
        queries = newQueries.run();
      }
    }

    @Override
    public Tensor logits(FeedInputs in, KnownIds known, KvMemory memory) {
      Feed feed = in.feed();
      int fed = feed.cached();
      int m = feed.rows().size();
      Tensor rows = in.positions().getFirst(); // [I, m]
      backend.section("pass 1");
      Tensor content =
          model.encode(
              ids(in, known),
              new Rope(table, backend.slice(rows, 1, 0, fed)),
              backend.slice(in.ends(), 0, 0, fed),
              memory); // [B, fed, D]
      if (maskIds == null) {
        return model.head(backend.gather(content, in.reads()));
      }
      if (fed == m) {
        return content;
      }
      backend.section("pass 2");
      // A pass that is no part of a batch makes its own.
      Queries made = queries == null ? model.queries(source, maskIds) : queries;
      Tensor cells = backend.slice(rows, 1, fed, m); // [I, q]
      return model.predict(
          made.gathered(backend, source.ofCells() ? cells : in.sameQuery()),
          new Rope(table, cells),
          backend.slice(in.ends(), 0, fed, m),
          memory);
    }

    @Override
    public void close() {
      if (newQueries != null) {
        newQueries.close();
      }
    }

    /** Conditions and tokens have one table of ids (VARIANTS.md 1.3). */
    private Tensor ids(FeedInputs in, KnownIds known) {
      boolean condition = in.feed().rows().getFirst().role() == Role.CONDITION;
      if (in.feed().contents().length == 0) {
        return in.conditions();
      }
      return condition ? backend.concat(1, in.conditions(), known.contents()) : known.contents();
    }
  }
}
