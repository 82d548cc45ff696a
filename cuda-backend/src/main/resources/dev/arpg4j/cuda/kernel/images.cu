// Ops on images [B, h, w, C], the channels of a pixel side by side.
//
// A convolution is a matrix product of patches, one row for each pixel of the result, with the
// kernel as a matrix; what is here writes patches down. Group norm runs in three steps: moments of
// every channel over tiles of pixels, of every group over tiles and channels, and the normalized
// pixels.

namespace {

// A vector of a pixel's channels, or zeros beside the image.
DEVICE void movePixel(const element* from, element* to, int at, int channels, bool wide, bool inside) {
  if (wide) {
    const uint4 zeros = {0, 0, 0, 0};
    *reinterpret_cast<uint4*>(to + at) =
        inside ? *reinterpret_cast<const uint4*>(from + at) : zeros;
    return;
  }
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    if (at + e < channels) {
      to[at + e] = inside ? from[at + e] : toElement(0.0f);
    }
  }
}

}  // namespace

// Rows first .. first+rows-1 of [B, outHeight, outWidth] x [kernelHeight, kernelWidth, C]: the
// pixels of x under the kernel where it gives that pixel of the result.
KERNEL(patches, 256,
       (const element* x, element* y, int first, int rows, int height, int width, int channels,
        int outHeight, int outWidth, int kernelHeight, int kernelWidth, int stride, int top,
        int left, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const int pixel = first + row;
  const int image = pixel / (outHeight * outWidth);
  const int within = pixel % (outHeight * outWidth);
  const int upper = within / outWidth * stride - top;
  const int leftmost = within % outWidth * stride - left;
  const bool wide = channels % VECTOR == 0 && isAligned(x) && isAligned(y);
  element* to = y + (long long)row * kernelHeight * kernelWidth * channels;
  for (int u = 0; u < kernelHeight; u++) {
    const int i = upper + u;
    const element* line = x + ((long long)image * height + i) * width * channels;
    for (int v = 0; v < kernelWidth; v++) {
      const int j = leftmost + v;
      const bool inside = i >= 0 && i < height && j >= 0 && j < width;
      const element* from = line + (long long)j * channels;
      for (int at = firstPlaceOfRow<int>(rowShift); at < channels; at += stepInRow<int>(rowShift)) {
        movePixel(from, to, at, channels, wide, inside);
      }
      to += channels;
    }
  }
}

// ---- another height and width

namespace {

// A pixel of the result.
struct Target {
  long long image;
  int i;
  int j;

  DEVICE Target(int row, int height, int width)
      : image(row / width / height), i(row / width % height), j(row % width) {}
};

DEVICE int floorOfScaled(int place, int from, int to) {
  return (int)((long long)place * from / to);
}

DEVICE int ceilingOfScaled(int place, int from, int to) {
  return (int)(((long long)place * from + to - 1) / to);
}

// The four places around (place + 1/2) * from / to - 1/2 and their weights by the distance d from
// it: cubic convolution with a = -3/4 (Keys, 1981). That of the outer two, a d^3 - 5a d^2 + 8a d -
// 4a, is a (d - 1) (2 - d)^2, where nothing cancels.
struct Taps {
  int first;
  float weight[4];

  DEVICE Taps(int place, int from, int to) {
    // in whole numbers, and one more, so that the quotient rounds down below zero too
    const long long halves = 2LL * to;
    const long long above = (2LL * place + 1) * from - to + halves;
    first = (int)(above / halves) - 2;
    const float past = (float)(above % halves) / (float)halves;
    const float left = (float)(halves - above % halves) / (float)halves;
    weight[0] = -0.75f * past * left * left;
    weight[1] = inner(past);
    weight[2] = inner(left);
    weight[3] = -0.75f * left * past * past;
  }

  DEVICE static float inner(float d) { return fmaf(d * d, fmaf(1.25f, d, -2.25f), 1.0f); }

  // The t-th place, at the edge beyond it.
  DEVICE int place(int t, int extent) const { return min(max(first + t, 0), extent - 1); }
};

}  // namespace

// y[b, i, j, :] = x[b, floor(i * height / outHeight), floor(j * width / outWidth), :]
KERNEL(nearest, 256,
       (const element* x, element* y, int rows, int height, int width, int channels, int outHeight,
        int outWidth, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const Target to(row, outHeight, outWidth);
  const int i = floorOfScaled(to.i, height, outHeight);
  const int j = floorOfScaled(to.j, width, outWidth);
  const bool wide = channels % VECTOR == 0 && isAligned(x) && isAligned(y);
  const element* from = x + ((to.image * height + i) * width + j) * channels;
  y += (long long)row * channels;
  for (int at = firstPlaceOfRow<int>(rowShift); at < channels; at += stepInRow<int>(rowShift)) {
    movePixel(from, y, at, channels, wide, true);
  }
}

// y[b, i, j, :] = the mean of the pixels that (i, j) lies over, be it in part.
KERNEL(area, 256,
       (const element* x, element* y, int rows, int height, int width, int channels, int outHeight,
        int outWidth, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const Target to(row, outHeight, outWidth);
  const int top = floorOfScaled(to.i, height, outHeight);
  const int left = floorOfScaled(to.j, width, outWidth);
  const int bottom = ceilingOfScaled(to.i + 1, height, outHeight);
  const int right = ceilingOfScaled(to.j + 1, width, outWidth);
  const float count = (float)((long long)(bottom - top) * (right - left));
  const bool wide = channels % VECTOR == 0 && isAligned(x) && isAligned(y);
  const element* image = x + to.image * height * width * channels;
  y += (long long)row * channels;
  for (int at = firstPlaceOfRow<int>(rowShift); at < channels; at += stepInRow<int>(rowShift)) {
    float sums[VECTOR] = {};
    for (int i = top; i < bottom; i++) {
      for (int j = left; j < right; j++) {
        float values[VECTOR];
        load(image + ((long long)i * width + j) * channels, at, channels, wide, values);
#pragma unroll
        for (int e = 0; e < VECTOR; e++) {
          sums[e] += values[e];
        }
      }
    }
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      sums[e] /= count;
    }
    store(y, at, channels, wide, sums);
  }
}

// y[b, i, j, :] = four rows of four pixels by their weights, each row first.
KERNEL(bicubic, 256,
       (const element* x, element* y, int rows, int height, int width, int channels, int outHeight,
        int outWidth, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const Target to(row, outHeight, outWidth);
  const Taps down(to.i, height, outHeight);
  const Taps across(to.j, width, outWidth);
  const bool wide = channels % VECTOR == 0 && isAligned(x) && isAligned(y);
  const element* image = x + to.image * height * width * channels;
  y += (long long)row * channels;
  for (int at = firstPlaceOfRow<int>(rowShift); at < channels; at += stepInRow<int>(rowShift)) {
    float sums[VECTOR] = {};
#pragma unroll
    for (int u = 0; u < 4; u++) {
      const element* line = image + (long long)down.place(u, height) * width * channels;
      float lineSums[VECTOR] = {};
#pragma unroll
      for (int v = 0; v < 4; v++) {
        float values[VECTOR];
        load(line + (long long)across.place(v, width) * channels, at, channels, wide, values);
#pragma unroll
        for (int e = 0; e < VECTOR; e++) {
          lineSums[e] = fmaf(across.weight[v], values[e], lineSums[e]);
        }
      }
#pragma unroll
      for (int e = 0; e < VECTOR; e++) {
        sums[e] = fmaf(down.weight[u], lineSums[e], sums[e]);
      }
    }
    store(y, at, channels, wide, sums);
  }
}

// ---- group norm
//
// A block has a tile of PIXELS_HELD pixels a thread: neighbouring threads have neighbouring vectors
// of a pixel's channels, `lanes` of them abreast, and the rest of the block the pixels beside it.
// The tiles of an image are along x, images along y, channels beyond `lanes` vectors along z.

namespace {

constexpr int PIXELS_HELD = 32 / VECTOR;
constexpr int TILE_THREADS = 256;

// Which entries of an image a thread has.
struct TilePlace {
  int channel;    // the first of its vector
  int abreast;    // pixels that the block has at a time
  int line;       // which of them is this thread's; `abreast` or more for none
  int first;      // the first pixel of the tile
  int count;      // pixels of the tile

  DEVICE TilePlace(int pixels, int lanes)
      : channel(((int)blockIdx.z * lanes + (int)threadIdx.x % lanes) * VECTOR),
        abreast(TILE_THREADS / lanes),
        line(threadIdx.x / lanes),
        first(blockIdx.x * abreast * PIXELS_HELD),
        count(min(abreast * PIXELS_HELD, pixels - first)) {}

  // The thread's h-th pixel of the tile.
  DEVICE int pixel(int h) const { return h * abreast + line; }

  DEVICE bool has(int h, int channels) const {
    return line < abreast && pixel(h) < count && channel < channels;
  }
};

// The sums of all threads that have the same channels, in order of their pixels; to each of them.
DEVICE void sumOfPixels(float (&sums)[VECTOR], float (*shared)[TILE_THREADS],
                        const TilePlace& place, int lanes) {
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    shared[e][threadIdx.x] = sums[e];
    sums[e] = 0.0f;
  }
  __syncthreads();
  for (int line = 0; line < place.abreast; line++) {
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      sums[e] += shared[e][line * lanes + threadIdx.x % lanes];
    }
  }
  __syncthreads();
}

}  // namespace

// moments [B, tiles, 2, C]: a channel's mean over the tile's pixels, and the sum of the squared
// distances from that mean. The pixels stay in registers, so that the second sum is one of what is
// left when the mean is gone.
KERNEL(channelMoments, 256,
       (const element* x, float* moments, int pixels, int channels, int lanes)) {
  __shared__ float shared[VECTOR][TILE_THREADS];
  const TilePlace place(pixels, lanes);
  const bool wide = channels % VECTOR == 0 && isAligned(x);
  x += ((long long)blockIdx.y * pixels + place.first) * channels;
  float held[PIXELS_HELD][VECTOR];
  float means[VECTOR] = {};
#pragma unroll
  for (int h = 0; h < PIXELS_HELD; h++) {
    const int width = place.has(h, channels) ? channels : 0;
    load(x + (long long)place.pixel(h) * channels, place.channel, width, wide, held[h]);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      means[e] += held[h][e];
    }
  }
  sumOfPixels(means, shared, place, lanes);
  float squares[VECTOR] = {};
#pragma unroll
  for (int e = 0; e < VECTOR; e++) {
    means[e] /= (float)place.count;
#pragma unroll
    for (int h = 0; h < PIXELS_HELD; h++) {
      const float apart = place.has(h, channels) ? held[h][e] - means[e] : 0.0f;
      squares[e] = fmaf(apart, apart, squares[e]);
    }
  }
  sumOfPixels(squares, shared, place, lanes);
  if (place.line == 0) {
    moments += ((long long)blockIdx.y * gridDim.x + blockIdx.x) * 2 * channels;
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      const int c = place.channel + e;
      if (c < channels) {
        moments[c] = means[e];
        moments[channels + c] = squares[e];
      }
    }
  }
}

// turns [B, 2, C]: the mean of the channel's group, and what its distance from that is multiplied
// by. A group's squared distances are those within each tile and channel, and those of the tiles'
// means from the group's (Chan, Golub and LeVeque, 1979): none of them negative.
KERNEL(groupMoments, 256,
       (const float* moments, const float* scale, float* turns, int pixels, int channels,
        int tilePixels, int tiles, float epsilon)) {
  __shared__ float partial[WARP];
  const int groupChannels = channels / gridDim.x;
  const int first = blockIdx.x * groupChannels;
  const int parts = tiles * groupChannels;
  const float count = (float)pixels * (float)groupChannels;
  moments += (long long)blockIdx.y * tiles * 2 * channels + first;
  float sum = 0.0f;
  for (int part = threadIdx.x; part < parts; part += blockDim.x) {
    const int tile = part / groupChannels;
    const float* means = moments + (long long)tile * 2 * channels;
    const float weight = (float)min(tilePixels, pixels - tile * tilePixels);
    sum = fmaf(means[part % groupChannels], weight, sum);
  }
  const float mean = blockSum(sum, partial) / count;
  float squares = 0.0f;
  for (int part = threadIdx.x; part < parts; part += blockDim.x) {
    const int tile = part / groupChannels;
    const float* means = moments + (long long)tile * 2 * channels;
    const float weight = (float)min(tilePixels, pixels - tile * tilePixels);
    const float apart = means[part % groupChannels] - mean;
    squares += fmaf(weight * apart, apart, means[channels + part % groupChannels]);
  }
  const float inverse = 1.0f / sqrtf(blockSum(squares, partial) / count + epsilon);
  turns += (long long)blockIdx.y * 2 * channels + first;
  for (int c = threadIdx.x; c < groupChannels; c += blockDim.x) {
    turns[c] = mean;
    turns[channels + c] = inverse * scale[first + c];
  }
}

// y = (x - mean) * factor + bias; y may be x.
KERNEL(groupNorm, 256,
       (const element* x, const float* turns, const float* bias, element* y, int pixels,
        int channels, int lanes)) {
  const TilePlace place(pixels, lanes);
  const bool wide = channels % VECTOR == 0 && isAligned(x) && isAligned(turns) && isAligned(bias) &&
                    isAligned(y);
  const long long origin = ((long long)blockIdx.y * pixels + place.first) * channels;
  turns += (long long)blockIdx.y * 2 * channels;
  float mean[VECTOR];
  float factor[VECTOR];
  float added[VECTOR];
  loadFloats(turns, place.channel, channels, wide, mean);
  loadFloats(turns + channels, place.channel, channels, wide, factor);
  loadFloats(bias, place.channel, channels, wide, added);
#pragma unroll
  for (int h = 0; h < PIXELS_HELD; h++) {
    if (place.has(h, channels)) {
      const long long at = origin + (long long)place.pixel(h) * channels;
      float values[VECTOR];
      load(x + at, place.channel, channels, wide, values);
#pragma unroll
      for (int e = 0; e < VECTOR; e++) {
        values[e] = fmaf(values[e] - mean[e], factor[e], added[e]);
      }
      store(y + at, place.channel, channels, wide, values);
    }
  }
}
