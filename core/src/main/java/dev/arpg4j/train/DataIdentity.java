package dev.arpg4j.train;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.data.DataSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What tells the data of one run from another's: sizes, and a digest of all classes, labels and
 * codes, of the images held out and of their orders too. Of a set that lies in a file for each
 * image, all labels are looked at and the codes of {@value #LOOKED_AT} images spread over it:
 * reading them all takes as long as an epoch, and times of files are others where a set was copied.
 *
 * @param images to train on
 * @param heldOut images
 * @param grid of every image
 * @param vocabulary V
 * @param classes the names
 * @param digest of all that
 */
public record DataIdentity(
    int images, int heldOut, String grid, int vocabulary, String classes, String digest) {
  private static final int LOOKED_AT = 256;

  /** What tells this data from other. */
  public static DataIdentity of(DataSet data) {
    CodeSet training = data.training();
    String classes = String.join(",", training.classNames());
    MessageDigest digest = sha256();
    add(digest, training);
    add(digest, data.validation());
    for (int[] order : data.validationOrders()) {
      add(digest, order);
    }
    digest.update(classes.getBytes(StandardCharsets.UTF_8));
    return new DataIdentity(
        training.size(),
        data.validation().size(),
        training.grid().toString(),
        training.vocabulary(),
        classes,
        HexFormat.of().formatHex(digest.digest(), 0, 8));
  }

  /** Its values by name, as the header of a checkpoint has them. */
  public Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("images", Integer.toString(images));
    entries.put("held_out", Integer.toString(heldOut));
    entries.put("grid", grid);
    entries.put("vocabulary", Integer.toString(vocabulary));
    entries.put("classes", classes);
    entries.put("digest", digest);
    return entries;
  }

  private static void add(MessageDigest digest, CodeSet data) {
    for (int index = 0; index < data.size(); index++) {
      add(digest, data.label(index));
    }
    int looks = data.filePerImage() ? Math.min(LOOKED_AT, data.size()) : data.size();
    for (int look = 0; look < looks; look++) {
      int index = (int) ((long) look * data.size() / looks);
      for (int view = 0; view < data.views(); view++) {
        add(digest, data.codes(index, view));
      }
    }
  }

  private static void add(MessageDigest digest, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
    bytes.asIntBuffer().put(values);
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
