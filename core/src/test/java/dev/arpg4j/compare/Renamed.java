package dev.arpg4j.compare;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Contract;
import dev.arpg4j.variant.LlamaGen;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Variant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * LlamaGen under any name, with published sizes of any number of layers, and perhaps blocks that it
 * calls its own.
 */
record Renamed(String name, boolean ownBlocks, Map<String, Integer> layersOfSizes)
    implements Variant {
  private static final Variant LLAMAGEN = new LlamaGen();

  /** On the shared block. */
  static Renamed shared(String name) {
    return new Renamed(name, false, Map.of("L", 2));
  }

  /** A small size of it. */
  Entrant entrant(String size, int layers) {
    return Entrant.of(this, size, sized(layers));
  }

  private static Architecture sized(int layers) {
    TinySizes sizes = new TinySizes(16, 2, layers, TokenGrid.square(4), 16, 3, 10_000);
    return LLAMAGEN.tiny(sizes);
  }

  @Override
  public String title() {
    return name;
  }

  @Override
  public Contract contract() {
    return Contract.none();
  }

  @Override
  public Map<String, Architecture> published() {
    Map<String, Architecture> sizes = new LinkedHashMap<>();
    layersOfSizes.forEach((size, layers) -> sizes.put(size, sized(layers)));
    return sizes;
  }

  @Override
  public Architecture read(Metadata metadata) {
    return LLAMAGEN.read(metadata);
  }

  @Override
  public Architecture tiny(TinySizes wish) {
    return LLAMAGEN.tiny(wish);
  }

  @Override
  public Map<String, ? extends Architecture> on(BackboneConfig backbone) {
    return ownBlocks ? Map.of() : LLAMAGEN.on(backbone);
  }

  @Override
  public DecodeSettings settings(Architecture architecture) {
    return LLAMAGEN.settings(architecture);
  }
}
