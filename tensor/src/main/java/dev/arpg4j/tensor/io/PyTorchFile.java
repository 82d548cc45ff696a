package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.Pickled.Made;
import dev.arpg4j.tensor.io.Pickled.Mapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code torch.save} writes since PyTorch 1.6: a zip archive of one pickle, {@code
 * ROOT/data.pkl}, and the elements of each storage under {@code ROOT/data/KEY} (VARIANTS.md 1.2).
 */
final class PyTorchFile {
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** A pickle of the number 0x1950a86a20f9469cfc6c, with which files began before PyTorch 1.6. */
  private static final byte[] LEGACY = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    0x2e
  };

  private static final String PICKLE = "/data.pkl";
  private static final long LARGEST_PICKLE = 1 << 26;
  private static final List<String> CONTAINERS = List.of("model", "module", "state_dict");

  /** A moving average of the weights, which the released sampler never reads. */
  private static final String AVERAGE = "ema";

  private final MappedFile file;
  private final StoredZip zip;
  private final String root;

  private PyTorchFile(MappedFile file, StoredZip zip, String root) {
    this.file = file;
    this.zip = zip;
    this.root = root;
  }

  /** Whether a file that starts so is a matter for this class. */
  static boolean claims(byte[] start) {
    // The first eight bytes of a safetensors file may be any number; its ninth is a brace.
    boolean safetensors = start.length > 8 && start[8] == '{';
    return !safetensors && (startsWith(start, ZIP) || startsWith(start, LEGACY));
  }

  /** Reads the pickle and lists the weights in it; no storage is touched yet. */
  static TensorFile read(MappedFile file, FileChannel channel) throws IOException {
    if (!startsWith(file.read(channel, 0, ZIP.length).array(), ZIP)) {
      throw Refusal.of(
          file.path(),
          "is a PyTorch file of the form before 1.6; expected the zip form, which"
              + " torch.save(torch.load(OLD, weights_only=True), NEW) makes");
    }
    StoredZip zip = StoredZip.open(file, channel);
    PyTorchFile checkpoint = new PyTorchFile(file, zip, root(file, zip));
    checkpoint.checkByteOrder(channel);
    return new TensorFile(
        file.path(), Map.of(), checkpoint.tensors(checkpoint.weights(checkpoint.pickle())));
  }

  private static String root(MappedFile file, StoredZip zip) {
    List<String> pickles = zip.names().stream().filter(name -> name.endsWith(PICKLE)).toList();
    if (pickles.size() != 1) {
      throw Refusal.of(
          file.path(),
          "is a zip archive with " + pickles.size() + " entries data.pkl; a PyTorch file has one");
    }
    String root = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
    if (zip.names().contains(root + "/constants.pkl")) {
      throw Refusal.of(file.path(), "is a TorchScript program; expected the state dict of a model");
    }
    return root;
  }

  private void checkByteOrder(FileChannel channel) throws IOException {
    StoredZip.@Nullable Region region = zip.find(root + "/byteorder");
    // Files from before PyTorch 2.1 do not say; they are little endian on every common machine.
    if (region != null) {
      int length = (int) Math.min(16, region.length());
      byte[] bytes = file.read(channel, region.position(), length).array();
      String order = new String(bytes, StandardCharsets.US_ASCII).strip();
      if (!order.equals("little")) {
        throw refused("has the byte order " + Refusal.name(order) + "; expected little");
      }
    }
  }

  private Pickled pickle() throws IOException {
    StoredZip.@Nullable Region region = zip.find(root + PICKLE);
    if (region == null || region.length() > LARGEST_PICKLE) {
      throw refused("has a data.pkl of more than " + LARGEST_PICKLE + " bytes");
    }
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer bytes = file.map(region.position(), region.length(), arena).asByteBuffer();
      return PickleReader.read(file.path(), bytes);
    }
  }

  /** The tensors where a checkpoint keeps its weights, under the names it gives them. */
  private Map<String, Pickled.Tensor> weights(Pickled checkpoint) {
    if (!(checkpoint instanceof Mapping top)) {
      throw notAWeight("the checkpoint", checkpoint);
    }
    List<String> containers =
        CONTAINERS.stream().filter(key -> holdsWeights(top.entries().get(key))).toList();
    if (containers.size() > 1) {
      throw refused("has weights under " + containers + "; expected one of these");
    }
    if (containers.size() == 1 && top.entries().get(containers.getFirst()) instanceof Mapping in) {
      return namedTensors(in, true);
    }
    return namedTensors(top, false);
  }

  /** Options too may stand under such a key, but as plain values. */
  private static boolean holdsWeights(@Nullable Pickled value) {
    return value instanceof Mapping dict
        && dict.entries().values().stream()
            .anyMatch(entry -> entry instanceof Pickled.Tensor || entry instanceof Made);
  }

  /**
   * The tensors of a dict. Inside a container everything must be one. At the top, plain values
   * (epoch numbers, options) may stand among them, but never what a callable was to make.
   */
  private Map<String, Pickled.Tensor> namedTensors(Mapping dict, boolean container) {
    Map<String, Pickled.Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> originals = new LinkedHashMap<>();
    dict.entries()
        .forEach(
            (original, value) -> {
              if (value instanceof Pickled.Tensor tensor) {
                String name = Wrappers.strip(original);
                String other = originals.put(name, original);
                if (other != null) {
                  throw refused(
                      "has two weights "
                          + Refusal.name(name)
                          + ": "
                          + Refusal.name(other)
                          + " and "
                          + Refusal.name(original));
                }
                tensors.put(name, tensor);
              } else if (container || value instanceof Made) {
                throw notAWeight("weight " + Refusal.name(Wrappers.strip(original)), value);
              }
            });
    if (tensors.isEmpty()) {
      String only =
          holdsWeights(dict.entries().get(AVERAGE))
              ? ", only under ema, their moving average: torch.save(torch.load(OLD)[\"ema\"], NEW)"
                  + " makes a file of these"
              : "";
      throw refused("has no tensors at the top or under " + String.join(", ", CONTAINERS) + only);
    }
    return tensors;
  }

  private InvalidInputException notAWeight(String what, Pickled found) {
    return found instanceof Made made
        ? refused(
            what
                + " is made by "
                + Refusal.name(made.by().toString())
                + ", which is not allowed; only torch tensors are read")
        : refused(what + " is " + Refusal.name(found.kind()) + "; expected torch tensors");
  }

  private Map<String, StoredTensor> tensors(Map<String, Pickled.Tensor> weights)
      throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Pickled.Tensor> weight : weights.entrySet()) {
      tensors.put(
          weight.getKey(),
          new PyTorchView(file, weight.getKey(), weight.getValue())
              .in(storage(weight.getKey(), weight.getValue().storage())));
    }
    return tensors;
  }

  private StoredZip.Region storage(String name, Pickled.Storage storage) throws IOException {
    StoredZip.@Nullable Region region = zip.find(root + "/data/" + storage.key());
    if (region == null) {
      throw refused(
          "tensor "
              + Refusal.name(name)
              + " lies in data/"
              + Refusal.name(storage.key())
              + ", which the archive has not");
    }
    return region;
  }

  private InvalidInputException refused(String what) {
    return Refusal.of(file.path(), what);
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    int count = prefix.length;
    return bytes.length >= count && Arrays.equals(bytes, 0, count, prefix, 0, count);
  }
}
