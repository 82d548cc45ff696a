package dev.arpg4j.tokenizer;

import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The published names and shapes of a VQ tokenizer's parameters (VARIANTS.md 2). */
final class VqParameters {
  /** The residual blocks of a level. */
  static final int ENCODER_BLOCKS = 2;

  static final int DECODER_BLOCKS = 3;

  private static final int COLOURS = 3;

  /** What encodes and what decodes; the codebook belongs to both. */
  enum Half {
    ENCODER,
    DECODER
  }

  private final VqConfig config;
  private final List<Parameter> all = new ArrayList<>();

  private VqParameters(VqConfig config) {
    this.config = config;
  }

  /** All of them, in the order of the model. */
  static List<Parameter> of(VqConfig config) {
    return of(config, EnumSet.allOf(Half.class));
  }

  /** Those of some halves, in the order of the model. */
  static List<Parameter> of(VqConfig config, Set<Half> halves) {
    VqParameters parameters = new VqParameters(config);
    if (halves.contains(Half.ENCODER)) {
      parameters.encoder();
      parameters.convolution("quant_conv", config.latentChannels(), config.codeWidth(), 1);
    }
    parameters.all.add(
        new Parameter(
            FileKind.VQ_CODEBOOK, Shape.of(config.codes(), config.codeWidth()), Weight.Use.ROWS));
    if (halves.contains(Half.DECODER)) {
      parameters.convolution("post_quant_conv", config.codeWidth(), config.latentChannels(), 1);
      parameters.decoder();
    }
    return List.copyOf(parameters.all);
  }

  private void encoder() {
    int width = config.channels();
    convolution("encoder.conv_in", COLOURS, width, 3);
    for (int level = 0; level < config.levels(); level++) {
      String name = encoderLevel(level);
      boolean deepest = level == config.deepest();
      level(name, width, config.width(level), ENCODER_BLOCKS, deepest);
      width = config.width(level);
      if (!deepest) {
        convolution(name + ".downsample.conv", width, width, 3);
      }
    }
    middle("encoder.mid", width);
    norm("encoder.norm_out", width);
    convolution("encoder.conv_out", width, config.latentChannels(), 3);
  }

  private void decoder() {
    int width = config.width(config.deepest());
    convolution("decoder.conv_in", config.latentChannels(), width, 3);
    middle("decoder.mid", width);
    for (int level = config.deepest(); level >= 0; level--) {
      String name = decoderLevel(config, level);
      level(name, width, config.width(level), DECODER_BLOCKS, level == config.deepest());
      width = config.width(level);
      if (level > 0) {
        convolution(name + ".upsample.conv", width, width, 3);
      }
    }
    norm("decoder.norm_out", width);
    convolution("decoder.conv_out", width, COLOURS, 3);
  }

  static String encoderLevel(int level) {
    return "encoder.conv_blocks." + level;
  }

  /** The decoder counts from the deepest level. */
  static String decoderLevel(VqConfig config, int level) {
    return "decoder.conv_blocks." + (config.deepest() - level);
  }

  private void level(String name, int in, int out, int blocks, boolean attention) {
    for (int i = 0; i < blocks; i++) {
      residual(name + ".res." + i, i == 0 ? in : out, out);
      if (attention) {
        attention(name + ".attn." + i, out);
      }
    }
  }

  private void middle(String name, int width) {
    residual(name + ".0", width, width);
    attention(name + ".1", width);
    residual(name + ".2", width, width);
  }

  private void residual(String name, int in, int out) {
    norm(name + ".norm1", in);
    convolution(name + ".conv1", in, out, 3);
    norm(name + ".norm2", out);
    convolution(name + ".conv2", out, out, 3);
    if (in != out) {
      convolution(name + ".nin_shortcut", in, out, 1);
    }
  }

  private void attention(String name, int width) {
    norm(name + ".norm", width);
    for (String map : List.of("q", "k", "v", "proj_out")) {
      convolution(name + "." + map, width, width, 1);
    }
  }

  private void norm(String name, int width) {
    vector(name + ".weight", width);
    vector(name + ".bias", width);
  }

  private void convolution(String name, int in, int out, int side) {
    all.add(new Parameter(name + ".weight", Shape.of(out, in, side, side), Weight.Use.KERNEL));
    vector(name + ".bias", out);
  }

  private void vector(String name, int width) {
    all.add(new Parameter(name, Shape.of(width), Weight.Use.ROWS));
  }
}
