package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;

/** One learned tensor: its published name, its shape, and how the model reads it. */
public record Parameter(String name, Shape shape, Weight.Use use) {}
