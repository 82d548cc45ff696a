package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is wrong with a file into one printable line. Names inside a file are whatever its
 * maker chose, so they are escaped and cut before they reach a terminal.
 */
final class Refusal {
  private static final int LONGEST_NAME = 120;

  private Refusal() {}

  /** "PATH: what was found, what was expected". */
  static InvalidInputException of(Path path, String what) {
    return new InvalidInputException(printable(path.toString(), Integer.MAX_VALUE) + ": " + what);
  }

  /** "PATH: what: why the system said no". */
  static InvalidInputException of(Path path, String what, IOException cause) {
    String line =
        printable(path.toString(), Integer.MAX_VALUE) + ": " + what + ": " + reason(cause);
    return new InvalidInputException(line, cause);
  }

  /** A name from inside a file, fit to be printed. */
  static String name(String name) {
    return name.isEmpty() ? "\"\"" : printable(name, LONGEST_NAME);
  }

  private static String reason(IOException cause) {
    String text =
        switch (cause) {
          case NoSuchFileException absent -> "no such file or folder";
          case AccessDeniedException denied -> "permission denied";
          case FileSystemException system when system.getReason() != null -> system.getReason();
          default -> cause.getMessage();
        };
    return orElse(text, cause.getClass().getSimpleName());
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : printable(text, LONGEST_NAME);
  }

  private static String printable(String text, int longest) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length() && i < longest; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || isLine(c)) {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    return text.length() > longest ? line.append("...").toString() : line.toString();
  }

  private static boolean isLine(char c) {
    return Character.getType(c) == Character.LINE_SEPARATOR || Character.isSurrogate(c);
  }
}
