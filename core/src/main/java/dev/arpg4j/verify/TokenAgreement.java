package dev.arpg4j.verify;

import java.util.List;
import java.util.Locale;

/**
 * How many images two backends decode to the same tokens, and the trace of those that differ.
 *
 * @param images how many were decoded
 * @param differing how many have a token that differs
 * @param differences the tokens of each differing image's first differing step that differ
 */
public record TokenAgreement(int images, int differing, List<TokenDifference> differences) {
  /** One image of so many may differ, if its difference is explained. */
  private static final int ONE_OF = 100;

  public TokenAgreement {
    differences = List.copyOf(differences);
  }

  /** Whether at least 99 of 100 images are equal and every difference is explained. */
  public boolean passed() {
    return differing <= allowed() && differences.stream().allMatch(TokenDifference::isExplained);
  }

  /** Images that may differ. */
  public int allowed() {
    return Math.ceilDiv(images, ONE_OF);
  }

  /** The result in one line. */
  public String line() {
    long explained = differences.stream().filter(TokenDifference::isExplained).count();
    return String.format(
        Locale.ROOT,
        "  %-5s %d of %d images equal in all tokens (%d may differ); %d first differing tokens, %d"
            + " explained",
        passed() ? "pass" : "FAIL",
        images - differing,
        images,
        allowed(),
        differences.size(),
        explained);
  }
}
