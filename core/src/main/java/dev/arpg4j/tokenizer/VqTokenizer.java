package dev.arpg4j.tokenizer;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.awt.image.BufferedImage;

/**
 * A convolutional tokenizer with a codebook: VQ-16 of LlamaGen (Sun et al. 2024; VARIANTS.md 2),
 * which ARPG was trained on. Images pass one by one, so that memory does not grow with their number
 * and no image depends on its company. Immutable; may be shared between threads.
 */
public final class VqTokenizer implements Tokenizer {
  private final Backend backend;
  private final VqConfig config;
  private final Encoder encoder;
  private final Quantizer quantizer;
  private final Decoder decoder;

  private VqTokenizer(
      Backend backend, VqConfig config, Encoder encoder, Quantizer quantizer, Decoder decoder) {
    this.backend = backend;
    this.config = config;
    this.encoder = encoder;
    this.quantizer = quantizer;
    this.decoder = decoder;
  }

  /**
   * Loads a tokenizer into a backend.
   *
   * @param storage F32 or BF16 for convolution kernels; norms, biases and the codebook stay F32
   */
  public static VqTokenizer load(Backend backend, VqCheckpoint checkpoint, DType storage) {
    VqConfig config = checkpoint.config();
    VqWeights weights = VqWeights.load(backend, config.parameters(), checkpoint.weights(), storage);
    return new VqTokenizer(
        backend,
        config,
        new Encoder(weights, config),
        new Quantizer(weights.weight(VqParameters.CODEBOOK)),
        new Decoder(weights, config));
  }

  /** A tokenizer of random weights, for benchmarks and tests: see {@link VqCheckpoint#random}. */
  public static VqTokenizer random(Backend backend, VqConfig config, long seed) {
    return load(backend, VqCheckpoint.random(config, seed), DType.F32);
  }

  /** The same weights under another listener, for instance one that checks or times. */
  public VqTokenizer on(Backend listener) {
    return new VqTokenizer(listener, config, encoder, quantizer, decoder);
  }

  public VqConfig config() {
    return config;
  }

  @Override
  public int codes() {
    return config.codes();
  }

  @Override
  public int cellSide() {
    return config.factor();
  }

  /**
   * The ids of an image.
   *
   * @return [N], in raster order
   * @throws InvalidInputException if a side is no multiple of {@link #cellSide()}
   */
  public int[] encode(Pixels image) {
    TokenGrid grid = config.grid(image.height(), image.width());
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(image.shape(), image.values());
      Tensor latents = encoder.forward(backend, x); // [1, h, w, e]
      backend.section("quantizer");
      Shape rows = Shape.of(1, grid.cells(), config.codeWidth());
      return quantizer.nearest(backend, backend.reshape(latents, rows)).toInts();
    }
  }

  /**
   * The image of a grid of ids, before it is cut to bytes.
   *
   * @param ids [N], in raster order
   * @throws InvalidInputException if their number is not the grid's, or one is no code
   */
  public Pixels pixels(TokenGrid grid, int[] ids) {
    Tokenizer.check(grid, codes(), ids);
    try (Scope scope = backend.scope()) {
      backend.section("quantizer");
      Tensor codes = quantizer.lookUp(backend, backend.ints(Shape.of(1, ids.length), ids));
      Shape latents = Shape.of(1, grid.rows(), grid.columns(), config.codeWidth());
      Tensor x = decoder.forward(backend, backend.reshape(codes, latents)); // [1, H, W, 3]
      return new Pixels(x.shape().dim(1), x.shape().dim(2), x.toDoubles());
    }
  }

  @Override
  public BufferedImage decode(TokenGrid grid, int[] ids) {
    return pixels(grid, ids).toPicture();
  }
}
