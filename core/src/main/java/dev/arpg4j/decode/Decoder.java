package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.tensor.Backend;
import java.util.function.Function;

/**
 * Decodes as the settings say: in which order, in which steps, guided and drawn how. The loop
 * itself is {@link DecodeSession}'s.
 */
public final class Decoder {
  private final Arpg model;
  private final ArpgConfig config;
  private final DecodeSettings settings;

  public Decoder(Arpg model, DecodeSettings settings) {
    this.model = model;
    this.config = model.config();
    this.settings = settings;
  }

  /** What the model runs on. */
  public Backend backend() {
    return model.backend();
  }

  /** Tokens [I][N] in raster order, sampled as the settings say. */
  public int[][] decode(DecodeBatch batch, DecodeObserver observer) {
    try (DecodeSession session = session(batch)) {
      return session.decode(batch, observer);
    }
  }

  /** Tokens [I][N] in raster order, along the given tokens [I][N]: only the logits are new. */
  public int[][] replay(DecodeBatch batch, Plan plan, int[][] tokens, DecodeObserver observer) {
    TokenIds.checkImages("given tokens", tokens, batch.images(), config);
    try (DecodeSession session =
        session(batch, plan, backend -> new GivenTokens(backend, tokens))) {
      return session.decode(batch, observer);
    }
  }

  /** A session that samples as the settings say, for this batch and others like it. */
  public DecodeSession session(DecodeBatch like) {
    return session(like, plan(like), backend -> sampler(backend, like.images()));
  }

  /** As {@link #session(DecodeBatch)}, where nobody looks at logits: it gives ids alone. */
  public DecodeSession sessionOfIds(DecodeBatch like) {
    return session(
        like, plan(like), DecodeSession.Gives.IDS, backend -> sampler(backend, like.images()));
  }

  /**
   * A session for this batch and others of as many images and known cells.
   *
   * @param plan of the cells not known
   * @param choosers makes what turns logits into ids, its constants in the innermost scope
   */
  public DecodeSession session(
      DecodeBatch like, Plan plan, Function<Backend, TokenChooser> choosers) {
    return session(like, plan, DecodeSession.Gives.LOGITS, choosers);
  }

  private DecodeSession session(
      DecodeBatch like,
      Plan plan,
      DecodeSession.Gives gives,
      Function<Backend, TokenChooser> choosers) {
    SessionLayout layout =
        new SessionLayout(
            plan,
            like.images(),
            like.known().cells().length,
            settings.guidance(),
            settings.pass1());
    layout.check(config);
    return new DecodeSession(model, layout, gives, this::orders, choosers);
  }

  /** What draws as the settings say, for batches of {@code images}. */
  public Sampler sampler(Backend backend, int images) {
    return new Sampler(backend, settings.sampling(), settings.seed(), images);
  }

  /** The steps in which a batch is decoded. */
  public Plan plan(DecodeBatch batch) {
    int cells = batch.known().unknown(config.grid().cells()).length;
    return Plan.of(settings.schedule(), cells, settings.steps());
  }

  /** The order in which each image's cells are decoded, [I][N']. */
  public int[][] orders(DecodeBatch batch) {
    int[] unknown = batch.known().unknown(config.grid().cells());
    int[][] orders = new int[batch.images()][];
    for (int i = 0; i < orders.length; i++) {
      orders[i] = settings.order().order(settings.seed(), batch.firstImage() + i, unknown);
    }
    return orders;
  }
}
