package dev.arpg4j.image;

import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * At most 255 colours for an animation, and one transparent: the colours themselves where there are
 * so few, else the means of boxes cut at the median (Heckbert, "Color image quantization for frame
 * buffer display", SIGGRAPH 1982).
 */
final class Palette {
  static final int TRANSPARENT = 255;
  private static final int MOST = TRANSPARENT;
  private static final int[] CHANNEL_SHIFTS = {16, 8, 0};

  private final List<Integer> colours;
  private final Map<Integer, Integer> indices;

  private Palette(List<Integer> colours, Map<Integer, Integer> indices) {
    this.colours = colours;
    this.indices = indices;
  }

  /** A colour and how many pixels have it. */
  private record Weighted(int rgb, int pixels) {
    int channel(int shift) {
      return rgb >> shift & 0xFF;
    }
  }

  /** The palette for all of these pixels, RGB in the lower 24 bits. */
  static Palette of(int[]... images) {
    Map<Integer, Integer> histogram = new HashMap<>();
    for (int[] image : images) {
      for (int rgb : image) {
        histogram.merge(rgb & 0xFFFFFF, 1, Integer::sum);
      }
    }
    List<List<Weighted>> boxes = new ArrayList<>();
    boxes.add(
        histogram.entrySet().stream()
            .map(entry -> new Weighted(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt(Weighted::rgb))
            .toList());
    while (boxes.size() < MOST && cutWidest(boxes)) {}
    List<Integer> colours = new ArrayList<>();
    Map<Integer, Integer> indices = new HashMap<>();
    for (List<Weighted> box : boxes) {
      box.forEach(colour -> indices.put(colour.rgb(), colours.size()));
      colours.add(mean(box));
    }
    return new Palette(colours, indices);
  }

  /** Cuts the box with the most pixels times width in two; false if all are single colours. */
  private static boolean cutWidest(List<List<Weighted>> boxes) {
    List<Weighted> widest =
        boxes.stream().max(Comparator.comparingLong(Palette::spread)).orElseThrow();
    if (widest.size() < 2) {
      return false;
    }
    int shift = widestChannel(widest);
    List<Weighted> sorted = new ArrayList<>(widest);
    sorted.sort(Comparator.comparingInt(colour -> colour.channel(shift)));
    long half = pixels(widest) / 2;
    long seen = 0;
    int cut = 0;
    while (cut < sorted.size() - 1 && (cut == 0 || seen < half)) {
      seen += sorted.get(cut++).pixels();
    }
    boxes.remove(widest);
    boxes.add(List.copyOf(sorted.subList(0, cut)));
    boxes.add(List.copyOf(sorted.subList(cut, sorted.size())));
    return true;
  }

  private static long spread(List<Weighted> box) {
    return box.size() < 2 ? -1 : (long) width(box, widestChannel(box)) * pixels(box);
  }

  private static int widestChannel(List<Weighted> box) {
    int widest = CHANNEL_SHIFTS[0];
    for (int shift : CHANNEL_SHIFTS) {
      widest = width(box, shift) > width(box, widest) ? shift : widest;
    }
    return widest;
  }

  private static int width(List<Weighted> box, int shift) {
    int low = box.stream().mapToInt(colour -> colour.channel(shift)).min().orElse(0);
    int high = box.stream().mapToInt(colour -> colour.channel(shift)).max().orElse(0);
    return high - low;
  }

  private static long pixels(List<Weighted> box) {
    return box.stream().mapToLong(Weighted::pixels).sum();
  }

  private static int mean(List<Weighted> box) {
    int rgb = 0;
    for (int shift : CHANNEL_SHIFTS) {
      long sum = box.stream().mapToLong(c -> (long) c.channel(shift) * c.pixels()).sum();
      rgb |= (int) Math.round(sum / (double) pixels(box)) << shift;
    }
    return rgb;
  }

  /** The entry for a pixel of the images the palette was made of. */
  byte index(int rgb) {
    Integer index = indices.get(rgb & 0xFFFFFF);
    if (index == null) {
      throw new IllegalArgumentException("colour %06x is in none of the images".formatted(rgb));
    }
    return index.byteValue();
  }

  IndexColorModel colourModel() {
    byte[][] channels = new byte[CHANNEL_SHIFTS.length][TRANSPARENT + 1];
    for (int i = 0; i < colours.size(); i++) {
      for (int channel = 0; channel < channels.length; channel++) {
        channels[channel][i] = (byte) (colours.get(i) >> CHANNEL_SHIFTS[channel]);
      }
    }
    return new IndexColorModel(
        8, TRANSPARENT + 1, channels[0], channels[1], channels[2], TRANSPARENT);
  }
}
