// The three lanes of the page's ladder: their names, and the drawing of one row.
import { arrowShapes, type LanePlaces } from './arrow-shapes.js';
import { element, svgElement } from '../element.js';
import type { Row } from './ladder-row.js';

const width = 240;
const height = 32;
const places: LanePlaces = { you: 24, server: 120, other: 216 };

/** Far enough above and below a row, whose box cuts it off: so the lanes of all rows join. */
const laneOverhang = 200;

const laneNames = { you: 'You', server: 'Server', other: 'Other' } as const;

/** For eyes only: each row says in words between whom it is. */
export function drawHead(): HTMLElement {
  const labels = Object.entries(laneNames).map(([lane, name]) =>
    svgElement('text', { x: places[lane as keyof LanePlaces], y: 20, 'text-anchor': 'middle' }, name),
  );
  const head = element('div', { class: 'ladder-head' }, drawing(24, ...labels));
  head.ariaHidden = 'true';
  return head;
}

export function drawRow(row: Row): SVGElement {
  const lanes = Object.values(places).map((x) =>
    svgElement('line', {
      class: 'ladder-lane',
      x1: x,
      x2: x,
      y1: -laneOverhang,
      y2: height + laneOverhang,
    }),
  );
  const shapes = arrowShapes(row, places, height / 2).map(({ tag, attributes }) =>
    svgElement(tag, attributes),
  );
  return drawing(height, ...lanes, ...shapes);
}

function drawing(drawnHeight: number, ...children: Node[]): SVGElement {
  const box = { viewBox: `0 0 ${width} ${drawnHeight}`, width, height: drawnHeight };
  return svgElement('svg', { class: 'ladder-drawing', 'aria-hidden': 'true', ...box }, ...children);
}
