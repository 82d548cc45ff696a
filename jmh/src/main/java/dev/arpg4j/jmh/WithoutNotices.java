package dev.arpg4j.jmh;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Passes on all but the line in which each measuring JVM announces the vector module; no flag
 * prevents it. A line is held back only while it could still become that one.
 */
final class WithoutNotices extends FilterOutputStream {
  private static final byte[] NOTICE =
      "WARNING: Using incubator modules: jdk.incubator.vector".getBytes(StandardCharsets.UTF_8);

  /** How much of the notice the current line is so far; -1 if it is another line. */
  private int matched;

  /** A stream before {@code out}. */
  WithoutNotices(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    if (matched == NOTICE.length && (b == '\r' || b == '\n')) {
      matched = b == '\n' ? 0 : matched;
      return;
    }
    if (matched >= 0 && matched < NOTICE.length && b == NOTICE[matched]) {
      matched++;
      return;
    }
    release();
    out.write(b);
    matched = b == '\n' ? 0 : -1;
  }

  /** Held back bytes stay so: what they are is known at the line's end. */
  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** The stream behind stays open. */
  @Override
  public void close() throws IOException {
    release();
    out.flush();
  }

  private void release() throws IOException {
    if (matched > 0) {
      out.write(NOTICE, 0, matched);
    }
    matched = -1;
  }
}
