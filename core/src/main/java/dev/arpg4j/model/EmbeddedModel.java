package dev.arpg4j.model;

import dev.arpg4j.tensor.io.ResourceFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The models that ship inside this library, over 16x16 cells of one 4x4-pixel codebook, trained on
 * ten classes of procedural images: {@code shapes10}, a 4+4-layer ARPG of width 128, and {@code
 * shapes10-edges}, which was begun with it and follows edges (VARIANTS.md 1.10).
 */
public final class EmbeddedModel {
  /** The first's name on the command line. */
  public static final String NAME = "shapes10";

  /** The name of the one that follows edges. */
  public static final String EDGES = NAME + "-edges";

  private static final Map<String, String> FILES = new LinkedHashMap<>();

  static {
    FILES.put(NAME, "model.safetensors");
    FILES.put(EDGES, "edges.safetensors");
  }

  private EmbeddedModel() {}

  /** All names. */
  public static List<String> names() {
    return List.copyOf(FILES.keySet());
  }

  /** What a reader makes of the file of the model of a name, if there is one. */
  public static <T> Optional<T> read(String name, Function<Path, T> reader) {
    return Optional.ofNullable(FILES.get(name.toLowerCase(Locale.ROOT)))
        .map(file -> extracted(file, reader));
  }

  /** Sizes, class names and weights of the first. */
  public static Checkpoint checkpoint() {
    return read(NAME, path -> Checkpoint.read(path).inMemory().named(NAME)).orElseThrow();
  }

  /** What a reader makes of the codebook's file, which is gone afterwards. */
  public static <T> T codebook(Function<Path, T> reader) {
    return extracted("codebook.safetensors", reader);
  }

  private static <T> T extracted(String file, Function<Path, T> reader) {
    return ResourceFile.read(EmbeddedModel.class, NAME + "/" + file, reader);
  }
}
