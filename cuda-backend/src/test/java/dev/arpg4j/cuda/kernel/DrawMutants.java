package dev.arpg4j.cuda.kernel;

import static dev.arpg4j.cuda.kernel.Element.BF16;
import static dev.arpg4j.cuda.kernel.Element.F32;

import java.util.List;

/** Slips in the kernels that draw and choose. */
final class DrawMutants {
  private DrawMutants() {}

  static List<KernelMutant> all() {
    return List.of(
        new KernelMutant("nine rounds", "draws", F32, "round < 10", "round < 9"),
        new KernelMutant("23 bits", "draws", F32, "(float)(word >> 8)", "(float)(word >> 9)"),
        new KernelMutant("the logarithm of zero", "draws", F32, "u == 0.0f ? 0x1p-25f : u", "u"),
        new KernelMutant(
            "one logarithm",
            "draws",
            F32,
            "-logf(-logf(u == 0.0f ? 0x1p-25f : u))",
            "-logf(u == 0.0f ? 0x1p-25f : u)"),
        new KernelMutant(
            "no barrier after logits are staged",
            "sample",
            F32,
            "    stage(row);\n    __syncthreads();\n",
            "    stage(row);\n"),
        new KernelMutant(
            "no barrier before the warps' shares are read",
            "sample",
            F32,
            """
                shared.partial[warp] = sum;
              }
              __syncthreads();
            """,
            """
                shared.partial[warp] = sum;
              }
            """),
        new KernelMutant(
            "one more than k", "sample", F32, "(float)topK - 0.5f", "(float)topK + 0.5f"),
        new KernelMutant(
            "not the entry that crosses the limit", "sample", BF16, "/ each) + 1.0f", "/ each)"),
        new KernelMutant(
            "ties beyond the limit kept", "sample", F32, "id <= lastTie", "id <= NO_ID"),
        new KernelMutant(
            "minus zero below zero",
            "sample",
            F32,
            "logit == 0.0f ? 0u : __float_as_uint(logit)",
            "__float_as_uint(logit)"),
        new KernelMutant(
            "a warp without weight taken",
            "sample",
            BF16,
            "some & __ballot_sync(ALL_LANES, upTo > target)",
            "__ballot_sync(ALL_LANES, upTo > target)"),
        new KernelMutant(
            "a NaN that is let through",
            "sample",
            F32,
            "!(logit < infinity())",
            "logit == infinity()"),
        new KernelMutant(
            "the limit above itself",
            "choices",
            F32,
            "toFloat(key[at]) > limit[0]",
            "toFloat(key[at]) >= limit[0]"),
        new KernelMutant(
            "a NaN above the limit",
            "choices",
            BF16,
            "toFloat(key[at]) > limit[0] ? above[at] : otherwise[at]",
            "toFloat(key[at]) <= limit[0] ? otherwise[at] : above[at]"),
        new KernelMutant(
            "the last id left out", "choices", F32, "if (at < size) {", "if (at + 1 < size) {"),
        new KernelMutant(
            "known places as unsure as masked ones",
            "choices",
            F32,
            "at < width && ids[at] == maskId ? toFloat(confidence[at])",
            "at < width ? toFloat(confidence[at])"),
        new KernelMutant(
            "ties re-masked", "choices", F32, "staged[other] <= mine", "staged[other] < mine"),
        new KernelMutant(
            "one more re-masked", "choices", BF16, "upToMine <= r", "upToMine <= r + 1"),
        new KernelMutant(
            "a last masked place committed",
            "choices",
            F32,
            "max(1, min((int)masked - 1, remasked[blockIdx.x]))",
            "min((int)masked - 1, remasked[blockIdx.x])"),
        new KernelMutant(
            "all re-masked",
            "choices",
            BF16,
            "min((int)masked - 1, remasked[blockIdx.x])",
            "remasked[blockIdx.x]"),
        new KernelMutant(
            "one masked in the last iteration", "choices", F32, "< 1 ? 0 : r", "< 0 ? 0 : r"),
        new KernelMutant(
            "places below what is no number",
            "choices",
            F32,
            "r < (int)masked && r >= (int)numbers ? 0 : r",
            "r"),
        new KernelMutant(
            "a last masked place's cut taken for no number",
            "choices",
            BF16,
            "r < (int)masked && r >= (int)numbers",
            "r >= (int)numbers"),
        new KernelMutant(
            "no barrier before confidences are read",
            "choices",
            F32,
            "maskId);\n      __syncthreads();\n",
            "maskId);\n"),
        new KernelMutant(
            "no barrier before the next confidences",
            "choices",
            F32,
            "        upToMine += staged[other] <= mine ? 1 : 0;\n      }\n      __syncthreads();\n",
            "        upToMine += staged[other] <= mine ? 1 : 0;\n      }\n"),
        new KernelMutant(
            "a first tile alone",
            "choices",
            BF16,
            "tile < width; tile += blockDim.x",
            "tile < width; tile += width"));
  }
}
