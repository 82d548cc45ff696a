package dev.arpg4j.jmh.kernels;

import java.util.Optional;

/**
 * A row: one version of an op at one shape.
 *
 * @param device on the device's clock
 * @param host what the calling thread spent, where that is the question
 */
record Measurement(
    String op,
    NamedShape shape,
    String version,
    Samples device,
    Optional<Samples> host,
    Work work,
    Proof.Outcome outcome) {}
