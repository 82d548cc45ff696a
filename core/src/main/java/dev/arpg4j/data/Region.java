package dev.arpg4j.data;

/** Which points of the plane a figure covers. */
@FunctionalInterface
interface Region {
  boolean covers(double x, double y);
}
