package dev.arpg4j.model;

import dev.arpg4j.model.Modulation.Part;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import java.util.List;

/** The blocks that RAR and VAR are made of, and their head, which is conditioned too. */
public record AdaLnStack(List<AdaLnBlock> blocks, Head head) {
  public AdaLnStack {
    blocks = List.copyOf(blocks);
  }

  /** What turns rows into logits: a norm that learns nothing but from the condition, and a map. */
  record Head(LayerNorm norm, Modulation modulation, Linear output) {
    /** Both systems have its parts in this order. */
    static final List<Part> ORDER = List.of(Part.SCALE, Part.SHIFT);

    static Head load(WeightLoader loader, String modulation, String output, double epsilon) {
      return new Head(
          LayerNorm.plain(epsilon),
          Modulation.load(loader, modulation, ORDER),
          Linear.load(loader, output));
    }
  }

  /**
   * Runs rows through all blocks.
   *
   * @param x [B, n, D]
   * @return [B, n, D]
   */
  public Tensor forward(Backend backend, Tensor x, AdaLnReads in) {
    Tensor rows = x;
    for (AdaLnBlock block : blocks) {
      try (Scope scope = backend.scope()) {
        rows = scope.keep(block.forward(backend, rows, in));
      }
    }
    return rows;
  }

  /**
   * Logits [B, n, V] of rows [B, n, D].
   *
   * @param condition [B, n, D], or [B, 1, D] for all rows of a sequence
   */
  public Tensor logits(Backend backend, Tensor rows, Tensor condition) {
    backend.section("head");
    Tensor norm = head.norm().forward(backend, rows);
    Modulation.Parts parts = head.modulation().of(backend, condition);
    return head.output().forward(backend, parts.modulate(backend, norm, Part.SCALE, Part.SHIFT));
  }
}
