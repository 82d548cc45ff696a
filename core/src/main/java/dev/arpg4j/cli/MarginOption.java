package dev.arpg4j.cli;

import dev.arpg4j.edit.HiddenPixels;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;

/**
 * How wide the border of a picture is, in pixels on each side.
 *
 * @param left and so on, 0 or more
 */
record MarginOption(int left, int top, int right, int bottom) {
  static final String FLAG = "--margin";
  static final String LABEL = "M|L,T,R,B";

  /** Reads one number for all sides, or four: left, top, right, bottom. */
  static MarginOption parse(String text) {
    boolean same = text.indexOf(',') < 0;
    var numbers = Flag.numbers(FLAG, text, "M, or left,top,right,bottom", same ? 1 : 4);
    return new MarginOption(
        numbers.get(0),
        numbers.get(same ? 0 : 1),
        numbers.get(same ? 0 : 2),
        numbers.get(same ? 0 : 3));
  }

  /** What it hides of a picture. */
  HiddenPixels hidden(PictureFile.Size size) {
    return HiddenPixels.margin(size, left, top, right, bottom);
  }

  /** A picture with as much more on each side. */
  PictureFile.Size around(PictureFile.Size size) {
    try {
      return new PictureFile.Size(
          Math.addExact(size.width(), Math.addExact(left, right)),
          Math.addExact(size.height(), Math.addExact(top, bottom)));
    } catch (ArithmeticException e) {
      throw new InvalidInputException(FLAG + ": is too wide", e);
    }
  }
}
