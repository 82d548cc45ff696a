package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.tensor.Backend;
import java.util.function.Function;

/**
 * Decodes as the settings say: in which order, in which steps, guided and drawn how. The loop
 * itself is {@link DecodeSession}'s.
 */
public final class Decoder {
  private final Network network;
  private final Decoding decoding;
  private final DecodeSettings settings;

  /** The two-pass decoder. */
  public Decoder(Arpg model, DecodeSettings settings) {
    this(new TwoPass(model), new TwoPassDecoding(model.config().readout()), settings);
  }

  /** Any system of the family. */
  public Decoder(Network network, Decoding decoding, DecodeSettings settings) {
    this.network = network;
    this.decoding = decoding;
    this.settings = settings;
  }

  /** What the model runs on. */
  public Backend backend() {
    return network.backend();
  }

  /** The same under another listener, for instance one that checks or times. */
  public Decoder on(Backend listener) {
    return new Decoder(network.on(listener), decoding, settings);
  }

  /** B, the sequences that decode a batch: one an image for each guidance branch. */
  public int sequences(DecodeBatch batch) {
    return settings.guidance().branches() * batch.images();
  }

  /** Tokens [I][N] in raster order, sampled as the settings say. */
  public int[][] decode(DecodeBatch batch, DecodeObserver observer) {
    try (DecodeSession session = session(batch)) {
      return session.decode(batch, observer);
    }
  }

  /** Tokens [I][N] in raster order, along the given tokens [I][N]: only the logits are new. */
  public int[][] replay(DecodeBatch batch, Plan plan, int[][] tokens, DecodeObserver observer) {
    TokenIds.checkImages("given tokens", tokens, batch.images(), network);
    try (DecodeSession session =
        session(batch, plan, backend -> new GivenTokens(backend, tokens))) {
      return session.decode(batch, observer);
    }
  }

  /** A session that samples as the settings say, for this batch and others like it. */
  public DecodeSession session(DecodeBatch like) {
    return session(like, plan(like), backend -> sampler(backend, like));
  }

  /** As {@link #session(DecodeBatch)}, where nobody looks at logits: it gives ids alone. */
  public DecodeSession sessionOfIds(DecodeBatch like) {
    return session(like, plan(like), DecodeSession.Gives.IDS, backend -> sampler(backend, like));
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
    Layout layout = decoding.layout(settings, plan, like.known().cells().length);
    int images = like.images();
    return new DecodeSession(
        network,
        layout,
        images,
        new DecodeSession.Parts(
            settings.guidance(),
            like.conditions().any(),
            gives,
            this::orders,
            choosers,
            backend -> decoding.commit(backend, layout, settings, images)));
  }

  /** What draws as the settings say, for this batch and others like it. */
  public TokenChooser sampler(Backend backend, DecodeBatch like) {
    int draws = decoding.redraws() ? plan(like).steps().size() : 1;
    return decoding.chooser(backend, settings, like.images(), draws);
  }

  /** The steps in which a batch is decoded. */
  public Plan plan(DecodeBatch batch) {
    return decoding.plan(settings, batch.known().unknown(network.places()));
  }

  /** The order in which each image's cells are decoded, [I][N']. */
  public int[][] orders(DecodeBatch batch) {
    int[] unknown = batch.known().unknown(network.places());
    int[][] orders = new int[batch.images()][];
    for (int i = 0; i < orders.length; i++) {
      orders[i] = decoding.order(settings, network.grid(), batch.firstImage() + i, unknown);
    }
    return orders;
  }
}
