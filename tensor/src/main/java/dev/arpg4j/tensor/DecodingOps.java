package dev.arpg4j.tensor;

import dev.arpg4j.tensor.random.Purpose;

/** The ops of {@link Ops} that turn logits into ids. */
public interface DecodingOps extends ElementwiseOps, MovementOps {
  /**
   * Classifier-free guidance over branches ordered from most to least conditioned, the null branch
   * last: {@code l_null + Σ_i w_i (l_i − l_{i+1})}; with two branches {@code u + w (c − u)}
   * (VARIANTS.md 1.7).
   *
   * @param logits [branches·I, n, V]
   * @param weights [branches − 1]
   * @return [I, n, V]
   */
  default Tensor guidance(Tensor logits, Tensor weights) {
    int branches = weights.shape().dim(0) + 1;
    int images = OpShapes.guidance(logits, weights).dim(0);
    Tensor result = slice(logits, 0, (branches - 1) * images, branches * images);
    for (int i = branches - 2; i >= 0; i--) {
      Tensor upper = slice(logits, 0, i * images, (i + 1) * images);
      Tensor lower = slice(logits, 0, (i + 1) * images, (i + 2) * images);
      Tensor weight = slice(weights, 0, i, i + 1);
      result = add(result, mul(add(upper, scale(lower, -1)), weight));
    }
    return result;
  }

  /**
   * One Philox uniform for each image and slot (DESIGN "Randomness"): {@code Philox.uniform(seed,
   * images[b], slots[b, i], draw, purpose)}.
   *
   * @param seed I32 [2], the low and high word of the 64-bit seed
   * @param images I32 [I], each image's place in the whole request
   * @param slots I32 [n] or [I, n]
   * @param draw I32 [1], which re-draw this is
   * @return [I, n] in [0, 1)
   */
  Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose);

  /**
   * One id a row by inverting the row's distribution, in id order, at a uniform number: the first
   * id whose cumulative probability exceeds it.
   *
   * @param logits [.., V]
   * @param uniform [..], in [0, 1); not read if greedy
   * @return I32 [..]
   * @throws ArithmeticException if a row has a NaN or no finite largest logit, naming the row; a
   *     backend that computes elsewhere may say so only when the ids are read
   */
  Tensor sample(Tensor logits, Tensor uniform, Sampling sampling);

  /**
   * {@link #sample} from guided logits, which need not be written down: {@code
   * sample(guidance(logits, weights), uniform, sampling)}.
   *
   * @param logits [branches·I, n, V]
   * @param weights [branches − 1]
   * @param uniform [I, n], in [0, 1); not read if greedy
   * @return I32 [I, n]
   * @throws ArithmeticException as {@link #sample}
   */
  default Tensor sampleGuided(Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
    return sample(guidance(logits, weights), uniform, sampling);
  }

  /**
   * Standard Gumbel noise from uniforms: {@code -ln(-ln u)}, with u raised to 2^-25 where it is 0.
   *
   * @param uniform in [0, 1), of any shape
   */
  Tensor gumbel(Tensor uniform);

  /**
   * One of two ids at each place: {@code key > limit ? above : otherwise}.
   *
   * @param key [..]
   * @param limit [1]
   * @param above I32 [..]
   * @param otherwise I32 [..]
   * @return I32 [..]
   */
  Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise);

  /**
   * MaskGIT's commit (VARIANTS.md 4.3): of each row's masked places, those of the lowest confidence
   * stay masked and the others take what was sampled. With {@code masked} places masked, {@code r =
   * max(1, min(masked - 1, remasked))} and the cut the r-th entry, from 0, of the confidences in
   * ascending order (known places count as +∞), a place stays masked whose confidence is strictly
   * below the cut; so ties at the cut re-mask fewer, and one masked place alone stays masked. Where
   * {@code remasked} is 0 or less, as in the last iteration, r is 0 and no place stays masked.
   *
   * @param ids I32 [I, N], {@code maskId} where masked
   * @param sampled I32 [I, N], read at masked places only
   * @param confidence [I, N], read at masked places only
   * @param remasked I32 [I], how many the schedule wants masked after
   * @return I32 [I, N]
   */
  Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId);
}
