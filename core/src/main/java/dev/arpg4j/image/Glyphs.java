package dev.arpg4j.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A bitmap font: {@value #WIDTH}x{@value #HEIGHT} pixels a letter, the last row for descenders. */
final class Glyphs {
  static final int WIDTH = 5;
  static final int HEIGHT = 8;

  /** From the left edge of one letter to that of the next. */
  static final int PITCH = WIDTH + 1;

  private static final String FILE = "glyphs.txt";
  private static final char UNKNOWN = '?';

  private final Map<Character, boolean[]> pixels;
  private final boolean[] unknown;

  private Glyphs(Map<Character, boolean[]> pixels) {
    this.pixels = pixels;
    this.unknown = Objects.requireNonNull(pixels.get(UNKNOWN), FILE);
  }

  /** Reads the font: bands of letters, each a line that names them and the rows of their pixels. */
  static Glyphs load() {
    try (InputStream in = Glyphs.class.getResourceAsStream(FILE);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(in, FILE), StandardCharsets.US_ASCII))) {
      List<String> lines = reader.lines().toList();
      Map<Character, boolean[]> pixels = new HashMap<>();
      for (int band = 0; band < lines.size(); band += 1 + HEIGHT) {
        for (int x = 0; x < lines.get(band).length(); x += PITCH) {
          pixels.put(lines.get(band).charAt(x), glyph(lines, band + 1, x));
        }
      }
      return new Glyphs(pixels);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }

  private static boolean[] glyph(List<String> lines, int top, int left) {
    boolean[] glyph = new boolean[WIDTH * HEIGHT];
    for (int i = 0; i < glyph.length; i++) {
      glyph[i] = lines.get(top + i / WIDTH).charAt(left + i % WIDTH) == '#';
    }
    return glyph;
  }

  /** Whether a letter's pixel is set; letters the font lacks look like a question mark. */
  boolean isSet(char letter, int x, int y) {
    boolean[] glyph = pixels.getOrDefault(letter, unknown);
    return letter != ' ' && glyph[y * WIDTH + x];
  }
}
