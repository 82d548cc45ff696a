package dev.arpg4j.edit;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoding;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.TokenChooser;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A system as it decodes a {@link Window}: by the random numbers of the whole grid's cells. */
public record WindowDecoding(Decoding own, Window window) implements Decoding {
  @Override
  public int[] order(DecodeSettings settings, TokenGrid grid, int image, int[] cells) {
    return own.order(settings, grid, image, cells);
  }

  @Override
  public Plan plan(DecodeSettings settings, int cells) {
    return own.plan(settings, cells);
  }

  @Override
  public Plan plan(DecodeSettings settings, int[] cells) {
    return own.plan(settings, cells);
  }

  @Override
  public Layout layout(DecodeSettings settings, Plan plan, int known) {
    return own.layout(settings, plan, known);
  }

  @Override
  public Commit commit(Backend backend, Layout layout, DecodeSettings settings, int images) {
    Commit committed = own.commit(backend, layout, settings, images);
    Tensor table = outerCells(backend, images);
    return new Commit() {
      @Override
      public void begin(DecodeBatch batch) {
        committed.begin(batch);
      }

      @Override
      public Tensor commit(
          Step step, @Nullable Tensor known, Supplier<Tensor> guided, Tensor chosen) {
        Tensor cells = step.ops().gather(table, step.cells()); // [I, n]
        Step outer = new Step(step.ops(), step.places(), step.feed(), cells);
        return committed.commit(outer, known, guided, chosen);
      }
    };
  }

  @Override
  public boolean redraws() {
    return own.redraws();
  }

  @Override
  public TokenChooser chooser(Backend backend, DecodeSettings settings, int images, int draws) {
    TokenChooser drawn = own.chooser(backend, settings, images, draws);
    Tensor table = outerCells(backend, images);
    return new TokenChooser() {
      @Override
      public void begin(DecodeBatch batch) {
        drawn.begin(batch);
      }

      @Override
      public Tensor choose(Plan.Step step, Tensor logits, Tensor guidance, Tensor cells) {
        return drawn.choose(step, logits, guidance, backend.gather(table, cells)); // [I, n]
      }
    };
  }

  /** The cells of the whole grid by those of the window, for so many images, [I, N]. */
  private Tensor outerCells(Backend backend, int images) {
    int cells = window.grid().cells();
    int[] outer = window.outer(IntStream.range(0, images * cells).map(i -> i % cells).toArray());
    return backend.ints(Shape.of(images, cells), outer);
  }
}
