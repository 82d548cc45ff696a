package dev.arpg4j.ablate;

/**
 * What was published of a configuration, of ImageNet at 256x256 and of other sizes than are trained
 * here.
 *
 * @param name what it is called there
 * @param perSecond images a second; 0 if not said
 * @param gigabytes of memory; 0 if not said
 * @param fid Fréchet Inception distance
 */
public record Published(String name, int steps, double perSecond, double gigabytes, double fid) {}
