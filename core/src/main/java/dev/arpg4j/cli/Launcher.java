package dev.arpg4j.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.Charset;

/**
 * Starts {@link Main} with the standard error that the script {@code ./arpg} put aside.
 *
 * <p>The JVM announces {@code jdk.incubator.vector} on standard error before any class of ours
 * runs, and no flag prevents it. So the script hands the real standard error over as another
 * descriptor, named by the system property {@value #DESCRIPTOR_PROPERTY}, and closes the usual one
 * for the JVM's start.
 */
public final class Launcher {
  static final String DESCRIPTOR_PROPERTY = "arpg4j.stderr";

  private Launcher() {}

  /** Runs the command line. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Integer descriptor = Integer.getInteger(DESCRIPTOR_PROPERTY);
    if (descriptor != null) {
      System.setErr(open(descriptor));
    }
    Main.main(args);
  }

  /**
   * Opens a descriptor that this process inherited.
   *
   * <p>Opening {@code /dev/fd/3} instead would give a file its own write position, so that {@code
   * >log 2>&1} overwrites itself, and fails for sockets and for another user's terminal.
   */
  private static PrintStream open(int descriptor) throws ReflectiveOperationException {
    Constructor<FileDescriptor> constructor =
        FileDescriptor.class.getDeclaredConstructor(int.class);
    constructor.setAccessible(true);
    FileOutputStream out = new FileOutputStream(constructor.newInstance(descriptor));
    Charset charset = Charset.forName(System.getProperty("stderr.encoding", "UTF-8"));
    return new PrintStream(new BufferedOutputStream(out), true, charset);
  }
}
