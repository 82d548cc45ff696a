package dev.arpg4j.control;

import boofcv.alg.feature.detect.edge.CannyEdge;
import boofcv.concurrency.BoofConcurrency;
import boofcv.factory.feature.detect.edge.FactoryEdgeDetectors;
import boofcv.struct.image.GrayF32;
import boofcv.struct.image.GrayU8;
import java.awt.image.BufferedImage;

/**
 * The edges of a picture by Canny's detector (IEEE PAMI 1986, as BoofCV has it) on its luma, always
 * at the same thresholds: those of data, of a photo and of what is judged are the same thing.
 */
public final class Edges {
  /** The radius of the Gaussian blur, in pixels. */
  private static final int BLUR = 1;

  /**
   * Of the gradient of luma 0..255: an edge goes on above the first and begins above the second.
   */
  private static final float LOW = 10;

  private static final float HIGH = 30;
  private static final float LEVELS = 255;

  static {
    // How many threads work is decided elsewhere.
    BoofConcurrency.USE_CONCURRENT = false;
  }

  private Edges() {}

  /** The edges of a picture, one pixel wide. */
  public static ControlMap of(BufferedImage picture) {
    ControlMap grey = ControlMap.grey(picture);
    GrayF32 luma = new GrayF32(grey.width(), grey.height());
    for (int i = 0; i < luma.data.length; i++) {
      luma.data[i] = LEVELS * grey.values()[i];
    }
    GrayU8 edges = new GrayU8(grey.width(), grey.height());
    // Not shared: it works in buffers of its own.
    CannyEdge<GrayF32, GrayF32> canny =
        FactoryEdgeDetectors.canny(BLUR, false, false, GrayF32.class, GrayF32.class);
    canny.process(luma, LOW, HIGH, edges);
    float[] values = new float[edges.data.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = edges.data[i] == 0 ? 0 : 1;
    }
    return new ControlMap(grey.width(), grey.height(), values);
  }
}
