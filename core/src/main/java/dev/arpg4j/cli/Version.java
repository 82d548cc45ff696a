package dev.arpg4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version this program was built as. */
final class Version implements IVersionProvider {
  private static final String FILE = "/dev/arpg4j/version.properties";

  /** For instance {@code 0.1.0-SNAPSHOT}. */
  static String current() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Objects.requireNonNull(Version.class.getResourceAsStream(FILE), FILE)) {
      properties.load(in);
    }
    return Objects.requireNonNull(properties.getProperty("version"), FILE);
  }

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "arpg4j " + current(), "on " + Machine.jdk(), "on " + Machine.operatingSystem()
    };
  }
}
