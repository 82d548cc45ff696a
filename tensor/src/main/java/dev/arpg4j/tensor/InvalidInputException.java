package dev.arpg4j.tensor;

/**
 * Input from outside (a file, a flag, a configuration) that cannot be used. The message is one line
 * that names the file or flag, what was found and what was expected; the command line prints it and
 * exits with 2.
 */
public class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
