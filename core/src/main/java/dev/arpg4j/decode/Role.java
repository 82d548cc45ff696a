package dev.arpg4j.decode;

/** What a row of a layout stands for (VARIANTS.md 0). */
public enum Role {
  /** What the image is conditioned on: the class, or the null class. */
  CONDITION,
  /** A known token. */
  CONTENT,
  /** A target that is asked for: [MASK], or an instruction. */
  QUERY,
  /** A learned row of another kind. */
  SPECIAL
}
