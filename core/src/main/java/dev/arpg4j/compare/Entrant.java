package dev.arpg4j.compare;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Variant;
import java.util.stream.IntStream;

/**
 * A system of the family at a size, and how it is decoded.
 *
 * @param name for instance "LlamaGen-L"
 */
public record Entrant(
    Variant variant, String name, Architecture architecture, DecodeSettings settings) {
  private static final long WEIGHT_SEED = 0;
  private static final double STANDARD_DEVIATION = 0.02;

  /** A variant at a size of that name, decoded as its paper says. */
  static Entrant of(Variant variant, String size, Architecture architecture) {
    return new Entrant(variant, name(variant, size), architecture, variant.settings(architecture));
  }

  /** What a size of a variant is called. */
  static String name(Variant variant, String size) {
    return variant.title() + "-" + size;
  }

  /** 2 where it is guided, and an unconditional branch runs beside the conditional one. */
  public int branches() {
    return settings().guidance().branches();
  }

  /** Whether its blocks are those that the systems of one width share. */
  boolean standsOnTheSharedBlock() {
    return BackboneConfig.published().values().stream()
        .noneMatch(backbone -> variant.on(backbone).isEmpty());
  }

  /** What decodes, with random weights, which cost as much as trained ones. */
  public Decoder decoder(Backend backend, DType storage, DecodeSettings settings) {
    RandomWeights weights =
        new RandomWeights(architecture.parameters(), WEIGHT_SEED, STANDARD_DEVIATION);
    Network network = architecture.load(backend, weights, storage);
    return new Decoder(network, architecture, settings);
  }

  /** Class labels for that many images. */
  public int[] labels(int images) {
    return IntStream.range(0, images).map(image -> image % architecture.classes()).toArray();
  }

  /** A batch of that many images. */
  DecodeBatch batch(int images) {
    return DecodeBatch.of(0, labels(images));
  }
}
