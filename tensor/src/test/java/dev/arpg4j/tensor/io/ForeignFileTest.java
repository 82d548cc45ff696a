package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people find in the place of a checkpoint they downloaded. */
class ForeignFileTest {
  @TempDir Path folder;

  @Test
  void anEmptyFile() throws IOException {
    assertRefused(new byte[0], "is empty (0 bytes); expected a safetensors or PyTorch file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE html><html lang=\"en\">",
        "\n  <!doctype HTML>\r\n<html>",
        "<html><head>",
        "\uFEFF<!DOCTYPE html>"
      })
  void aWebPage(String page) throws IOException {
    String start = page.strip().replace("\uFEFF", "").lines().findFirst().orElseThrow();
    assertRefused(
        page + "<body>" + "x".repeat(2000),
        "is a web page that begins with \"" + start.substring(0, 12),
        "the page was saved in the place of the file");
  }

  @Test
  void aPointerOfGitLfs() throws IOException {
    String pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4665a5ea423c2713d436b5ee50593a9640e0"
            + "018c1550b5a0002f74190d6caea8\nsize 1279456281\n";
    assertRefused(
        pointer,
        "is a git-lfs pointer to a file of 1279456281 bytes, not the file itself: git lfs pull");
    assertRefused("version https://git-lfs", "is a git-lfs pointer, not the file itself");
  }

  @Test
  void whatAServerSaidInstead() throws IOException {
    assertRefused("Entry not found", "is text that begins with \"Entry not found\"; expected");
    assertRefused(
        "{\"error\":\"" + "x".repeat(5000) + "\u202e\"}",
        "is text that begins with \"{\"error\":\"" + "x".repeat(30) + "\"; expected");
  }

  @Test
  void anArchive() throws IOException {
    byte[] tar = new byte[1024];
    byte[] magic = "ustar  ".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, tar, 257, magic.length);
    tar[0] = 's';
    assertRefused(
        tar,
        "is a tar archive; expected a safetensors or PyTorch file: unpack it, or if PyTorch wrote it"
            + " before 0.1.10, torch.save(torch.load(OLD, weights_only=False), NEW) makes one");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    }
    assertRefused(packed.toByteArray(), "is compressed by gzip; expected");
  }

  @Test
  void aPicture() throws IOException {
    BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    for (String format : List.of("PNG", "JPEG")) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      assertThat(ImageIO.write(picture, format, bytes)).isTrue();
      assertRefused(
          bytes.toByteArray(), "is a " + format + " picture; expected a safetensors or PyTorch");
    }
  }

  /** A download manager reserves the space first. */
  @Test
  void anUnfinishedDownload() throws IOException {
    assertRefused(new byte[4096], "begins with 512 zero bytes; expected");
    byte[] text = new byte[600];
    Arrays.fill(text, (byte) 'x');
    text[500] = 1;
    assertRefused(text, "is no PyTorch file, and as safetensors its header would take");
  }

  private void assertRefused(String content, String... expected) throws IOException {
    assertRefused(content.getBytes(StandardCharsets.UTF_8), expected);
  }

  private void assertRefused(byte[] content, String... expected) throws IOException {
    Path path = Files.write(folder.resolve("arpg_300m.pt"), content);
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContainingAll(expected)
        .message()
        .doesNotContain("\n");
  }
}
