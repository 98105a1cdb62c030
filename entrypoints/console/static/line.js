// A small line of the last minutes, as inline SVG. Its meaning stands beside it in words.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 160;
const HEIGHT = 36;

/** `points` are [seconds ago, value], oldest first; the line spans `span` seconds. */
export function line(points, span, label) {
  const svg = svgElement("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "line",
    role: "img",
    "aria-label": label,
  });
  const top = Math.max(1, ...points.map(([, value]) => value));
  const place = ([ago, value]) => {
    const x = WIDTH * (1 - Math.min(ago, span) / span);
    const y = HEIGHT - 2 - (HEIGHT - 6) * (value / top);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  svg.append(svgElement("path", { d: `M0 ${HEIGHT - 1.5}H${WIDTH}`, class: "line-base" }));
  if (points.length) svg.append(svgElement("polyline", { points: steps(points).map(place).join(" ") }));
  return svg;
}

/** A value lasts until the next one. */
function steps(points) {
  const last = points.at(-1);
  const held = points.flatMap((point, at) => (at ? [[point[0], points[at - 1][1]], point] : [point]));
  return [...held, [0, last[1]]];
}

function svgElement(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
