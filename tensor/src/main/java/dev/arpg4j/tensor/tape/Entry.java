package dev.arpg4j.tensor.tape;

/** What a {@link Segment} is made of, in the order it was said. */
sealed interface Entry permits Said, Segment {}
