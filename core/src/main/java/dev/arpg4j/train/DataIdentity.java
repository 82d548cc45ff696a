package dev.arpg4j.train;

import dev.arpg4j.data.CodeSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What tells one set of images from another: sizes, and a digest of the codes and labels of {@value
 * #LOOKED_AT} images spread over the set, which is as good as all of them and takes no time where
 * images are drawn when they are asked for.
 */
public record DataIdentity(int images, String grid, int vocabulary, String classes, String digest) {
  private static final int LOOKED_AT = 256;

  /** What tells these images from others. */
  public static DataIdentity of(CodeSet data) {
    return new DataIdentity(
        data.size(),
        data.grid().toString(),
        data.vocabulary(),
        String.join(",", data.classNames()),
        digest(data));
  }

  /** Its values by name, as the header of a checkpoint has them. */
  public Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("images", Integer.toString(images));
    entries.put("grid", grid);
    entries.put("vocabulary", Integer.toString(vocabulary));
    entries.put("classes", classes);
    entries.put("digest", digest);
    return entries;
  }

  private static String digest(CodeSet data) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    int looks = Math.min(LOOKED_AT, data.size());
    for (int look = 0; look < looks; look++) {
      int index = (int) ((long) look * data.size() / looks);
      int[] codes = data.codes(index);
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (1 + codes.length));
      bytes.putInt(data.label(index));
      bytes.asIntBuffer().put(codes);
      digest.update(bytes.array());
    }
    digest.update(String.join(",", data.classNames()).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }
}
