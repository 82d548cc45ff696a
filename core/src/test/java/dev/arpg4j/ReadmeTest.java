package dev.arpg4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.OneShot;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Visibility;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's Java runs, and is what the README shows. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path SOURCE = Path.of("src/test/java/dev/arpg4j/ReadmeTest.java");

  @Test
  void decodesAnImage(@TempDir Path folder) throws IOException {
    File file = folder.resolve("heart.png").toFile();
    // snippet: decode
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.allCores())) {
      Arpg model = Arpg.load(cpu, EmbeddedModel.checkpoint(), DType.F32);
      int ring = 4;
      int heart = 9;
      Decoder decoder = new Decoder(model, DecodeSettings.EMBEDDED.withSteps(32));
      int[][] tokens = decoder.decode(DecodeBatch.of(0, ring, heart), DecodeObserver.NONE);
      PatchCodebook codebook = PatchCodebook.embedded();
      BufferedImage image = codebook.decode(model.config().grid(), tokens[1]);
      ImageIO.write(image, "png", file);
    }
    // end
    assertThat(ImageIO.read(file).getWidth()).isEqualTo(64);
  }

  @Test
  void changesTheAttentionMask() {
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.allCores())) {
      Arpg model = Arpg.load(cpu, EmbeddedModel.checkpoint(), DType.F32);
      DecodeBatch batch = DecodeBatch.of(0, 4);
      // snippet: mask
      Visibility pairs = (cached, i, added) -> cached + Math.min(added, (i | 1) + 1);
      DecodeSettings settings = DecodeSettings.EMBEDDED.withPass1(pairs);
      int[][] tokens = new Decoder(model, settings).decode(batch, DecodeObserver.NONE);

      // The same path in one forward pass under the same mask: what the loop said, exactly.
      int[] classIds = {model.config().classId(batch.classes()[0])};
      int[][] orders = new Decoder(model, settings).orders(batch);
      Plan plan = new Decoder(model, settings).plan(batch);
      double[] logLikelihood =
          new OneShot(model, pairs).logLikelihood(new OneShot.Path(classIds, tokens, orders, plan));
      // end
      assertThat(logLikelihood[0]).isNegative();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"decode", "mask"})
  void theReadmeShowsTheseLines(String name) throws IOException {
    List<String> source = Files.readAllLines(SOURCE);
    int from = indexOf(source, "// snippet: " + name) + 1;
    int to = from + indexOf(source.subList(from, source.size()), "// end");
    List<String> readme = Files.readAllLines(README);
    int shown = indexOf(readme, "<!-- snippet: " + name + " -->") + 2;
    int end = shown + indexOf(readme.subList(shown, readme.size()), "```");
    assertThat(unindented(readme.subList(shown, end)))
        .isEqualTo(unindented(source.subList(from, to)));
  }

  private static int indexOf(List<String> lines, String text) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().equals(text)) {
        return i;
      }
    }
    throw new AssertionError("no line '" + text + "'");
  }

  private static String unindented(List<String> lines) {
    return lines.stream().collect(Collectors.joining("\n")).stripIndent();
  }
}
