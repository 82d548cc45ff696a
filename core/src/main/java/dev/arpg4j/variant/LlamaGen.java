package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * LlamaGen (Sun et al., 2024; VARIANTS.md 4.1): plain next-token prediction, cell by cell in raster
 * order. The row that holds a token predicts the next cell.
 */
public final class LlamaGen extends BackboneVariant<LlamaGen.Sized> {
  /** The sizes that were published for 384 pixels. */
  private static final List<String> LARGER = List.of("L", "XL", "XXL");

  private static final String SUFFIX = "-384";

  /** For the service loader. */
  public LlamaGen() {
    super("llamagen", "LlamaGen", Sized::new);
  }

  @Override
  public Contract contract() {
    return Contract.none()
        .holds("P1", "P4", "P5", "P7a", "P7b", "P8", "P9", "P10", "P13")
        .violates("a row is a function of the rows before it", "P6")
        .lacks("one cell a step, and which one is fixed", "P2", "P3", "P11", "P12", "P14");
  }

  /** Those of 16x16 cells, and under "L-384" and so on those of 24x24. */
  @Override
  public Map<String, Sized> published() {
    Map<String, Sized> sizes = super.published();
    for (String size : LARGER) {
      BackboneConfig small = Objects.requireNonNull(sizes.get(size), size).config();
      sizes.put(size + SUFFIX, new Sized(small.withGrid(TokenGrid.square(24))));
    }
    return sizes;
  }

  /** The larger two were published for 24x24 cells alone. */
  @Override
  public Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("B", "c2i_B_256.pt");
    files.put("L", "c2i_L_256.pt");
    for (String size : LARGER) {
      files.put(size + SUFFIX, "c2i_%s_384.pt".formatted(size));
    }
    return files;
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    return ((Sized) architecture).settings(2);
  }

  /** LlamaGen at a size. */
  record Sized(BackboneConfig config) implements BackboneArchitecture, FixedOrder {
    @Override
    public String rule() {
      return "LlamaGen decodes one cell a step, the next in raster order";
    }

    @Override
    public String forbiddenBy() {
      return "P2, query independence, is not defined for it";
    }

    @Override
    public int[] cells() {
      return IntStream.range(0, places()).toArray();
    }

    @Override
    public int[] sizes() {
      int[] ones = new int[places()];
      Arrays.fill(ones, 1);
      return ones;
    }

    /** Whatever the order of the rows. */
    @Override
    public boolean sees(Slot query, Slot key) {
      return key.index() <= query.index();
    }

    /** The next cell of another order is one of several to a row, but decoding is one of them. */
    @Override
    public boolean trainsInAnyOrder() {
      return true;
    }

    @Override
    public Feed training() {
      int places = places();
      return Feed.after(0, 0)
          .add(Role.CONDITION, 0)
          .add(Role.CONTENT, 0, places - 1)
          .predicts(0, places)
          .seeing(Pass1Mask.STRICT);
    }
  }
}
