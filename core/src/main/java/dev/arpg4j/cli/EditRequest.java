package dev.arpg4j.cli;

import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.edit.KnownPicture;
import dev.arpg4j.edit.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An edit, checked.
 *
 * @param image the file that is edited
 * @param model on the grid that it decodes
 * @param seeds how often all images are made, from the settings' seed on
 * @param picture its known cells, on the grid of the result
 * @param windows what is decoded, one after another
 * @param asked what the command was asked for beside all else
 */
record EditRequest(
    Path image,
    LocalModel model,
    LocalTokenizer tokenizer,
    BackendOptions.Chosen backend,
    ImageOptions.Chosen images,
    int seeds,
    Choice<GenerationOrder> knownOrder,
    DecodeOptions.Chosen decode,
    KnownPicture picture,
    List<Window> windows,
    EditOutputOptions.Chosen outputs,
    Map<String, Object> asked) {

  /** Class labels of the images of a seed. */
  int[] labels() {
    return images.labels(0, images.count());
  }

  /** What an image is called: its class, and its seed where there are several. */
  String label(int index) {
    int label = labels()[index % images.count()];
    String seed = seeds == 1 ? "" : " #" + seed(index);
    return model.className(label) + seed;
  }

  /** The seed of an image. */
  long seed(int index) {
    return decode.settings().seed() + index / images.count();
  }

  /** The files of all images. */
  List<Path> files() {
    return IntStream.range(0, seeds * images.count())
        .mapToObj(i -> outputs.picture(seed(i), place(i)))
        .toList();
  }

  /** The place of an image in the request of its seed. */
  int place(int index) {
    return images.firstImage() + index % images.count();
  }
}
