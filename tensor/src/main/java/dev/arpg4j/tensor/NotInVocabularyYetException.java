package dev.arpg4j.tensor;

/**
 * Said by an op whose signature is settled and whose code arrives with the first model using it.
 */
public final class NotInVocabularyYetException extends UnsupportedOperationException {
  private static final long serialVersionUID = 1L;

  public NotInVocabularyYetException(String op) {
    super(op + ": the signature is settled, the code is not here yet");
  }
}
