package dev.arpg4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.bench.Roofline.Ceiling;
import dev.arpg4j.bench.Roofline.Point;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class RooflineTest {
  private static final Ceiling READ = new Ceiling("read", 20e9);
  private static final Ceiling COMPUTE = new Ceiling("compute", 200e9);

  private static Document drawn(List<Point> points) throws Exception {
    String svg = Roofline.svg("a < b & \"c\"", READ, COMPUTE, points, "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static Point point(String series, String mark, double intensity, double rate) {
    return new Point(series, mark, intensity, rate, series + " 50 % of it", false);
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static List<Element> elements(Document drawn, String name) {
    List<Element> all = new ArrayList<>();
    for (int i = 0; i < drawn.getElementsByTagName(name).getLength(); i++) {
      all.add((Element) drawn.getElementsByTagName(name).item(i));
    }
    return all;
  }

  @Test
  void aPointOnACeilingLiesOnItsLine() throws Exception {
    Document drawn = drawn(List.of(point("slope", "", 2, 40e9), point("flat", "", 50, 200e9)));

    List<Element> lines =
        elements(drawn, "line").stream()
            .filter(line -> line.getAttribute("stroke").equals("#444444"))
            .toList();
    assertThat(lines).hasSize(2);
    Element slope = elements(drawn, "circle").get(0);
    Element flat = elements(drawn, "circle").get(1);
    Element up = lines.get(0);
    double along = (number(slope, "cx") - number(up, "x1")) / (number(up, "x2") - number(up, "x1"));
    assertThat(along).isBetween(0.0, 1.0);
    double expected = number(up, "y1") + along * (number(up, "y2") - number(up, "y1"));
    // coordinates are written to a tenth of a pixel
    assertThat(Math.abs(number(slope, "cy") - expected)).isLessThan(0.2);
    assertThat(number(flat, "cy")).isEqualTo(number(lines.get(1), "y1"));
    assertThat(number(flat, "cx")).isGreaterThan(number(lines.get(1), "x1"));
  }

  @Test
  void everythingLiesInsideThePicture() throws Exception {
    Document drawn = drawn(List.of(point("tiny", "", 1e-4, 3e3), point("huge", "", 4e5, 199e9)));
    for (Element circle : elements(drawn, "circle")) {
      assertThat(number(circle, "cx")).isBetween(0.0, number(drawn.getDocumentElement(), "width"));
      assertThat(number(circle, "cy")).isBetween(0.0, number(drawn.getDocumentElement(), "height"));
    }
  }

  @Test
  void marksHaveTheirOwnFormsAndAreExplained() throws Exception {
    Document drawn =
        drawn(
            List.of(
                point("a", "step 1", 1, 1e9),
                point("b", "step 1", 1, 2e9),
                point("a", "step 2", 5, 3e9),
                point("a", "step 3", 5, 4e9)));
    // two points, one mark and two series of the legend
    assertThat(elements(drawn, "circle")).hasSize(2 + 1 + 2);
    // the background, a point, a mark
    assertThat(elements(drawn, "rect")).hasSize(3);
    assertThat(elements(drawn, "path")).hasSize(2);
    assertThat(drawn.getDocumentElement().getTextContent())
        .contains("step 1", "step 2", "step 3", "read: 20 GB/s", "compute: 200 GFLOP/s");
  }

  @Test
  void numbersOfPointsInOnePlaceStandBesideEachOther() throws Exception {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      points.add(point("series " + i, "", 3, 50e9));
    }
    List<List<Double>> places =
        elements(drawn(points), "text").stream()
            .filter(text -> text.getTextContent().matches("[1-5]"))
            .filter(text -> text.getAttribute("text-anchor").equals("start"))
            .map(text -> List.of(number(text, "x"), number(text, "y")))
            .toList();
    assertThat(places).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void ofManyPointsNoneIsNumbered() throws Exception {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 61; i++) {
      points.add(point("the only", "", 1 + i, 50e9));
    }
    assertThat(elements(drawn(points), "text"))
        .noneMatch(t -> t.getTextContent().equals("1  the only"));
    assertThat(elements(drawn(points.subList(0, 60)), "text"))
        .anyMatch(text -> text.getTextContent().equals("1  the only"));
  }

  @Test
  void nothingMeasuredIsAPictureOfTheCeilings() throws Exception {
    assertThat(elements(drawn(List.of()), "circle")).isEmpty();
  }
}
