package dev.arpg4j.cli;

/** The entry point of the command line. */
public final class Main {
  private Main() {}

  /** Prints the usage line and exits with code 2, since no command is known yet. */
  public static void main(String[] args) {
    System.err.println("usage: arpg COMMAND [OPTIONS]");
    System.exit(2);
  }
}
