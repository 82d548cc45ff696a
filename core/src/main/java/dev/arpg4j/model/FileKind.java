package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.util.Set;

/**
 * What kind of thing a file of tensors holds. Its metadata says so, or else the names of its
 * tensors do (VARIANTS.md 1.2 and 2), of which any one may be missing; so a file given in the place
 * of another is refused by what it is.
 */
public enum FileKind {
  /** The two-pass decoder, {@link Checkpoint}. */
  ARPG("arpg", "an ARPG model"),
  /** The tokenizer of encoder, decoder and codebook. */
  VQ("vq", "a VQ tokenizer"),
  /** Patches of pixels, one for each code. */
  PATCHES("patch codebook", "a codebook of patches"),
  /** Ids of images. */
  TOKENS("arpg tokens", "ids of images"),
  /** None of these. */
  OTHER("", "no model that is known");

  /** The metadata entry that says the kind. */
  public static final String KEY = "kind";

  /** The published name of a VQ tokenizer's codebook, which tells one from other models. */
  public static final String VQ_CODEBOOK = "quantize.embedding.weight";

  private final String metadataName;
  private final String words;

  FileKind(String metadataName, String words) {
    this.metadataName = metadataName;
    this.words = words;
  }

  /** What the metadata of a file of this kind says under {@link #KEY}. */
  public String metadataName() {
    return metadataName;
  }

  /** The kind of a file's content. */
  public static FileKind of(TensorFile file) {
    String said = file.metadata().get(KEY);
    if (said == null) {
      return byNames(file.tensors().keySet());
    }
    for (FileKind kind : values()) {
      if (kind.metadataName.equals(said)) {
        return kind;
      }
    }
    return OTHER;
  }

  /**
   * Refuses a file of another kind.
   *
   * @param name what the file is called in the refusal
   * @throws InvalidInputException naming what was found, if it is not of this kind
   */
  public void require(String name, TensorFile file) {
    if (of(file) != this) {
      throw new InvalidInputException(
          "%s: holds %s, expected %s".formatted(name, found(file), words));
    }
  }

  private static FileKind byNames(Set<String> names) {
    if (anyStarts(names, "layers.self_dec.") || anyStarts(names, "layers.cross_dec.")) {
      return ARPG;
    }
    boolean halves = anyStarts(names, "encoder.") || anyStarts(names, "decoder.");
    if (halves && (names.contains(VQ_CODEBOOK) || names.contains("post_quant_conv.weight"))) {
      return VQ;
    }
    if (names.equals(Set.of("codebook"))) {
      return PATCHES;
    }
    boolean ids = names.contains("tokens") && Set.of("tokens", "classes").containsAll(names);
    return ids ? TOKENS : OTHER;
  }

  private static boolean anyStarts(Set<String> names, String prefix) {
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** What a file holds, in words, with the sizes that tell models apart. */
  private static String found(TensorFile file) {
    FileKind kind = of(file);
    return switch (kind) {
      case ARPG -> kind.words + arpgSizes(file);
      case VQ -> kind.words + vqSizes(file);
      case PATCHES, TOKENS -> kind.words;
      case OTHER -> other(file);
    };
  }

  private static String arpgSizes(TensorFile file) {
    StoredTensor head = file.tensors().get("head.weight");
    Set<String> names = file.tensors().keySet();
    return head == null || head.shape().rank() != 2
        ? ""
        : " (%d+%d layers of width %d, %d codes)"
            .formatted(
                blocks(names, "layers.self_dec."),
                blocks(names, "layers.cross_dec."),
                head.shape().dim(1),
                head.shape().dim(0));
  }

  private static String vqSizes(TensorFile file) {
    StoredTensor codebook = file.tensors().get(VQ_CODEBOOK);
    if (codebook == null || codebook.shape().rank() != 2) {
      return "";
    }
    Shape shape = codebook.shape();
    return " (encoder, decoder, codebook %d x %d)".formatted(shape.dim(0), shape.dim(1));
  }

  private static String other(TensorFile file) {
    String said = file.metadata().get(KEY);
    if (said != null) {
      return "a model of kind '" + said + "'";
    }
    int count = file.tensors().size();
    return count == 0
        ? "no tensors"
        : "tensors of no known model (%d of them, the first '%s')"
            .formatted(count, file.tensors().keySet().iterator().next());
  }

  /** How many numbers follow the prefix in names. */
  private static long blocks(Set<String> names, String prefix) {
    return names.stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .map(rest -> rest.substring(0, Math.max(0, rest.indexOf('.'))))
        .distinct()
        .count();
  }
}
