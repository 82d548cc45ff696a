package dev.arpg4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sizes and the published names (VARIANTS.md 2). */
class VqConfigTest {
  private static final VqConfig PUBLISHED = VqConfig.published();

  private static Map<String, Parameter> byName() {
    return PUBLISHED.parameters().stream()
        .collect(Collectors.toMap(Parameter::name, Function.identity()));
  }

  /** 344 entries of the published file, one of them a buffer. */
  @Test
  void thePublishedTokenizerHasItsParameters() {
    assertThat(PUBLISHED.parameters()).hasSize(343);
    assertThat(byName()).hasSize(343);
    assertThat(PUBLISHED.parameterCount()).isEqualTo(71_883_403);
  }

  @ParameterizedTest
  @CsvSource({
    "encoder.conv_in.weight, 128 3 3 3",
    "encoder.conv_blocks.0.res.1.conv2.weight, 128 128 3 3",
    "encoder.conv_blocks.2.res.0.nin_shortcut.weight, 256 128 1 1",
    "encoder.conv_blocks.3.downsample.conv.weight, 256 256 3 3",
    "encoder.conv_blocks.4.attn.1.proj_out.weight, 512 512 1 1",
    "encoder.mid.1.norm.weight, 512",
    "encoder.conv_out.weight, 256 512 3 3",
    "quant_conv.weight, 8 256 1 1",
    "quantize.embedding.weight, 16384 8",
    "post_quant_conv.weight, 256 8 1 1",
    "decoder.conv_in.bias, 512",
    "decoder.conv_blocks.0.attn.2.q.weight, 512 512 1 1",
    "decoder.conv_blocks.1.res.0.nin_shortcut.weight, 256 512 1 1",
    "decoder.conv_blocks.3.res.0.norm1.weight, 256",
    "decoder.conv_blocks.3.upsample.conv.weight, 128 128 3 3",
    "decoder.conv_out.weight, 3 128 3 3"
  })
  void parametersHaveTheirPublishedShapes(String name, String extents) {
    int[] shape = Arrays.stream(extents.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(byName()).containsKey(name);
    assertThat(byName().get(name).shape()).isEqualTo(Shape.of(shape));
    assertThat(byName().get(name).use())
        .isEqualTo(shape.length == 4 ? Weight.Use.KERNEL : Weight.Use.ROWS);
  }

  @Test
  void onlyTheDeepestLevelHasAttentionAndOnlyTheOthersScale() {
    assertThat(byName())
        .doesNotContainKeys(
            "encoder.conv_blocks.3.attn.0.q.weight",
            "encoder.conv_blocks.4.downsample.conv.weight",
            "decoder.conv_blocks.1.attn.0.q.weight",
            "decoder.conv_blocks.4.upsample.conv.weight");
  }

  @Test
  void anImageIsAGridOfCells() {
    assertThat(PUBLISHED.factor()).isEqualTo(16);
    assertThat(PUBLISHED.grid(256, 384)).isEqualTo(new TokenGrid(16, 24));
  }

  @ParameterizedTest
  @CsvSource({"250, 256, 256x250", "256, 8, 8x256", "0, 256, 256x0"})
  void aSideThatIsNoMultipleOfACellIsRefused(int height, int width, String found) {
    assertThatThrownBy(() -> PUBLISHED.grid(height, width))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            found
                + " pixels (width x height), expected both sides to be multiples of 16, for"
                + " instance 256x256");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 32, 50, 8, ch 0: expected 1 .. 16384",
    "48, 1, 32, 50, 8, ch 48: expected a multiple of 32",
    "32, 0, 32, 50, 8, ch_mult 0: expected 1 .. 512",
    "32, 513, 32, 50, 8, ch_mult 513: expected 1 .. 512",
    "32, 1, 0, 50, 8, z_channels 0: expected 1 .. 16384",
    "32, 1, 32, 0, 8, codebook_size 0: expected 1 .. 16777216",
    "32, 1, 32, 50, 0, codebook_embed_dim 0: expected 1 .. 16384"
  })
  void sizesBeyondReasonAreRefused(
      int channels, int multiplier, int latent, int codes, int width, String expected) {
    List<Integer> multipliers = List.of(1, multiplier);
    assertThatThrownBy(() -> new VqConfig(channels, multipliers, latent, codes, width))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(expected);
  }

  @Test
  void thereIsALevel() {
    assertThatThrownBy(() -> new VqConfig(32, List.of(), 32, 50, 8))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("number of ch_mult 0: expected 1 .. 10");
  }
}
