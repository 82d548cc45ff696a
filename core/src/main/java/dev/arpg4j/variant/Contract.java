package dev.arpg4j.variant;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A column of the table of VARIANTS.md 7: what is true of a variant and what is not. Each claim has
 * a test: what holds is checked, what does not is exhibited, so that nobody mends it silently.
 */
public final class Contract {
  /** What a variant says of a property. */
  public enum Claim {
    /** Exact. */
    HOLDS("E"),
    /** Exact for the first target of each step only. */
    FIRST("E1"),
    /** Exact inside a group, and not across groups. */
    GROUP("G"),
    /** False: a violation can be shown. */
    VIOLATED("x"),
    /** Not defined for this variant. */
    UNDEFINED("n/a");

    private final String mark;

    Claim(String mark) {
      this.mark = mark;
    }

    /** As the table has it. */
    public String mark() {
      return mark;
    }
  }

  /** A claim and, where it needs one, its reason. */
  public record Entry(Claim claim, String reason) {}

  private final Map<String, Entry> entries;

  private Contract(Map<String, Entry> entries) {
    this.entries = Collections.unmodifiableMap(entries);
  }

  /** An empty contract. */
  public static Contract none() {
    return new Contract(Map.of());
  }

  /** This contract, and these properties hold. */
  public Contract holds(String... properties) {
    return with(Claim.HOLDS, "", properties);
  }

  /** This contract, and this property has that claim for a reason. */
  public Contract says(String property, Claim claim, String reason) {
    return with(claim, reason, property);
  }

  /** This contract, and these properties can be shown to be violated. */
  public Contract violates(String reason, String... properties) {
    return with(Claim.VIOLATED, reason, properties);
  }

  /** This contract, and these properties are not defined. */
  public Contract lacks(String reason, String... properties) {
    return with(Claim.UNDEFINED, reason, properties);
  }

  private Contract with(Claim claim, String reason, String... properties) {
    Map<String, Entry> more = new LinkedHashMap<>(entries);
    for (String property : properties) {
      if (more.put(property, new Entry(claim, reason)) != null) {
        throw new IllegalArgumentException(property + " is claimed twice");
      }
    }
    return new Contract(more);
  }

  /** What it says, property by property. */
  public Map<String, Entry> entries() {
    return entries;
  }
}
