package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sizes of a two-pass decoder as text entries of a safetensors header: {@code kind dim n_layer
 * n_self n_head grid vocab_size num_classes multiple_of rope_base norm_eps kv_sharing}, of which
 * the last may be missing and is then {@code shared}, those of {@link ControlSizes} where there is
 * a path for conditions, and {@code class_names} where there are any, commas between them; a comma
 * or backslash in a name stands behind a backslash. A file with them is read without recognising
 * it.
 */
public final class ArpgMetadata {
  private static final String CLASS_NAMES = "class_names";
  private static final String KV_SHARING = "kv_sharing";
  private static final String SHARED = "shared";
  private static final String PER_LAYER = "per_layer";

  private ArpgMetadata() {}

  /** Whether there are sizes. */
  static boolean isIn(Metadata metadata) {
    return metadata.has("dim");
  }

  /** The entries that are read back as the same sizes and names. */
  public static Map<String, String> of(ArpgConfig config, List<String> classNames) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(FileKind.KEY, FileKind.ARPG.metadataName());
    values.putAll(of(config));
    values.putAll(ofClassNames(classNames));
    return values;
  }

  /** The entry that is read back as {@link #classNames}; none if there are no names. */
  public static Map<String, String> ofClassNames(List<String> classNames) {
    return classNames.isEmpty()
        ? Map.of()
        : Map.of(
            CLASS_NAMES,
            classNames.stream().map(ArpgMetadata::escaped).collect(Collectors.joining(",")));
  }

  private static String escaped(String name) {
    return name.replace("\\", "\\\\").replace(",", "\\,");
  }

  /** The entries that are read back as the same sizes. */
  static Map<String, String> of(ArpgConfig config) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dim", Integer.toString(config.dim()));
    values.put("n_layer", Integer.toString(config.selfLayers() + config.crossLayers()));
    values.put("n_self", Integer.toString(config.selfLayers()));
    values.put("n_head", Integer.toString(config.heads()));
    values.put("grid", config.grid().metadata());
    values.put("vocab_size", Integer.toString(config.vocabulary()));
    values.put("num_classes", Integer.toString(config.classes()));
    values.put("multiple_of", Integer.toString(config.multipleOf()));
    values.put("rope_base", Double.toString(config.ropeBase()));
    values.put("norm_eps", Double.toString(config.normEpsilon()));
    values.put(KV_SHARING, config.kvSharing() == KvSharing.PER_LAYER ? PER_LAYER : SHARED);
    values.putAll(config.control().metadata());
    return values;
  }

  /** What the classes are called; none if the file does not say. */
  public static List<String> classNames(Metadata metadata) {
    String names = metadata.text(CLASS_NAMES);
    return names == null ? List.of() : split(names);
  }

  /** At commas, but those behind a backslash, which stands for what follows it. */
  private static List<String> split(String names) {
    List<String> split = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < names.length(); i++) {
      char c = names.charAt(i);
      if (c == ',') {
        split.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c == '\\' && i + 1 < names.length() ? names.charAt(++i) : c);
      }
    }
    split.add(name.toString());
    return List.copyOf(split);
  }

  /**
   * The sizes.
   *
   * @throws InvalidInputException if one is missing or out of its range
   */
  public static ArpgConfig sizes(Metadata metadata) {
    int self = metadata.integer("n_self");
    int cross = Math.clamp((long) metadata.integer("n_layer") - self, -1, Integer.MAX_VALUE);
    boolean perLayer = PER_LAYER.equals(metadata.text(KV_SHARING));
    return new ArpgConfig(
        metadata.integer("dim"),
        metadata.integer("n_head"),
        self,
        cross,
        metadata.grid("grid"),
        metadata.integer("vocab_size"),
        metadata.integer("num_classes"),
        metadata.integer("multiple_of"),
        metadata.number("rope_base"),
        metadata.number("norm_eps"),
        perLayer ? KvSharing.PER_LAYER : KvSharing.SHARED,
        cross == 0 ? Readout.CONTENT_ROWS : Readout.QUERY_ROWS,
        ControlSizes.of(metadata));
  }
}
