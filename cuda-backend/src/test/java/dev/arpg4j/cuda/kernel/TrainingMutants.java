package dev.arpg4j.cuda.kernel;

import static dev.arpg4j.cuda.kernel.Element.BF16;
import static dev.arpg4j.cuda.kernel.Element.F32;

import java.util.List;
import java.util.stream.Stream;

/** Slips in the kernels of training. */
final class TrainingMutants {
  private static final String ATTENTION = "attention_backward";

  private TrainingMutants() {}

  static List<KernelMutant> all() {
    return Stream.of(ofRows(), ofAttention()).flatMap(List::stream).toList();
  }

  private static List<KernelMutant> ofRows() {
    return List.of(
        new KernelMutant(
            "one less the logistic of the same sign",
            "entrywise",
            F32,
            "fmaf(x, logistic(-x), 1.0f)",
            "fmaf(x, logistic(x), 1.0f)"),
        new KernelMutant(
            "no density", "entrywise", BF16, "fmaf(x, density, ", "fmaf(0.0f, density, "),
        new KernelMutant(
            "a slope that is no number far out",
            "entrywise",
            F32,
            "fminf(fmaxf(x, -64.0f), 64.0f)",
            "x"),
        new KernelMutant(
            "dropped at the probability too",
            "entrywise",
            F32,
            "drawn[e] < dropped",
            "drawn[e] <= dropped"),
        new KernelMutant(
            "not scaled up where others are dropped",
            "entrywise",
            BF16,
            "values[e] / kept",
            "values[e]"),
        new KernelMutant(
            "a power without its shift",
            "entrywise",
            BF16,
            "powf(x + shift, exponent)",
            "powf(x, exponent)"),
        new KernelMutant(
            "a gate for its silu",
            "entrywise",
            F32,
            "slopes[e] *= siluOf(gates[e])",
            "slopes[e] *= gates[e]"),
        new KernelMutant(
            "singles as they were", "entrywise", BF16, "y[at] = rounded(x[at])", "y[at] = x[at]"),
        new KernelMutant(
            "the first row's factor for all",
            "rowwise",
            F32,
            "mine = factor[row]",
            "mine = factor[0]"),
        new KernelMutant(
            "a transpose that moves nothing",
            "movement",
            BF16,
            "at / rows % columns + at % rows * columns",
            "at % (rows * columns)"),
        new KernelMutant(
            "the next target's slope",
            "reductions",
            BF16,
            "at + e == target ?",
            "at + e == target + 1 ?"),
        new KernelMutant(
            "weights that are not normalized",
            "reductions",
            F32,
            "values[e] * inverse - ",
            "values[e] - "),
        new KernelMutant(
            "no barrier before the warps' columns are added",
            "rowsums",
            F32,
            "sums[warp][lane * VECTOR + e] = sum[e];\n  }\n  __syncthreads();\n",
            "sums[warp][lane * VECTOR + e] = sum[e];\n  }\n"),
        new KernelMutant(
            "parts that overlap", "rowsums", BF16, "min(rows, first + rowsOfPart)", "rows"),
        new KernelMutant(
            "the last part left out", "rowsums", F32, "part < count", "part + 1 < count"),
        new KernelMutant(
            "the first row's length for all",
            "rowsums",
            F32,
            "values[e] * inverse[row]",
            "values[e] * inverse[0]"),
        new KernelMutant(
            "no barrier before what was found is read",
            "rowsums",
            F32,
            "found[threadIdx.x / WARP] = hits;\n    }\n    __syncthreads();\n",
            "found[threadIdx.x / WARP] = hits;\n    }\n"),
        new KernelMutant(
            "no barrier before others are found",
            "rowsums",
            BF16,
            "        }\n      }\n    }\n    __syncthreads();\n",
            "        }\n      }\n    }\n"),
        new KernelMutant(
            "the first image's index for all", "rowsums", F32, "b % images * n;", "0;"),
        new KernelMutant(
            "an index outside that nobody notes",
            "rowsums",
            BF16,
            "checkedIndex(to, 0, rows, FAULT_SCATTER_INDEX, indices + i, fault);",
            ""),
        new KernelMutant(
            "squares that are not averaged",
            "normgrads",
            F32,
            "squares / (float)width + epsilon",
            "squares + epsilon"),
        new KernelMutant(
            "no scale in the mean",
            "normgrads",
            BF16,
            "along = fmaf(slopes[e] * factors[e], values[e], along)",
            "along = fmaf(slopes[e], values[e], along)"),
        new KernelMutant(
            "a mean slope that stays",
            "normgrads",
            F32,
            "slopes[e] - slope - normed",
            "slopes[e] - normed"),
        new KernelMutant(
            "places beyond a row as far from its mean as any",
            "normgrads",
            F32,
            "at + e < width ? values[e] - mean : 0.0f",
            "values[e] - mean"),
        new KernelMutant(
            "a first moment that is not corrected", "optimizer", F32, "m / correction1", "m"),
        new KernelMutant(
            "epsilon under the root",
            "optimizer",
            F32,
            "(sqrtf(s / correction2) + epsilon)",
            "sqrtf(s / correction2 + epsilon)"),
        new KernelMutant(
            "half a gradient's factor",
            "optimizer",
            F32,
            "rest2 * (g * g)",
            "rest2 * (g * gradient[at])"),
        new KernelMutant(
            "a grid that does not stride",
            "optimizer",
            F32,
            "at < size; at += step",
            "at < size; at = size"));
  }

  private static List<KernelMutant> ofAttention() {
    return List.of(
        new KernelMutant(
            "no barrier after values are staged",
            ATTENTION,
            F32,
            "stageRows(values + head.at(chunk, m, d), head.stride, last - chunk, d, staged.rows);\n    __syncthreads();\n",
            "stageRows(values + head.at(chunk, m, d), head.stride, last - chunk, d, staged.rows);\n"),
        new KernelMutant(
            "no barrier before keys take the values' place",
            ATTENTION,
            F32,
            "dotWithRow(staged.second, staged.rows, d, lane) : 0.0f;\n    __syncthreads();\n",
            "dotWithRow(staged.second, staged.rows, d, lane) : 0.0f;\n"),
        new KernelMutant(
            "no barrier after keys are staged",
            ATTENTION,
            BF16,
            "stageRows(keys + head.at(chunk, m, d), head.stride, last - chunk, d, staged.rows);\n    __syncthreads();\n",
            "stageRows(keys + head.at(chunk, m, d), head.stride, last - chunk, d, staged.rows);\n"),
        new KernelMutant(
            "no barrier before values are staged again",
            ATTENTION,
            F32,
            "    }\n    __syncthreads();\n  }\n  if (row < n) {",
            "    }\n  }\n  if (row < n) {"),
        new KernelMutant(
            "weights read before all lanes have written theirs",
            ATTENTION,
            F32,
            "      __syncwarp();\n",
            ""),
        new KernelMutant(
            "no barrier before slopes take the queries' place",
            ATTENTION,
            F32,
            "staged.weights[lane] = weight;\n    }\n    __syncthreads();\n",
            "staged.weights[lane] = weight;\n    }\n"),
        new KernelMutant(
            "no barrier after slopes are staged",
            ATTENTION,
            F32,
            "stageRows(dy + head.at(chunk, n, d), head.stride, held, d, staged.rows);\n    __syncthreads();\n",
            "stageRows(dy + head.at(chunk, n, d), head.stride, held, d, staged.rows);\n"),
        new KernelMutant(
            "no barrier before queries are staged again",
            ATTENTION,
            BF16,
            "addRows(staged.others, 1.0f, staged.weights, staged.rows, held, d, lane);\n    }\n    __syncthreads();\n",
            "addRows(staged.others, 1.0f, staged.weights, staged.rows, held, d, lane);\n    }\n"),
        new KernelMutant(
            "no barrier before the next queries",
            ATTENTION,
            F32,
            "addRows(staged.sums, 1.0f, staged.slopes, staged.rows, held, d, lane);\n    }\n    __syncthreads();\n",
            "addRows(staged.sums, 1.0f, staged.slopes, staged.rows, held, d, lane);\n    }\n"),
        new KernelMutant(
            "one key beyond the end",
            ATTENTION,
            F32,
            "min(end - chunk, CHUNK)",
            "min(end - chunk + 1, CHUNK)"),
        new KernelMutant(
            "no mean slope in a query's gradient",
            ATTENTION,
            F32,
            " - beyond * staged.sums[c]",
            ""),
        new KernelMutant(
            "what slopes have in common not taken off first",
            ATTENTION,
            F32,
            "reference = __shfl_sync(ALL_LANES, slope, 0)",
            "reference = 0.0f"),
        new KernelMutant(
            "the mean of slopes without what was taken off",
            ATTENTION,
            F32,
            "reference + beyond",
            "beyond"),
        new KernelMutant("old sums not scaled down", ATTENTION, F32, "sums[c] * kept", "sums[c]"),
        new KernelMutant(
            "old slopes not scaled down",
            ATTENTION,
            BF16,
            "fmaf(slopes, kept, warpSum(sloped))",
            "slopes + warpSum(sloped)"),
        new KernelMutant(
            "no mean slope in a key's gradient",
            ATTENTION,
            BF16,
            "weight * (slope - its.slope)",
            "weight * slope"),
        new KernelMutant(
            "a row that sees one key more", ATTENTION, F32, "key < end;", "key <= end;"),
        new KernelMutant(
            "rows passed over that see a key",
            ATTENTION,
            F32,
            "end > nearest)",
            "end > nearest + 1)"),
        new KernelMutant(
            "the first image's ends for all",
            ATTENTION,
            BF16,
            "visibleEnd[head.b % images * n + row]",
            "visibleEnd[row]"),
        new KernelMutant(
            "no factor in a key's gradient",
            ATTENTION,
            F32,
            "factor * staged.sums[c]",
            "staged.sums[c]"));
  }
}
