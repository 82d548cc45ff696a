package dev.arpg4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes to numbers and back, as the published code does it (VARIANTS.md 2). */
class PixelsTest {
  @ParameterizedTest
  @CsvSource({
    "-1, 0",
    "-1.1, 0",
    "-1e300, 0",
    "NaN, 0",
    "0, 128",
    "-0.0001, 127",
    "0.9999, 255",
    "0.99607, 254",
    "0.99609, 255",
    "1, 255",
    "1.5, 255"
  })
  void bytesAreTruncated(double value, int expected) {
    BufferedImage picture = new Pixels(1, 1, value, 0, 0).toPicture();
    assertThat(picture.getRGB(0, 0) >> 16 & 0xFF).isEqualTo(expected);
  }

  @Test
  void everyByteComesBack() {
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    IntStream.range(0, 256)
        .forEach(i -> picture.setRGB(i % 16, i / 16, i << 16 | (255 - i) << 8 | (i ^ 0x55)));
    Pixels pixels = Pixels.of(picture);
    assertThat(pixels.values())
        .hasSize(768)
        .startsWith(-1, 1, 0x55 / 127.5 - 1)
        .endsWith(1, -1, 0xAA / 127.5 - 1);
    BufferedImage back = pixels.toPicture();
    for (int i = 0; i < 256; i++) {
      assertThat(back.getRGB(i % 16, i / 16)).isEqualTo(picture.getRGB(i % 16, i / 16));
    }
  }

  @Test
  void rowsComeFirst() {
    BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(2, 1, 0xFFFFFF);
    Pixels pixels = Pixels.of(picture);
    assertThat(pixels.height()).isEqualTo(2);
    assertThat(pixels.width()).isEqualTo(3);
    assertThat(pixels.values()).startsWith(-1, -1, -1).endsWith(-1, 1, 1, 1);
    assertThat(pixels.values()[14]).isEqualTo(-1);
    assertThat(pixels.values()[15]).isEqualTo(1);
  }

  /** A grey of 100 stays 100: read through its colour profile it would be brighter. */
  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void greyIsReadAsItIsStored(int type) {
    BufferedImage picture = new BufferedImage(1, 1, type);
    picture.getRaster().setSample(0, 0, 0, type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 << 8);
    assertThat(Pixels.of(picture).values()).containsOnly(100 / 127.5 - 1);
  }

  @Test
  void transparencyIsLeftOut() {
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    picture.setRGB(0, 0, 0x10FF0080);
    assertThat(Pixels.of(picture).values()).containsExactly(1, -1, 0x80 / 127.5 - 1);
  }

  @Test
  void valuesFillTheImage() {
    assertThatThrownBy(() -> new Pixels(1, 2, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 values for 2x1 pixels of 3");
  }
}
