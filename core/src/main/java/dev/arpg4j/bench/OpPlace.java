package dev.arpg4j.bench;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.interpret.Tracing;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A place in a model at which an op is said, the same in every layer: what calls are summed by.
 *
 * @param section the same for every layer: {@code self} of {@code self 3}, {@code decoder} of
 *     {@code decoder.mid.0}
 * @param op as in {@link dev.arpg4j.tensor.Ops}
 * @param weights what the weights are called within their layer, joined by {@code +}; "" if it
 *     reads none, and of an image, whose shapes say more
 * @param weight the shape of those weights, side by side; [] if it reads none
 * @param grid height and width of an image with channels, as {@code 16x16}; "" of anything else
 */
public record OpPlace(String section, String op, String weights, Shape weight, String grid) {
  private static final int IMAGE_RANK = 4;

  /** Where a call belongs. */
  static OpPlace of(Tracing.Traced call) {
    Shape x = call.x();
    boolean image = x.rank() == IMAGE_RANK;
    List<String> weights = image ? List.of() : call.weights();
    return new OpPlace(
        call.section().replaceFirst("^(self|cross) \\d+$", "$1").replaceFirst("\\..*", ""),
        call.op(),
        weights.stream().map(OpPlace::role).distinct().collect(Collectors.joining("+")),
        call.weight(),
        image ? x.dim(1) + "x" + x.dim(2) : "");
  }

  /** {@code to_q} of {@code layers.self_dec.0.attn.to_q.weight}. */
  private static String role(String weight) {
    List<String> words = List.of(weight.replaceFirst("\\.(weight|bias)$", "").split("\\."));
    return words.reversed().stream()
        .filter(word -> !word.matches("\\d+"))
        .findFirst()
        .orElse(weight);
  }

  /** In one line, for instance {@code self: linear proj [1024, 1024]}. */
  public String words() {
    StringBuilder words = new StringBuilder();
    if (!section.isEmpty()) {
      words.append(section).append(": ");
    }
    words.append(op);
    for (String part : List.of(weights, weight.rank() < 2 ? "" : weight.toString(), grid)) {
      if (!part.isEmpty()) {
        words.append(' ').append(part);
      }
    }
    return words.toString();
  }
}
