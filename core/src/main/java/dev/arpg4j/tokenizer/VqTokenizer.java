package dev.arpg4j.tokenizer;

import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A convolutional tokenizer with a codebook: VQ-16 of LlamaGen (Sun et al. 2024; VARIANTS.md 2),
 * which ARPG was trained on. Images pass one by one, so that memory does not grow with their number
 * and no image depends on its company. Immutable; may be shared between threads.
 */
public final class VqTokenizer implements Tokenizer {
  private final Backend backend;
  private final VqConfig config;
  private final @Nullable Encoder encoder;
  private final Quantizer quantizer;
  private final @Nullable Decoder decoder;

  private VqTokenizer(
      Backend backend,
      VqConfig config,
      @Nullable Encoder encoder,
      Quantizer quantizer,
      @Nullable Decoder decoder) {
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
    return load(backend, checkpoint, storage, EnumSet.allOf(VqParameters.Half.class));
  }

  /** {@link #load} of what encodes, which leaves the decoder's memory free. */
  public static VqTokenizer loadEncoder(Backend backend, VqCheckpoint checkpoint, DType storage) {
    return load(backend, checkpoint, storage, EnumSet.of(VqParameters.Half.ENCODER));
  }

  /** {@link #load} of what decodes, which leaves the encoder's memory free. */
  public static VqTokenizer loadDecoder(Backend backend, VqCheckpoint checkpoint, DType storage) {
    return load(backend, checkpoint, storage, EnumSet.of(VqParameters.Half.DECODER));
  }

  private static VqTokenizer load(
      Backend backend, VqCheckpoint checkpoint, DType storage, Set<VqParameters.Half> halves) {
    VqConfig config = checkpoint.config();
    List<Parameter> parameters = VqParameters.of(config, halves);
    VqWeights weights = VqWeights.load(backend, parameters, checkpoint.weights(), storage);
    return new VqTokenizer(
        backend,
        config,
        halves.contains(VqParameters.Half.ENCODER) ? new Encoder(weights, config) : null,
        new Quantizer(weights.weight(FileKind.VQ_CODEBOOK)),
        halves.contains(VqParameters.Half.DECODER) ? new Decoder(weights, config) : null);
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
   * @throws IllegalStateException if the encoder is not loaded
   */
  public int[] encode(Pixels image) {
    if (encoder == null) {
      throw new IllegalStateException("the encoder is not loaded");
    }
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
   * @throws IllegalStateException if the decoder is not loaded
   */
  public Pixels pixels(TokenGrid grid, int[] ids) {
    if (decoder == null) {
      throw new IllegalStateException("the decoder is not loaded");
    }
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
