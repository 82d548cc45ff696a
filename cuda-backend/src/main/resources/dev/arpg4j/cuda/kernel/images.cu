// Ops on images [B, h, w, C], the channels of a pixel side by side.
//
// A convolution is a matrix product of patches, one row for each pixel of the result, with the
// kernel as a matrix; what is here writes patches down and adds the bias. Group norm runs in three
// steps: moments of every channel over tiles of pixels, of every group over tiles and channels, and
// the normalized pixels.

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

// y[row, o] = sums[row, o] + bias[o]; sums are float32, and may be y where that is too.
KERNEL(addBias, 256,
       (const float* sums, const float* bias, element* y, int rows, int outputs, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const bool wide =
      outputs % VECTOR == 0 && isAligned(sums) && isAligned(bias) && isAligned(y);
  sums += (long long)row * outputs;
  y += (long long)row * outputs;
  for (int at = firstPlaceOfRow<int>(rowShift); at < outputs; at += stepInRow<int>(rowShift)) {
    float values[VECTOR];
    float added[VECTOR];
    loadFloats(sums, at, outputs, wide, values);
    loadFloats(bias, at, outputs, wide, added);
#pragma unroll
    for (int e = 0; e < VECTOR; e++) {
      values[e] += added[e];
    }
    store(y, at, outputs, wide, values);
  }
}

// y[b, i, j, :] = x[b, floor(i * height / outHeight), floor(j * width / outWidth), :]
KERNEL(nearest, 256,
       (const element* x, element* y, int rows, int height, int width, int channels, int outHeight,
        int outWidth, int rowShift)) {
  const int row = rowOfThread(rowShift);
  if (row >= rows) {
    return;
  }
  const int j = row % outWidth;
  const int i = row / outWidth % outHeight;
  const long long image = row / outWidth / outHeight;
  const int fromI = (int)((long long)i * height / outHeight);
  const int fromJ = (int)((long long)j * width / outWidth);
  const bool wide = channels % VECTOR == 0 && isAligned(x) && isAligned(y);
  const element* from = x + ((image * height + fromI) * width + fromJ) * channels;
  element* to = y + (long long)row * channels;
  for (int at = firstPlaceOfRow<int>(rowShift); at < channels; at += stepInRow<int>(rowShift)) {
    movePixel(from, to, at, channels, wide, true);
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
