package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * PAR (Wang et al., arXiv 2412.15119; VARIANTS.md 4.6): the grid is cut into regions. The first
 * cell of each is decoded one by one; from then on the next cell of all of them at once, each from
 * the row of its own region's cell before.
 */
public final class Par extends BackboneVariant<Par.Sized> {
  private static final String SPECIALS = "spe_tok_embeddings.special_embeddings.weight";
  private static final int REGIONS = 4;
  private static final int MORE_REGIONS = 16;

  /** For the service loader. */
  public Par() {
    super("par", "PAR", config -> new Sized(config, REGIONS));
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .holds("P1", "P3", "P4", "P7a", "P7b", "P8", "P9", "P10", "P13")
        .says("P6", Contract.Claim.GROUP, "a group is a set, and a function of those before it")
        .violates("the rows that predict a step's cells see each other", "P2", "P14")
        .violates("a group's keys and values are functions of all its tokens", "P5")
        .lacks("which cells come next is fixed", "P11", "P12");
  }

  /** Four regions, 4x, under the size's name alone; sixteen under "L-16x". */
  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = new LinkedHashMap<>();
    BackboneConfig.published()
        .forEach(
            (size, config) -> {
              sizes.put(size, new Sized(config, REGIONS));
              sizes.put(size + "-16x", new Sized(config, MORE_REGIONS));
            });
    return sizes;
  }

  @Override
  public Map<String, Sized> on(BackboneConfig backbone) {
    Map<String, Sized> ways = new LinkedHashMap<>();
    ways.put("4x", new Sized(backbone, REGIONS));
    ways.put("16x", new Sized(backbone, MORE_REGIONS));
    return ways;
  }

  @Override
  public Sized read(Metadata metadata) {
    return new Sized(
        BackboneConfig.of(metadata),
        metadata.has("regions") ? metadata.integer("regions") : REGIONS);
  }

  /** Grids of an odd side are one smaller, for regions of equal size. */
  @Override
  public Sized tiny(TinySizes wish) {
    TokenGrid grid = wish.grid();
    TokenGrid even =
        new TokenGrid(Math.max(4, grid.rows() / 2 * 2), Math.max(4, grid.columns() / 2 * 2));
    return new Sized(wish.withGrid(even).backbone(), REGIONS);
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    return ((Sized) architecture).settings(2);
  }

  /**
   * PAR at a size.
   *
   * @param regions n, a square whose root divides both sides of the grid
   */
  record Sized(BackboneConfig config, int regions) implements BackboneArchitecture, FixedOrder {
    Sized {
      int across = across(regions);
      TokenGrid grid = config.grid();
      if (regions < 4
          || across * across != regions
          || grid.rows() % across != 0
          || grid.columns() % across != 0
          || grid.cells() == regions) {
        throw new InvalidInputException(
            "regions %d: expected a square of 4 or more that cuts %dx%d cells into equal regions of"
                    .formatted(regions, grid.rows(), grid.columns())
                + " several cells");
      }
    }

    private static int across(int regions) {
      return (int) Math.sqrt(regions);
    }

    @Override
    public Map<String, String> metadata() {
      Map<String, String> values = new LinkedHashMap<>(config.metadata());
      values.put("regions", Integer.toString(regions));
      return values;
    }

    @Override
    public List<Parameter> added() {
      return List.of(BackboneConfig.table(SPECIALS, regions - 1, config.dim()));
    }

    @Override
    public BackboneNetwork.Rows rows(WeightLoader loader) {
      Weight specials = loader.table(SPECIALS);
      return new BackboneNetwork.Rows() {
        @Override
        public Tensor specials(Backend backend, FeedInputs in) {
          return backend.embed(specials, in.specials());
        }
      };
    }

    @Override
    public String rule() {
      return "PAR decodes a cell of each of its %d regions one by one, then the next cell of all"
          .formatted(regions);
    }

    @Override
    public String forbiddenBy() {
      return "P5, chunking equivalence, is violated for it";
    }

    /** Place {@code j·n + k} is the j-th cell, in raster order, of the k-th region. */
    @Override
    public int[] cells() {
      int across = across(regions);
      int rows = grid().rows() / across;
      int columns = grid().columns() / across;
      return IntStream.range(0, places())
          .map(
              place -> {
                int inside = place / regions;
                int region = place % regions;
                int row = region / across * rows + inside / columns;
                int column = region % across * columns + inside % columns;
                return row * grid().columns() + column;
              })
          .toArray();
    }

    @Override
    public int[] sizes() {
      int[] sizes = new int[regions + places() / regions - 1];
      Arrays.fill(sizes, regions);
      Arrays.fill(sizes, 0, regions, 1);
      return sizes;
    }

    /** The first parallel step has one token to go by: special rows stand in for the others. */
    @Override
    public void complete(Feed.Builder feed, Plan.Step step) {
      if (step.from() == regions) {
        feed.add(Role.SPECIAL, 0, regions - 1);
      }
      feed.predicts(step.from(), step.to());
    }

    @Override
    public int fedIn(Slot slot) {
      return slot.role() == Role.SPECIAL ? regions : FixedOrder.super.fedIn(slot);
    }

    /** The last rows, of a group that is not whole, predict nothing. */
    @Override
    public Feed training() {
      int whole = places() - regions;
      return Feed.after(0, 0)
          .add(Role.CONDITION, 0)
          .add(Role.CONTENT, 0, regions)
          .add(Role.SPECIAL, 0, regions - 1)
          .add(Role.CONTENT, regions, whole)
          .predicts(0, places())
          .add(Role.CONTENT, whole, places() - 1)
          .seeing(this::fedIn);
    }
  }
}
