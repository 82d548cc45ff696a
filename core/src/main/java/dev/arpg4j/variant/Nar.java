package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Feed.Read;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.model.Backbone;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * NAR (He et al., arXiv 2503.10696; VARIANTS.md 4.7): outwards from the top left corner, all cells
 * of an anti-diagonal at once. One head predicts the cell to the right of a row's own; a second
 * one, behind one more layer, the cell below; a cell with both neighbours known is the mean.
 */
public final class Nar extends BackboneVariant<Nar.Sized> {
  private static final int RIGHT = 0;
  private static final int BELOW = 1;

  /** For the service loader. */
  public Nar() {
    super("nar", "NAR", Sized::new);
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .holds("P1", "P3", "P4", "P7a", "P7b", "P8", "P9", "P10", "P13")
        .says("P6", Contract.Claim.GROUP, "a diagonal is a set, and a function of those before it")
        .violates("the rows that predict a step's cells see each other", "P2", "P14")
        .violates("a diagonal's keys and values are functions of all its tokens", "P5")
        .lacks("which cells come next is fixed", "P11", "P12");
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    return ((Sized) architecture).settings(2);
  }

  /**
   * NAR at a size.
   *
   * @param config counts the layers before the first head; one more stands behind it
   */
  record Sized(BackboneConfig config) implements BackboneArchitecture, FixedOrder {
    @Override
    public BackboneConfig stack() {
      return config.withLayers(config.layers() + 1);
    }

    @Override
    public List<Parameter> added() {
      return config.head("medusa_norm", "medusa_output");
    }

    @Override
    public BackboneNetwork.Readout readout(WeightLoader loader) {
      Backbone.Head below =
          Backbone.Head.load(loader, "medusa_norm", "medusa_output", config.normEpsilon());
      int layers = config.layers();
      return (network, x, rope, in, memory) -> {
        Tensor first = network.forward(x, rope, in, memory, 0, layers);
        Tensor second = network.forward(first, rope, in, memory, layers, layers + 1);
        return network.mean(
            in,
            new BackboneNetwork.Reading(network.backbone().head(), first),
            new BackboneNetwork.Reading(below, second));
      };
    }

    @Override
    public String rule() {
      return "NAR decodes one anti-diagonal a step, from the top left corner";
    }

    @Override
    public String forbiddenBy() {
      return "P5, chunking equivalence, is violated for it";
    }

    /** Diagonal by diagonal, rows ascending. */
    @Override
    public int[] cells() {
      return IntStream.range(0, sizes().length)
          .flatMap(
              diagonal -> IntStream.range(0, places()).filter(cell -> diagonal(cell) == diagonal))
          .toArray();
    }

    @Override
    public int[] sizes() {
      int[] sizes = new int[grid().rows() + grid().columns() - 1];
      IntStream.range(0, places()).forEach(cell -> sizes[diagonal(cell)]++);
      return sizes;
    }

    private int diagonal(int cell) {
      return cell / grid().columns() + cell % grid().columns();
    }

    @Override
    public void complete(Feed.Builder feed, Plan.Step step) {
      int[] cells = cells();
      int[] rows = rows(feed.size() - step.from());
      for (int place = step.from(); place < step.to(); place++) {
        feed.predicts(place, mean(reads(cells[place], rows)));
      }
    }

    /** The row of each cell, where that of place 0 is, or would be, the given one. */
    private int[] rows(int first) {
      int[] cells = cells();
      int[] rows = new int[cells.length];
      IntStream.range(0, cells.length).forEach(place -> rows[cells[place]] = first + place);
      return rows;
    }

    /** What predicts a cell: the class row's heads at first, then its neighbours' rows. */
    private List<Read> reads(int cell, int[] rows) {
      int columns = grid().columns();
      List<Read> reads = new ArrayList<>();
      if (cell == 0 || cell % columns > 0) {
        reads.add(new Read(RIGHT, cell == 0 ? 0 : rows[cell - 1]));
      }
      if (cell == 0 || cell >= columns) {
        reads.add(new Read(BELOW, cell == 0 ? 0 : rows[cell - columns]));
      }
      return reads;
    }

    /** Two of equal weight; of a cell with one neighbour, the same twice. */
    private static Read[] mean(List<Read> reads) {
      return new Read[] {reads.getFirst(), reads.getLast()};
    }

    /** Its targets are in raster order, as training lays them out. */
    @Override
    public Feed training() {
      return training(Sized::mean);
    }

    @Override
    public Map<String, Feed> heads() {
      return Map.of("right", training(of(RIGHT)), "below", training(of(BELOW)));
    }

    private static Function<List<Read>, Read[]> of(int head) {
      return reads -> reads.stream().filter(read -> read.head() == head).toArray(Read[]::new);
    }

    private Feed training(Function<List<Read>, Read[]> part) {
      Feed.Builder feed = Feed.after(0, 0).add(Role.CONDITION, 0).add(Role.CONTENT, 0, places());
      int[] rows = rows(1);
      for (int cell = 0; cell < places(); cell++) {
        Read[] reads = part.apply(reads(cell, rows));
        if (reads.length > 0) {
          feed.predicts(rows[cell] - 1, reads);
        }
      }
      return feed.seeing(this::fedIn);
    }
  }
}
