package dev.arpg4j.cuda.kernel;

import static dev.arpg4j.cuda.kernel.Element.BF16;
import static dev.arpg4j.cuda.kernel.Element.F32;

import java.util.List;
import java.util.stream.Stream;

/**
 * A slip in a kernel.
 *
 * @param text what is found in the file or the prelude, wherever it is there
 * @param replacement what stands there instead
 */
record KernelMutant(String slip, String file, Element element, String text, String replacement) {

  static List<KernelMutant> all() {
    return Stream.of(ofRows(), ImageMutants.all(), DrawMutants.all(), TrainingMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  private static List<KernelMutant> ofRows() {
    return List.of(
        new KernelMutant(
            "no barrier before the warps' sums are read",
            "rownorms",
            F32,
            """
                partial[threadIdx.x / WARP] = value;
              }
              __syncthreads();
            """,
            """
                partial[threadIdx.x / WARP] = value;
              }
            """),
        new KernelMutant(
            "a long row's last vector left out",
            "rownorms",
            BF16,
            "at < width; at += step",
            "at + VECTOR < width; at += step"),
        new KernelMutant(
            "one entry too many of a row that is no multiple of a vector",
            "rownorms",
            F32,
            "values[e] = !wide && at + e < width ? toFloat",
            "values[e] = !wide && at + e <= width ? toFloat"),
        new KernelMutant("a sum for a mean", "rownorms", F32, "squares / (float)width", "squares"),
        new KernelMutant(
            "a row longer than epsilon by epsilon",
            "rownorms",
            BF16,
            "norm < epsilon ? epsilon : norm",
            "norm < epsilon ? norm : epsilon"),
        new KernelMutant(
            "short rows made as long as others",
            "rownorms",
            F32,
            "norm < epsilon ? epsilon : norm",
            "norm"),
        new KernelMutant(
            "bf16 cut off, not rounded",
            "rownorms",
            BF16,
            "return shimToBf16(value);",
            "return (unsigned short)(__float_as_uint(value) >> 16);"),
        new KernelMutant(
            "places beyond a row as far from its mean as any",
            "rownorms",
            F32,
            "at + e < width ? values[e] - mean : 0.0f",
            "values[e] - mean"),
        new KernelMutant(
            "a mean that stays", "rownorms", F32, "values[e] - mean : 0.0f", "values[e] : 0.0f"),
        new KernelMutant(
            "a long row centered in part",
            "rownorms",
            BF16,
            "      center(values, mean, at, width);\n",
            ""),
        new KernelMutant(
            "a mean of what is held", "rownorms", F32, "      sum += sumOf(values);\n", ""),
        new KernelMutant(
            "no bias behind the norm",
            "rownorms",
            BF16,
            "fmaf(values[e] * inverse, factor[e], added[e])",
            "values[e] * inverse * factor[e]"),
        new KernelMutant(
            "a repeated operand that goes on one too far",
            "entrywise",
            F32,
            "from + 1 == repeat ?",
            "from == repeat ?"),
        new KernelMutant(
            "a branch against the null branch, not the next",
            "entrywise",
            BF16,
            "lower[e] = upper[e];",
            ""),
        new KernelMutant(
            "one entry too many written",
            "entrywise",
            BF16,
            "if (at + e < size) {",
            "if (at + e <= size) {"),
        new KernelMutant("a growing exponential", "entrywise", F32, "expf(-t)", "expf(t)"),
        new KernelMutant(
            "a grid that does not stride",
            "entrywise",
            F32,
            "at < size; at += gridStep()",
            "at < size; at = size"),
        new KernelMutant(
            "the other half of the distribution",
            "entrywise",
            F32,
            "erfcf(-0.70710678f * x)",
            "erfcf(0.70710678f * x)"),
        new KernelMutant(
            "no cube", "entrywise", BF16, "fmaf(0.071354816f * x, x, 1.5957691f)", "1.5957691f"),
        new KernelMutant(
            "no bias", "rowwise", BF16, "values[e] += added[e];", "values[e] += 0.0f * added[e];"),
        new KernelMutant(
            "each row the first",
            "rowwise",
            F32,
            "(long long)(row / share) * width",
            "0LL * row / share * width"),
        new KernelMutant(
            "a row for each of those that share one",
            "rowwise",
            BF16,
            "(long long)(row / share) * width",
            "(long long)row * width"),
        new KernelMutant("no one beside the scale", "rowwise", F32, "1.0f + scale", "scale"),
        new KernelMutant(
            "a gate for a branch", "rowwise", BF16, "Rows{branch, 1}", "Rows{branch, share}"),
        new KernelMutant(
            "one row too many", "rowwise", BF16, "if (row >= rows) {", "if (row > rows) {"),
        new KernelMutant(
            "one entry too many moved",
            "movement",
            F32,
            "if (at + e < width) {\n      to[at + e] = from[at + e];",
            "if (at + e <= width) {\n      to[at + e] = from[at + e];"),
        new KernelMutant(
            "a row too many", "movement", BF16, "if (row < count)", "if (row <= count)"),
        new KernelMutant(
            "an index row for each batch row", "movement", F32, "b % images * n", "b * n"),
        new KernelMutant(
            "no fault", "movement", F32, "report(fault, code, row, value, bound);", ""),
        new KernelMutant(
            "a bad index that is not clamped",
            "movement",
            BF16,
            "return value < first ? first : bound - 1;",
            "return value < first ? first : bound;"),
        new KernelMutant(
            "a cosine for a sine", "positions", F32, "line[within + 1]", "line[within]"),
        new KernelMutant("turned the other way", "positions", BF16, "-(b * sine)", "b * sine"),
        new KernelMutant(
            "appended at the beginning", "positions", F32, "(from + row % n)", "(row % n)"),
        new KernelMutant(
            "the first image's positions for all",
            "positions",
            BF16,
            "row / n % images * n + row % n",
            "row % n"),
        new KernelMutant(
            "no barrier after keys are staged",
            "attention",
            F32,
            """
                stageChunk(ask, ask.keys, staged, b, chunk, last);
                __syncthreads();
            """,
            """
                stageChunk(ask, ask.keys, staged, b, chunk, last);
            """),
        new KernelMutant(
            "no barrier before keys are staged again",
            "attention",
            F32,
            """
                }
                __syncthreads();
              }
              return running;
            """,
            """
                }
              }
              return running;
            """),
        new KernelMutant(
            "no barrier before values take the keys' place",
            "attention",
            BF16,
            """
                __syncthreads();
                stageChunk(ask, ask.values,
            """
                .stripTrailing(),
            "    stageChunk(ask, ask.values,"),
        new KernelMutant(
            "no barrier after values are staged",
            "attention",
            F32,
            """
                stageChunk(ask, ask.values, staged, b, chunk, last);
                __syncthreads();
            """,
            """
                stageChunk(ask, ask.values, staged, b, chunk, last);
            """),
        new KernelMutant(
            "one key beyond the end",
            "attention",
            F32,
            "min(end - chunk, CHUNK)",
            "min(end - chunk + 1, CHUNK)"),
        new KernelMutant(
            "no largest score subtracted",
            "attention",
            F32,
            "expf(score - largest)",
            "expf(score)"),
        new KernelMutant("old sums not scaled down", "attention", F32, "sums[c] * kept", "sums[c]"),
        new KernelMutant(
            "parts joined without their weights",
            "attention",
            BF16,
            "fmaf(mine[1], kept, weight)",
            "weight + mine[1]"),
        new KernelMutant(
            "no fault for a bad end",
            "attention",
            F32,
            "checkedIndex(ask.visibleEnd[place], 1, ask.m + 1,",
            "checkedIndex(ask.visibleEnd[place], 1, ask.m + 2,"),
        new KernelMutant(
            "one key beyond the end",
            "attention_mma",
            BF16,
            "at < end[tile][row]",
            "at <= end[tile][row]"),
        new KernelMutant(
            "values read beyond the rows held",
            "attention_mma",
            BF16,
            "min(from + 2 * t + r % 2 + r / 2 * 8, last)",
            "(from + 2 * t + r % 2 + r / 2 * 8)"),
        new KernelMutant(
            "no barrier before the warps are joined",
            "attention_mma",
            BF16,
            "  __syncthreads();\n  join<ROWS>",
            "  join<ROWS>"),
        new KernelMutant(
            "rows of V put together the wrong way",
            "attention_mma",
            BF16,
            "__byte_perm(value[2][word], value[3][word], 0x5410)",
            "__byte_perm(value[3][word], value[2][word], 0x5410)"),
        new KernelMutant(
            "the weights of half of the keys",
            "attention_mma",
            BF16,
            "        total += __shfl_xor_sync(ALL_LANES, total, 2);\n",
            ""),
        new KernelMutant(
            "a largest score for each lane",
            "attention_mma",
            BF16,
            "      top = fmaxf(top, __shfl_xor_sync(ALL_LANES, top, 2));\n",
            ""),
        new KernelMutant(
            "Q in another order than K",
            "attention_mma",
            BF16,
            "query[tile][step][half + 2] = four.y;",
            "query[tile][step][half ^ 3] = four.y;"),
        new KernelMutant(
            "weights of 8 bits",
            "attention_mma",
            BF16,
            "        mma(sums[tile][2 * word], low, even);\n",
            ""),
        new KernelMutant(
            "no barrier between two sums",
            "reductions",
            F32,
            """
              value = warpMax(lane < (int)blockDim.x / WARP ? partial[lane] : -infinity());
              __syncthreads();
            """,
            """
              value = warpMax(lane < (int)blockDim.x / WARP ? partial[lane] : -infinity());
            """),
        new KernelMutant(
            "no largest entry subtracted",
            "reductions",
            F32,
            "expf(values[e] - largest)",
            "expf(values[e])"),
        new KernelMutant(
            "a part left out of the mean",
            "reductions",
            BF16,
            "int at = threadIdx.x; at < count;",
            "int at = threadIdx.x + 1; at < count;"),
        new KernelMutant(
            "the next target", "reductions", F32, "toFloat(x[target])", "toFloat(x[target + 1])"),
        new KernelMutant(
            "the last vector not copied",
            "probes",
            F32,
            "for (; at < vectors; at += step) {\n    to[at] = from[at];",
            "for (; at + 1 < vectors; at += step) {\n    to[at] = from[at];"));
  }

  @Override
  public String toString() {
    return "%s %s: %s".formatted(file, element, slip);
  }
}
