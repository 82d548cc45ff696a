package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArpgConfigTest {
  private static final ArpgConfig SMALL = ArpgConfig.published(16, 2, 2, 3, 4, 7, 5);

  @ParameterizedTest
  @CsvSource({
    "ARPG-L, 2816, 319845376, 198",
    "ARPG-XL, 3584, 718997760, 294",
    "ARPG-XXL, 4096, 1302449664, 390"
  })
  void publishedSizes(String name, int inner, long parameters, int tensors) {
    ArpgConfig config = Zoo.named(name).orElseThrow();

    assertThat(config.innerDim()).isEqualTo(inner);
    assertThat(config.parameterCount()).isEqualTo(parameters);
    assertThat(config.parameters()).hasSize(tensors);
  }

  @Test
  void idsFollowTheCodes() {
    assertThat(SMALL.maskId()).isEqualTo(7);
    assertThat(SMALL.classId(0)).isEqualTo(8);
    assertThat(SMALL.classId(4)).isEqualTo(12);
    assertThat(SMALL.nullClassId()).isEqualTo(13);
    assertThat(SMALL.tokenIds()).isEqualTo(15);
  }

  @Test
  void sharedKeysAndValuesAreOneProjection() {
    assertThat(SMALL.cacheLayers()).isEqualTo(2 + 1);
    assertThat(SMALL.withKvSharing(KvSharing.PER_LAYER).cacheLayers()).isEqualTo(2 + 3);
    assertThat(SMALL.parameters())
        .extracting(Parameter::name)
        .contains("layers.to_k.weight")
        .doesNotContain("layers.cross_dec.0.attn.to_k.weight");
  }

  @Test
  void withoutCrossLayersContentIsReadOut() {
    ArpgConfig config = SMALL.withLayers(5, 0);

    assertThat(config.readout()).isEqualTo(Readout.CONTENT_ROWS);
    assertThat(config.cacheLayers()).isEqualTo(5);
    assertThat(config.parameters())
        .extracting(Parameter::name)
        .doesNotContain("layers.norm.weight", "layers.to_k.weight");
  }

  /** Gone back on, a change leaves nothing behind: whatever else a model has, it keeps. */
  @Test
  void aChangeOfOneThingKeepsTheOthers() {
    ControlSizes control = new ControlSizes(ControlKind.EDGES, 64, 16);
    ArpgConfig config = SMALL.withControl(control).withKvSharing(KvSharing.PER_LAYER);
    TokenGrid wide = new TokenGrid(4, 6);
    assertThat(config.withGrid(wide).grid()).isEqualTo(wide);
    assertThat(config.withGrid(wide).withGrid(SMALL.grid())).isEqualTo(config);
    assertThat(config.withLayers(4, 4).withLayers(2, 3)).isEqualTo(config);
    assertThat(config.withControl(ControlSizes.NONE).withKvSharing(KvSharing.SHARED))
        .isEqualTo(SMALL);
  }

  @Test
  void headsMustDivideTheWidthIntoPairsOfPairs() {
    assertThatThrownBy(() -> ArpgConfig.published(16, 3, 1, 1, 4, 7, 5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("heads 3: expected a divisor of dim 16");
    assertThatThrownBy(() -> ArpgConfig.published(24, 4, 1, 1, 4, 7, 5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("head width 6: expected a multiple of 4");
  }

  @Test
  void queriesNeedCrossLayers() {
    assertThatThrownBy(() -> ArpgConfig.published(16, 2, 2, 0, 4, 7, 5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("cross layers 0: expected 1 or more");
  }
}
