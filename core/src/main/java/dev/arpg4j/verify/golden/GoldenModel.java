package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.variant.Architecture;

/** A golden model on a backend, and how far from its numbers the backend may be. */
record GoldenModel(
    TensorFile file, Architecture architecture, Network network, GoldenBounds bounds) {}
