package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * All that a {@link DecodeSession} reads of the host, in constants of the innermost scope: those of
 * the layout, made once, and those of the batch, which each batch fills anew.
 */
final class SessionInputs {
  private final Backend backend;
  private final ArpgConfig config;
  private final SessionLayout layout;
  private final Tensor table;
  private final Tensor classRow;
  private final Tensor classEnd;
  private final Tensor classIds;
  private final Tensor order;
  private final Tensor rows;
  private final Tensor knownIds;
  private final Tensor knownRows;

  /**
   * What one step needs.
   *
   * @param contentEnd I32 [m_s], what each row fed sees
   * @param targetEnd I32 [n_s], what each query sees
   * @param maskRows I32 [n_s], of the one row of {@link Arpg#maskQuery}: zeros
   * @param guidance [branches - 1], the weights
   */
  record OfStep(Tensor contentEnd, Tensor targetEnd, Tensor maskRows, Tensor guidance) {}

  SessionInputs(Arpg model, SessionLayout layout) {
    this.backend = model.backend();
    this.config = model.config();
    this.layout = layout;
    this.table = model.ropeTable();
    this.classRow = ints(RopeTable.CLASS_ROW);
    this.classEnd = ints(layout.pass1().visibleEnds(0, 1));
    this.classIds = blank(Shape.of(layout.sequences(), 1));
    this.order = blank(Shape.of(layout.images(), layout.plan().cells()));
    this.rows = blank(Shape.of(layout.images(), layout.plan().cells()));
    this.knownIds = blank(Shape.of(layout.sequences(), layout.known()));
    this.knownRows = blank(Shape.of(layout.known()));
  }

  OfStep ofStep(Plan.Step step) {
    int n = step.size();
    int[] contentEnds = layout.pass1().visibleEnds(layout.cachedBefore(step), layout.feeds(step));
    double[] weights =
        layout.branches() == 1
            ? new double[0]
            : new double[] {layout.guidance().weight(step, layout.plan().cells())};
    return new OfStep(
        ints(contentEnds),
        ints(Rows.repeat(layout.visible(step), n)),
        ints(new int[n]),
        backend.tensor(Shape.of(weights.length), weights));
  }

  /** Fills in what differs from batch to batch. */
  void assign(DecodeBatch batch, int[][] orders) {
    int images = layout.images();
    int[] classes = Rows.repeat(config.nullClassId(), layout.sequences());
    for (int i = 0; i < images; i++) {
      classes[i] = config.classId(batch.classes()[i]);
    }
    backend.assign(classIds, classes);
    backend.assign(order, Rows.flatten(orders));
    backend.assign(rows, Rows.flatten(orders, RopeTable::row));
    if (layout.known() > 0) {
      int[][] known = new int[layout.sequences()][];
      for (int b = 0; b < known.length; b++) {
        known[b] = batch.known().tokens()[b % images];
      }
      backend.assign(knownIds, Rows.flatten(known));
      backend.assign(knownRows, Rows.flatten(new int[][] {batch.known().cells()}, RopeTable::row));
    }
  }

  /** The rope table, see {@link RopeTable}. */
  Tensor table() {
    return table;
  }

  /** The class token's rope row, I32 [1]. */
  Tensor classRow() {
    return classRow;
  }

  /** What the class token sees: itself, I32 [1]. */
  Tensor classEnd() {
    return classEnd;
  }

  /** I32 [B, 1], the labels of the conditional branch and the dropped one of the other. */
  Tensor classIds() {
    return classIds;
  }

  /** I32 [I, N'], cells in decoding order. */
  Tensor order() {
    return order;
  }

  /** I32 [I, N'], their rope rows. */
  Tensor rows() {
    return rows;
  }

  /** I32 [B, K]. */
  Tensor knownIds() {
    return knownIds;
  }

  /** I32 [K], the known cells' rope rows. */
  Tensor knownRows() {
    return knownRows;
  }

  private Tensor ints(int... values) {
    return backend.ints(Shape.of(values.length), values);
  }

  /** Integers to be filled. */
  private Tensor blank(Shape shape) {
    return backend.ints(shape, new int[Math.toIntExact(shape.size())]);
  }
}
