package dev.arpg4j.tensor;

import dev.arpg4j.tensor.random.Purpose;
import java.util.List;

/**
 * Everything a model can say. Model code is written once against this interface and never knows who
 * listens: a backend computes, an interpreter counts, times, checks or compares.
 *
 * <p>Results are new tensors in the calling thread's innermost {@link Scope}; only {@link #append}
 * and {@link #appendRotated} change anything, namely a cache. Shapes are checked on every call and
 * a misfit is an {@link IllegalArgumentException} that begins with the op's name (the rules are in
 * {@link OpShapes}).
 *
 * <p>A fused op is a default method whose body is its definition in simpler ops; backends override
 * it to be fast, and the tests hold override and definition together.
 *
 * <p>An index tensor (positions, {@code visibleEnd}, ids) of shape [n] serves every batch row; one
 * of shape [I, n] serves batch row {@code b} of B = k·I rows with its row {@code b mod I}. Batch
 * rows are ordered [branch, image], so the images' positions serve all guidance branches.
 */
public interface Ops {

  // ---- where we are

  /**
   * Names the part of the model that speaks from now on, until another name is given: for instance
   * {@code "pass 1 / layer 3"}, or "" outside of all parts. It computes nothing and backends ignore
   * it; interpreters put it into their reports.
   */
  default void section(String name) {}

  // ---- products

  /**
   * y = x Wᵀ, without bias: {@code y[.., o] = Σ_k x[.., k] · W[o, k]}.
   *
   * @param x [.., K]
   * @param weight [O, K]
   * @return [.., O]
   */
  Tensor linear(Tensor x, Weight weight);

  /**
   * {@link #linear} of the same rows by each weight: queries, keys and values of an attention
   * layer, or gate and up of a feed-forward. Weights that were loaded together ({@link
   * Backend#weights}) may be multiplied in one go.
   *
   * @param x [.., K]
   * @param weights one or more, all [O, K]
   * @return [.., O] for each, in the weights' order
   */
  default List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    OpShapes.linearEach(x, weights);
    return weights.stream().map(weight -> linear(x, weight)).toList();
  }

  /**
   * Batched matrix product with optional transposes: {@code c[b] = op(a[b]) · op(b[b])}.
   *
   * @param a [B, p, q], or [B, q, p] if transposed
   * @param b [B, q, r], or [B, r, q] if transposed
   * @return [B, p, r]
   */
  Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB);

  // ---- rows and axes

  /**
   * Rows of a table: {@code y[.., :] = table[ids[..], :]}.
   *
   * @param table [R, D]
   * @param ids I32 of any shape, each in 0..R-1
   * @return [ids.., D]
   * @throws IndexOutOfBoundsException if an id is outside the table
   */
  Tensor embed(Weight table, Tensor ids);

  /**
   * Entries along axis 1 in another order: {@code y[b, i, ..] = x[b, index[b mod I, i], ..]}.
   *
   * @param x [B, m, ..], of the compute type or I32
   * @param index I32 [n] or [I, n], each in 0..m-1
   * @return [B, n, ..]
   * @throws IndexOutOfBoundsException if an index is outside
   */
  Tensor gather(Tensor x, Tensor index);

  /**
   * The backward of {@link #gather}: {@code y[b, index[b mod I, i], ..] += x[b, i, ..]} from zero.
   *
   * @param x [B, n, ..]
   * @param index I32 [n] or [I, n], each in 0..rows-1
   * @return [B, rows, ..]
   */
  default Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    throw new NotInVocabularyYetException("scatterAdd");
  }

  /**
   * Tensors of one type joined along {@code axis}; the other extents agree.
   *
   * @param axis 0 or more
   */
  Tensor concat(int axis, Tensor... parts);

  /**
   * The entries {@code from .. to-1} of {@code axis}.
   *
   * @param axis 0 or more
   */
  Tensor slice(Tensor x, int axis, int from, int to);

  /** The same values in the same order under another shape of the same size. */
  Tensor reshape(Tensor x, Shape shape);

  // ---- elementwise

  /**
   * a + b. {@code b}'s shape is {@code a}'s, or a suffix of it, or [1]: it repeats over the outer
   * axes.
   *
   * @return a's shape
   */
  Tensor add(Tensor a, Tensor b);

  /**
   * a ⊙ b, with {@code b} repeated as in {@link #add}.
   *
   * @return a's shape
   */
  Tensor mul(Tensor a, Tensor b);

  /** factor · x. */
  Tensor scale(Tensor x, double factor);

  /** x · σ(x) = x / (1 + e^-x). */
  Tensor silu(Tensor x);

  /**
   * x · Φ(x), for the normal distribution function Φ (Hendrycks and Gimpel, 2016).
   *
   * @param tanh by {@code x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))} instead
   */
  default Tensor gelu(Tensor x, boolean tanh) {
    throw new NotInVocabularyYetException("gelu");
  }

  /**
   * Adds a bias to each row.
   *
   * @param x [.., D]
   * @param bias [D]
   * @return x's shape
   */
  default Tensor addBias(Tensor x, Weight bias) {
    throw new NotInVocabularyYetException("addBias");
  }

  /**
   * The gate of a SwiGLU feed-forward: {@code silu(gate) ⊙ up} (VARIANTS.md 1.5).
   *
   * @return the shape of both
   */
  default Tensor swiGlu(Tensor gate, Tensor up) {
    return mul(silu(gate), up);
  }

  /** Zeroes entries with the given probability and scales the rest, by one uniform an entry. */
  default Tensor dropout(Tensor x, double probability, Tensor uniform) {
    throw new NotInVocabularyYetException("dropout");
  }

  // ---- norms

  /**
   * Root-mean-square norm of each row: {@code y = x / sqrt(mean(x²) + epsilon) ⊙ scale}; the scale
   * is applied last (VARIANTS.md 1.5).
   *
   * @param x [.., D]
   * @param scale [D]
   */
  Tensor rmsNorm(Tensor x, Weight scale, double epsilon);

  /**
   * A residual addition and the norm that reads it: {@code sum = x + delta}, {@code norm =
   * rmsNorm(sum, scale, epsilon)}.
   *
   * @param x [.., D]
   * @param delta x's shape
   * @param scale [D]
   */
  default Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    OpShapes.addRmsNorm(x, delta, scale);
    Tensor sum = add(x, delta);
    return new Normed(sum, rmsNorm(sum, scale, epsilon));
  }

  /**
   * What {@link #addRmsNorm} gives, both of its operands' shape.
   *
   * @param sum the residual stream
   * @param norm the stream normalized
   */
  record Normed(Tensor sum, Tensor norm) {}

  /**
   * {@code (x - mean) / sqrt(var + epsilon)} of each row, with the biased variance.
   *
   * @param x [.., D]
   */
  default Tensor layerNorm(Tensor x, double epsilon) {
    throw new NotInVocabularyYetException("layerNorm");
  }

  /**
   * {@link #layerNorm(Tensor, double)} {@code ⊙ scale + bias}.
   *
   * @param x [.., D]
   * @param scale [D]
   * @param bias [D]
   */
  default Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    throw new NotInVocabularyYetException("layerNorm");
  }

  /**
   * Group norm of each image (Wu and He, ECCV 2018): group g is the channels {@code g·C/groups ..
   * (g+1)·C/groups − 1}, over all positions; {@code y = (x - mean) / sqrt(var + epsilon) ⊙ scale +
   * bias} with the group's mean and (biased) variance and each channel's scale and bias.
   *
   * @param x [B, h, w, C]
   * @param groups a divisor of C
   * @param scale [C]
   * @param bias [C]
   * @return x's shape
   */
  Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon);

  /**
   * Adaptive layer norm's second half: {@code x ⊙ (1 + scale) + shift} (VARIANTS.md 4.4, 4.5).
   *
   * @param x [B, n, D]
   * @param scale [B, n, D], or [B, 1, D] for all rows of a sequence
   * @param shift scale's shape
   * @return x's shape
   */
  default Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    throw new NotInVocabularyYetException("modulate");
  }

  /**
   * A residual addition behind a gate: {@code x + gate ⊙ branch} (VARIANTS.md 4.4, 4.5).
   *
   * @param x [B, n, D]
   * @param branch x's shape
   * @param gate [B, n, D], or [B, 1, D] for all rows of a sequence
   * @return x's shape
   */
  default Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    throw new NotInVocabularyYetException("addGated");
  }

  /**
   * Each row divided by max(‖row‖₂, epsilon).
   *
   * @param x [.., D]
   * @return x's shape
   */
  Tensor l2Normalize(Tensor x, double epsilon);

  // ---- positions and attention

  /**
   * Rotary positions: in every head, neighbour pair p of row i, {@code (a, b)}, becomes {@code (a
   * cos - b sin, b cos + a sin)} with the p-th (cos, sin) of table row {@code rows[b mod I, i]}
   * (VARIANTS.md 1.4). A table row of zeros, as the class token has, maps to zero.
   *
   * @param x [B, n, H·d]
   * @param table [R, d/2, 2], (cos, sin) pairs
   * @param rows I32 [n] or [I, n], each in 0..R-1
   * @return [B, n, H·d]
   */
  Tensor rope(Tensor x, Tensor table, Tensor rows, int heads);

  /**
   * Appends keys and values to a cache.
   *
   * @param k [B, n, H·d], already rotated
   * @param v [B, n, H·d]
   * @throws IllegalStateException if the capacity does not suffice
   */
  void append(KvCache cache, Tensor k, Tensor v);

  /**
   * {@link #append} of keys that are not rotated yet: {@code append(cache, rope(k, table, rows),
   * v)}.
   *
   * @param k [B, n, H·d]
   * @param v [B, n, H·d], which stay as they are
   * @param table [R, d/2, 2], as in {@link #rope}
   * @param rows I32 [n] or [I, n], each in 0..R-1
   * @throws IllegalStateException if the capacity does not suffice
   */
  default void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    append(cache, rope(k, table, rows, cache.heads()), v);
  }

  /**
   * Prefix attention: row i of batch row b sees the keys {@code 0 .. visibleEnd[b mod I, i]-1} and
   * nothing else. In every head {@code y[i] = Σ_j softmax_j(factor · q[i]·k[j]) v[j]}. Every mask
   * of the family has this form (VARIANTS.md 0); there is no other.
   *
   * @param q [B, n, H·d]
   * @param k [B, m, H·d]
   * @param v [B, m, H·d]
   * @param visibleEnd I32 [n] or [I, n], each in 1..m
   * @param factor of the scores, 1/√d in ARPG
   * @return [B, n, H·d]
   * @throws IndexOutOfBoundsException if an end is outside
   */
  Tensor attention(Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor);

  /**
   * {@link #attention(Tensor, Tensor, Tensor, Tensor, int, double)} over the rows of a cache.
   *
   * @param q [B, n, H·d]
   * @param visibleEnd I32 [n] or [I, n], each in 1..cache.length()
   * @return [B, n, H·d]
   */
  default Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    return attention(q, cache.keys(), cache.values(), visibleEnd, cache.heads(), factor);
  }

  /**
   * {@link #attention(Tensor, KvCache, Tensor, double)} of queries that are not rotated yet.
   *
   * @param q [B, n, H·d]
   * @param table [R, d/2, 2], as in {@link #rope}
   * @param rows I32 [n] or [I, n], each in 0..R-1
   * @param visibleEnd I32 [n] or [I, n], each in 1..cache.length()
   * @return [B, n, H·d]
   */
  default Tensor attentionRotated(
      Tensor q, Tensor table, Tensor rows, KvCache cache, Tensor visibleEnd, double factor) {
    return attention(rope(q, table, rows, cache.heads()), cache, visibleEnd, factor);
  }

  // ---- reductions

  /** Softmax of each row of [.., V]. */
  Tensor softmax(Tensor x);

  /**
   * The sum of each row.
   *
   * @param x [.., V]
   * @return [..]
   */
  Tensor sumRows(Tensor x);

  /**
   * The mean of all entries.
   *
   * @return [1]
   */
  Tensor mean(Tensor x);

  /**
   * −log softmax(row)[target] of each row, in nats.
   *
   * @param logits [.., V]
   * @param targets I32 [..], each in 0..V-1
   * @return [..]
   */
  Tensor crossEntropy(Tensor logits, Tensor targets);

  // ---- decoding

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
  default Tensor gumbel(Tensor uniform) {
    throw new NotInVocabularyYetException("gumbel");
  }

  /**
   * One of two ids at each place: {@code key > limit ? above : otherwise}.
   *
   * @param key [..]
   * @param limit [1]
   * @param above I32 [..]
   * @param otherwise I32 [..]
   * @return I32 [..]
   */
  default Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    throw new NotInVocabularyYetException("select");
  }

  /**
   * MaskGIT's commit (VARIANTS.md 4.3): of each row's masked places, those of the lowest confidence
   * stay masked and the others take what was sampled. With {@code masked} places masked, {@code r =
   * max(1, min(masked - 1, remasked))} and the cut the r-th entry, from 0, of the confidences in
   * ascending order (known places count as +∞), a place stays masked whose confidence is strictly
   * below the cut; so ties at the cut re-mask fewer, and one masked place alone stays masked.
   *
   * @param ids I32 [I, N], {@code maskId} where masked
   * @param sampled I32 [I, N], read at masked places only
   * @param confidence [I, N], read at masked places only
   * @param remasked I32 [I], how many the schedule wants masked after
   * @return I32 [I, N]
   */
  default Tensor remask(
      Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    throw new NotInVocabularyYetException("remask");
  }

  // ---- images: [B, h, w, C], the channels of a pixel side by side

  /**
   * 2-D convolution (cross-correlation, as usual) with zero padding: {@code y[b, i, j, o] = bias[o]
   * + Σ_{u, v, c} x[b, i·stride + u − top, j·stride + v − left, c] · kernel[o, c, u, v]}.
   *
   * @param x [B, h, w, C]
   * @param kernel [O, C, kh, kw], as checkpoints have it; loaded for {@link Weight.Use#KERNEL}
   * @param bias [O]
   * @param stride 1 or more, along both axes
   * @return [B, (h + top + bottom − kh) / stride + 1, (w + left + right − kw) / stride + 1, O]
   */
  Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding);

  /**
   * Twice the height and width, every pixel four times, then a convolution that keeps them: {@code
   * conv2d(resize(x, 2h, 2w, NEAREST), kernel, bias, 1, Padding.all(1))} (VARIANTS.md 2, Upsample).
   *
   * @param x [B, h, w, C]
   * @param kernel [O, C, 3, 3], loaded for {@link Weight.Use#KERNEL}
   * @param bias [O]
   * @return [B, 2h, 2w, O]
   */
  default Tensor upsampleConv2d(Tensor x, Weight kernel, Weight bias) {
    Shape y = ImageShapes.upsampleConv2d(x, kernel, bias);
    Tensor doubled = resize(x, y.dim(1), y.dim(2), Resampling.NEAREST);
    return conv2d(doubled, kernel, bias, 1, Padding.all(1));
  }

  /**
   * Another height and width. NEAREST takes the pixel {@code (⌊i·h / height⌋, ⌊j·w / width⌋)}. AREA
   * is the mean over rows {@code ⌊i·h / height⌋ .. ⌈(i+1)·h / height⌉ - 1} and columns likewise.
   * BICUBIC is the separable cubic convolution with a = −0.75 (Keys, 1981) around {@code (i + ½)·h
   * / height − ½}, whose four rows are clamped to the edge; there is no antialiasing (VARIANTS.md
   * 4.5).
   *
   * @param x [B, h, w, C]
   * @return [B, height, width, C]
   */
  Tensor resize(Tensor x, int height, int width, Resampling resampling);

  /**
   * Zeros around an image.
   *
   * @param top rows above, 0 or more, and so on
   */
  record Padding(int top, int bottom, int left, int right) {
    /** None. */
    public static final Padding NONE = all(0);

    public Padding {
      if (top < 0 || bottom < 0 || left < 0 || right < 0) {
        throw new IllegalArgumentException(
            "padding %d, %d, %d, %d: expected 0 or more".formatted(top, bottom, left, right));
      }
    }

    /** The same on every side. */
    public static Padding all(int width) {
      return new Padding(width, width, width, width);
    }
  }

  /** How {@link #resize} finds values between the cells. */
  enum Resampling {
    NEAREST,
    AREA,
    BICUBIC
  }
}
