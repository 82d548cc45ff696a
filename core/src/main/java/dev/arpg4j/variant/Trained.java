package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * In what a model was trained, as far as decoding it otherwise would meet what training never
 * showed. In files it is {@code trained_order} and {@code trained_pass1}; one that does not say is
 * taken to be trained as its paper has it.
 *
 * @param chunks whether tokens of a step saw each other ({@link TrainingMask.RandomChunks})
 */
public record Trained(NamedOrder order, boolean chunks) {
  /** As its paper has it. */
  public static final Trained AS_PUBLISHED = new Trained(NamedOrder.OWN, false);

  private static final String ORDER = "trained_order";
  private static final String PASS1 = "trained_pass1";
  private static final String OWN = "own";
  private static final String CHUNK = "chunk";

  /**
   * As the metadata of a file says.
   *
   * @throws InvalidInputException if it says what is not known
   */
  static Trained of(Metadata metadata) {
    return metadata.read(
        () ->
            new Trained(
                NamedOrder.named(ORDER, metadata.values().getOrDefault(ORDER, OWN)),
                isChunk(metadata.values().getOrDefault(PASS1, OWN))));
  }

  private static boolean isChunk(String mask) {
    if (!mask.equals(OWN) && !mask.equals(CHUNK)) {
      throw new InvalidInputException(
          "%s is %s, expected %s or %s".formatted(PASS1, mask, OWN, CHUNK));
    }
    return mask.equals(CHUNK);
  }

  /** The entries that are read back as this; none if it is as published. */
  Map<String, String> metadata() {
    Map<String, String> entries = new LinkedHashMap<>();
    if (!equals(AS_PUBLISHED)) {
      entries.put(ORDER, order.text());
      entries.put(PASS1, chunks ? CHUNK : OWN);
    }
    return entries;
  }

  /**
   * How it is decoded, by how it would be if trained as published: in raster one cell a step, since
   * every cell was predicted from all before it; under {@link Pass1Mask#CHUNK} where chunks were.
   *
   * @param places N
   */
  DecodeSettings settings(DecodeSettings published, int places) {
    DecodeSettings ordered =
        order == NamedOrder.RASTER
            ? published.withOrder(GenerationOrder.RASTER).withSteps(places)
            : published;
    return chunks ? ordered.withPass1(Pass1Mask.CHUNK) : ordered;
  }
}
