package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Latents to pixels: from the deepest level up three residual blocks each, attention first. */
final class Decoder implements Stage {
  private final Stage stages;

  Decoder(VqWeights weights, VqConfig config) {
    List<Stage> all = new ArrayList<>();
    all.add(weights.pointwise("post_quant_conv"));
    all.add(weights.convolution("decoder.conv_in"));
    all.add(ResBlock.of(weights, "decoder.mid.0"));
    all.add(AttentionBlock.of(weights, "decoder.mid.1"));
    all.add(ResBlock.of(weights, "decoder.mid.2"));
    for (int level = config.deepest(); level >= 0; level--) {
      String name = VqParameters.decoderLevel(config, level);
      for (int i = 0; i < VqParameters.DECODER_BLOCKS; i++) {
        all.add(ResBlock.of(weights, name + ".res." + i));
        if (level == config.deepest()) {
          all.add(AttentionBlock.of(weights, name + ".attn." + i));
        }
      }
      if (level > 0) {
        all.add(Upsample.of(weights, name + ".upsample"));
      }
    }
    all.add(weights.norm("decoder.norm_out"));
    all.add(Backend::silu);
    all.add(weights.convolution("decoder.conv_out"));
    this.stages = Stage.sequence(all);
  }

  /** x [1, h, w, e] to [1, H, W, 3]. */
  @Override
  public Tensor forward(Backend backend, Tensor x) {
    backend.section("decoder");
    return stages.forward(backend, x);
  }
}
