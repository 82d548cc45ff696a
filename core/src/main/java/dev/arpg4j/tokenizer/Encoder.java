package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Pixels to latents: at each level two residual blocks, with attention at the deepest. */
final class Encoder implements Stage {
  private final Stage stages;

  Encoder(VqWeights weights, VqConfig config) {
    List<Stage> all = new ArrayList<>();
    all.add(weights.convolution("encoder.conv_in"));
    for (int level = 0; level < config.levels(); level++) {
      String name = VqParameters.encoderLevel(level);
      for (int i = 0; i < VqParameters.ENCODER_BLOCKS; i++) {
        all.add(ResBlock.of(weights, name + ".res." + i));
        if (level == config.deepest()) {
          all.add(AttentionBlock.of(weights, name + ".attn." + i));
        }
      }
      if (level < config.deepest()) {
        all.add(Downsample.of(weights, name + ".downsample"));
      }
    }
    all.add(ResBlock.of(weights, "encoder.mid.0"));
    all.add(AttentionBlock.of(weights, "encoder.mid.1"));
    all.add(ResBlock.of(weights, "encoder.mid.2"));
    all.add(weights.norm("encoder.norm_out"));
    all.add(Backend::silu);
    all.add(weights.convolution("encoder.conv_out"));
    all.add(weights.pointwise("quant_conv"));
    this.stages = Stage.sequence(all);
  }

  /** x [1, H, W, 3] to [1, h, w, e]. */
  @Override
  public Tensor forward(Backend backend, Tensor x) {
    backend.section("encoder");
    return stages.forward(backend, x);
  }
}
