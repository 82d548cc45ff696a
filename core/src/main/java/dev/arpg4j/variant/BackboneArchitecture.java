package dev.arpg4j.variant;

import dev.arpg4j.decode.Network;
import dev.arpg4j.model.Backbone;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A variant on LlamaGen's backbone: what all of them have in common beside how they decode. */
public interface BackboneArchitecture extends SizedArchitecture {
  @Override
  BackboneConfig config();

  /** The backbone that is loaded, which may have layers that {@link #config} does not count. */
  default BackboneConfig stack() {
    return config();
  }

  /** The parameters beside the backbone's. */
  default List<Parameter> added() {
    return List.of();
  }

  /** What query and special rows hold; loads what it needs of {@link #added}. */
  default BackboneNetwork.Rows rows(WeightLoader loader) {
    return BackboneNetwork.Rows.NONE;
  }

  /** Which logits the rows give; loads what it needs of {@link #added}. */
  default BackboneNetwork.Readout readout(WeightLoader loader) {
    return BackboneNetwork.Readout.HEAD;
  }

  @Override
  default List<Parameter> parameters() {
    return Stream.concat(stack().parameters().stream(), added().stream()).toList();
  }

  @Override
  default Network load(Backend backend, ModelWeights weights, DType storage) {
    WeightLoader loader = new WeightLoader(backend, weights, storage);
    Backbone backbone = new Backbone(stack(), loader);
    BackboneNetwork.Rows rows = rows(loader);
    BackboneNetwork.Readout readout = readout(loader);
    return new BackboneNetwork(backend, backbone, rows, readout, loader.learned());
  }

  /** LlamaGen's published sizes as those of a variant. */
  static <A> Map<String, A> published(Function<BackboneConfig, A> architecture) {
    Map<String, A> sizes = new LinkedHashMap<>();
    BackboneConfig.published()
        .forEach((size, config) -> sizes.put(size, architecture.apply(config)));
    return sizes;
  }
}
