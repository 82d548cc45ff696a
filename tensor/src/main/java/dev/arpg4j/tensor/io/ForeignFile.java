package dev.arpg4j.tensor.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names what lies in the place of a checkpoint when a download went wrong: a web page, a pointer of
 * git-lfs, an archive, a picture. Told by the first bytes, so that the refusal says what to do
 * about it.
 */
final class ForeignFile {
  /** As many bytes of a file's beginning as tell all of these; a tar archive needs most. */
  static final int MAGIC_BYTES = 512;

  private static final String EXPECTED = "; expected a safetensors or PyTorch file";
  private static final String PNG = "\u0089PNG";
  private static final String JPEG = "\u00ff\u00d8\u00ff";
  private static final int SHOWN = 40;
  private static final int TAR_MAGIC = 257;
  private static final Pattern LFS_SIZE = Pattern.compile("\nsize ([0-9]{1,19})\n");

  private ForeignFile() {}

  /** What a file that starts so is and what to do, if it is none that is read here. */
  static Optional<String> describe(byte[] start) {
    if (start.length == 0) {
      return Optional.of("is empty (0 bytes)" + EXPECTED);
    }
    if (has(start, TAR_MAGIC, "ustar")) {
      return Optional.of(
          "is a tar archive; expected a safetensors or PyTorch file: unpack it, or if PyTorch wrote"
              + " it before 0.1.10, torch.save(torch.load(OLD, weights_only=False), NEW) makes one");
    }
    if (start.length > 1 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
      return Optional.of("is compressed by gzip" + EXPECTED + ": gunzip it");
    }
    if (has(start, 0, PNG)) {
      return Optional.of("is a PNG picture" + EXPECTED);
    }
    if (has(start, 0, JPEG)) {
      return Optional.of("is a JPEG picture" + EXPECTED);
    }
    if (isZero(start)) {
      return Optional.of(
          "begins with " + start.length + " zero bytes" + EXPECTED + " (an unfinished download?)");
    }
    String text = new String(start, StandardCharsets.UTF_8);
    return isText(text) ? Optional.of(described(text.replace("\uFEFF", ""))) : Optional.empty();
  }

  private static String described(String text) {
    if (text.startsWith("version https://git-lfs")) {
      Matcher size = LFS_SIZE.matcher(text);
      String bytes = size.find() ? " to a file of " + size.group(1) + " bytes" : "";
      return "is a git-lfs pointer" + bytes + ", not the file itself: git lfs pull fetches it";
    }
    String shown = text.strip().lines().findFirst().orElse("");
    String quoted = "\"" + Refusal.name(shown.substring(0, Math.min(SHOWN, shown.length()))) + "\"";
    String lower = shown.toLowerCase(Locale.ROOT);
    return lower.startsWith("<!doctype html") || lower.startsWith("<html")
        ? "is a web page that begins with "
            + quoted
            + EXPECTED
            + ": the page was saved in the place of the file that it links to"
        : "is text that begins with " + quoted + EXPECTED;
  }

  /** Whether it decodes as text, the last character perhaps cut; a length of 8 bytes does not. */
  private static boolean isText(String decoded) {
    int bad = decoded.indexOf('\uFFFD');
    return (bad < 0 || bad == decoded.length() - 1)
        && decoded.chars().allMatch(c -> !Character.isISOControl(c) || "\n\r\t".indexOf(c) >= 0);
  }

  private static boolean isZero(byte[] start) {
    return Arrays.equals(start, new byte[MAGIC_BYTES]);
  }

  private static boolean has(byte[] start, int at, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    int end = at + bytes.length;
    return start.length >= end && Arrays.equals(start, at, end, bytes, 0, bytes.length);
  }
}
