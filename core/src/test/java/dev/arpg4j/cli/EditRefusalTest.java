package dev.arpg4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with an edit: one line, exit code 2, nothing written. */
class EditRefusalTest {
  @TempDir Path folder;

  @BeforeEach
  void draw() throws IOException {
    EditFiles.write(folder.resolve("in.png"), EditFiles.figure());
    EditFiles.write(folder.resolve("0-000001.png"), EditFiles.figure());
    EditFiles.write(folder.resolve("small.png"), EditFiles.plain(20, 20, 0));
    EditFiles.write(folder.resolve("wide.png"), EditFiles.plain(66, 64, 0));
    EditFiles.write(folder.resolve("black.png"), EditFiles.plain(64, 64, 0));
    Files.writeString(folder.resolve("text.png"), "no picture");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inpaint in.png | nothing is hidden: expected one of --mask, --rect and --margin",
        "inpaint in.png --rect 0,0,4,4 --margin 4 | 2 flags hide: expected one of --mask",
        "inpaint text.png --rect 0,0,4,4 | text.png: is no picture; expected PNG or JPEG",
        "inpaint none.png --rect 0,0,4,4 | none.png: no such file; expected a picture",
        "inpaint in.png --mask text.png | text.png: is no picture; expected PNG or JPEG",
        "inpaint in.png --mask small.png | small.png: 20x20 pixels, expected the 64x64 of ",
        "inpaint in.png --mask black.png | in.png: nothing is hidden; expected one pixel or more",
        "inpaint in.png --rect 60,0,5,4 | --rect: rectangle 60,0,5,4: expected 1 pixel or more",
        "inpaint in.png --rect 0,0,4 | --rect 0,0,4: expected x,y,width,height, whole numbers",
        "inpaint in.png --rect -1,0,4,4 | --rect -1,0,4,4: expected x,y,width,height, whole",
        "inpaint in.png --margin 1,2 | --margin 1,2: expected M, or left,top,right,bottom",
        "inpaint wide.png --rect 0,0,4,4 | wide.png: 66x64 pixels, expected 64x64; --fit crop",
        "inpaint small.png --rect 0,0,4,4 --fit crop | cannot be cropped to 64x64: expected a larger",
        "inpaint wide.png --rect 0,0,4,4 --fit tile | --fit 'tile': expected crop or resize",
        "inpaint in.png --rect 0,0,8,8 --steps 5 | --steps 5: expected 1 .. 4, the cells to make",
        "inpaint in.png --rect 0,0,8,8 --steps 0 | --steps 0: expected 1 .. 4, the cells to make",
        "inpaint in.png --rect 0,0,8,8 --cfg 3 | --cfg, --cfg-schedule: without a class there is",
        "inpaint in.png --rect 0,0,8,8 --cfg-schedule linear | without a class there is nothing",
        "inpaint in.png --rect 0,0,8,8 --class cat | --class 'cat': expected disk, square",
        "inpaint in.png --rect 0,0,8,8 --seeds 0 | --seeds 0: expected 1 or more",
        "inpaint in.png --rect 0,0,8,8 --count 99999 --seeds 99999 --out a | the picture of all",
        "inpaint in.png --rect 0,0,8,8 --known-order x | --known-order 'x': expected raster or",
        "inpaint in.png --rect 0,0,8,8 --count 2 --out a.png | 2 pictures are asked for; expected",
        "inpaint in.png --rect 0,0,8,8 --out a.jpg | expected a name that ends in .png, or a folder",
        "inpaint in.png --rect 0,0,8,8 --sheet a.jpg | expected a name that ends in .png",
        "inpaint in.png --rect 0,0,8,8 --gif a.png | expected a name that ends in .gif",
        "inpaint in.png --rect 0,0,8,8 --out in.png | this file is read; expected another",
        "inpaint 0-000001.png --rect 0,0,8,8 --count 2 --out . | this file is read; expected",
        "inpaint in.png --rect 0,0,8,8 --out a.png --sheet a.png | a.png: two results would be",
        "inpaint in.png --rect 0,0,8,8 --count 2 --out . --sheet 0-000000.png | two results would",
        "restyle in.png --rect 0,0,8,8 | --class: expected the class to make",
        "outpaint in.png | 64x64 pixels, as large as the model's 64x64; expected --margin",
        "outpaint wide.png | 66x64 pixels, which do not lie inside the model's 64x64; expected",
        "outpaint small.png --fit resize | 20x20 pixels, brought by --fit to the model's 64x64",
        "outpaint wide.png --margin 4 | wide.png: 66x64 pixels, expected 64x64; --fit crop",
        "outpaint in.png --margin 4 --at 0,0 | --at 0,0: the picture is not smaller than",
        "outpaint small.png --at 50,0 | --at: picture of 20x20 pixels at 50,0: reaches out",
        "expand in.png | no size is given: expected one of --to and --margin",
        "expand in.png --to 96x64 --margin 4 | two sizes are given: expected one of --to",
        "expand in.png --to 64x64 | in.png: nothing is hidden; expected one pixel or more",
        "expand in.png --to 32x64 | reaches out of 32x64",
        "expand in.png --to 96 | --to 96: expected WIDTHxHEIGHT in pixels, as 256x384",
        "expand in.png --to 97x64 | --to 97x64: 97x64 pixels, expected multiples of the 4",
        "expand in.png --to 999996x999996 | --to 999996x999996: the picture of all 1 images would",
        "expand in.png --margin 999999996 | --margin 999999996: the picture of all 1 images would",
        "expand in.png --margin 2 | --margin 2: 2x2 pixels, expected multiples of the 4",
        "expand wide.png --to 96x64 | wide.png: 66x64 pixels, expected 64x64; --fit crop",
        "expand small.png --to 96x48 --by windows | smaller than a window of 64x64; expected --by",
        "expand in.png --to 96x64 --by magic | --by 'magic': expected rope or windows",
        "expand in.png --to 99999x64 --fit crop | --to 99999x64: 99999x64 pixels, expected",
        "expand in.png --margin 4 --at 0,0 | --at 0,0: --margin says where the picture stands",
      })
  void saysWhatIsWrong(String command, String expected) throws IOException {
    List<String> words = new ArrayList<>(List.of("edit"));
    Stream.of(command.split(" "))
        .map(word -> word.contains(".") ? folder.resolve(word).toString() : word)
        .forEach(words::add);
    if (!command.contains("--out")) {
      words.addAll(List.of("--out", folder.resolve("out.png").toString()));
    }
    CommandLineRun.assertRefused(folder, expected, words.toArray());
  }

  @Test
  void namesTheEditsThereAre() throws IOException {
    CommandLineRun.assertRefused(
        folder, "no edit given; expected one of inpaint, outpaint, restyle, expand", "edit");
  }
}
