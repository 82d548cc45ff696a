package dev.arpg4j.cuda.kernel;

import static dev.arpg4j.cuda.kernel.Element.BF16;
import static dev.arpg4j.cuda.kernel.Element.F32;

import java.util.List;

/** Slips in the kernels of images. */
final class ImageMutants {
  private ImageMutants() {}

  static List<KernelMutant> all() {
    return List.of(
        new KernelMutant(
            "a pixel read beside the image",
            "images",
            F32,
            "j >= 0 && j < width",
            "j >= 0 && j <= width"),
        new KernelMutant(
            "zeros for the first row",
            "images",
            BF16,
            "i >= 0 && i < height",
            "i > 0 && i < height"),
        new KernelMutant(
            "windows that do not stride", "images", F32, "% outWidth * stride", "% outWidth"),
        new KernelMutant("always the first rows", "images", BF16, "first + row;", "row;"),
        new KernelMutant(
            "one entry too many of a pixel",
            "images",
            BF16,
            "if (at + e < channels) {",
            "if (at + e <= channels) {"),
        new KernelMutant(
            "a row too many", "images", F32, "if (row >= rows) {", "if (row > rows) {"),
        new KernelMutant(
            "the pixel after the nearest",
            "images",
            F32,
            "(int)((long long)place * from / to)",
            "(int)(((long long)place * from + to - 1) / to)"),
        new KernelMutant(
            "a window that ends before a pixel it lies over",
            "images",
            F32,
            "(int)(((long long)place * from + to - 1) / to)",
            "(int)((long long)place * from / to)"),
        new KernelMutant(
            "a sum of pixels for their mean", "images", BF16, "      sums[e] /= count;\n", ""),
        new KernelMutant(
            "four pixels that end before the edge",
            "images",
            F32,
            "min(max(first + t, 0), extent - 1)",
            "min(max(first + t, 0), extent - 2)"),
        new KernelMutant(
            "pixels between corners, not centers",
            "images",
            F32,
            "(2LL * place + 1) * from - to + halves",
            "2LL * place * from + halves"),
        new KernelMutant(
            "the weights of a pixel before",
            "images",
            BF16,
            "weight[1] = inner(past);",
            "weight[1] = inner(left);"),
        new KernelMutant(
            "rounding to zero, not down",
            "images",
            F32,
            "(int)(above / halves) - 2",
            "(int)((above - halves) / halves) - 1"),
        new KernelMutant(
            "a softer kernel",
            "images",
            F32,
            "-0.75f * left * past * past",
            "-0.5f * left * past * past"),
        new KernelMutant(
            "no barrier before the pixels' sums are read",
            "images",
            F32,
            """
                sums[e] = 0.0f;
              }
              __syncthreads();
            """,
            """
                sums[e] = 0.0f;
              }
            """),
        new KernelMutant(
            "no barrier before the next sums are written",
            "images",
            BF16,
            """
                }
              }
              __syncthreads();
            }
            """,
            """
                }
              }
            }
            """),
        new KernelMutant(
            "pixels beyond the last tile",
            "images",
            BF16,
            "min(abreast * PIXELS_HELD, pixels - first)",
            "(abreast * PIXELS_HELD)"),
        new KernelMutant(
            "squares that cancel",
            "images",
            F32,
            "held[h][e] - means[e] : 0.0f",
            "held[h][e] : 0.0f"),
        new KernelMutant(
            "the tiles' means not told apart",
            "images",
            F32,
            "squares += fmaf(weight * apart, apart, ",
            "squares += fmaf(0.0f * apart, apart, "),
        new KernelMutant(
            "a last tile as heavy as the others",
            "images",
            F32,
            "(float)min(tilePixels, pixels - tile * tilePixels)",
            "(float)tilePixels"),
        new KernelMutant(
            "the first group's scale", "images", BF16, "scale[first + c]", "scale[c]"));
  }
}
