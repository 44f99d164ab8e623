// The ladder as a picture of its own: an SVG file that looks the same wherever it is opened. Pure; every text in it is
// data and stays text.
import { arrowShapes, type LanePlaces, type Shape } from './arrow-shapes.js';
import { lineOf, markOf, secondsOf, wayOf, type Lane, type Row } from './ladder-row.js';

export interface PictureParts {
  rows: readonly Row[];
  /** How many rows came before these and are no longer kept. */
  gone: number;
  /** As it is to be read, such as `2025-11-22 08:12:00 UTC`. */
  savedAt: string;
}

const width = 1400;
const margin = 24;
const rowHeight = 28;
const headHeight = 112;
const timeEnd = 88;
const lanes: LanePlaces = { you: 128, server: 288, other: 448 };
const textStart = 484;
const fontSize = 14;
/** In ems: what a Latin letter needs on average, also in a wide font; others need twice as much. */
const letterWidth = 0.58;
const unitsOfText = Math.floor((width - margin - textStart) / (fontSize * letterWidth));

/** Greek begins there; what follows may be wide. */
const beyondLatin = 0x370;

const paper = '#fffdf9';
const quiet = '#6b5d52';
const colours: Record<Lane, string> = { you: '#2e2620', server: '#c21616', other: '#1d43cc' };
const names: Record<Lane, string> = { you: 'You', server: 'Server', other: 'Other' };
const laneOrder: readonly Lane[] = ['you', 'server', 'other'];

export function ladderPicture({ rows, gone, savedAt }: PictureParts): string {
  const height = headHeight + rows.length * rowHeight + margin;
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const font = { 'font-family': "system-ui, -apple-system, 'Segoe UI', sans-serif", 'font-size': fontSize };
  const children = [
    element('title', {}, text(`The live ladder, ${savedAt}`)),
    element('rect', { width, height, fill: paper }),
    label('The live ladder', { x: margin, y: 36, 'font-size': 20, 'font-weight': 700, fill: colours.you }),
    label(subtitle(gone, savedAt), { x: margin, y: 60, fill: quiet }),
    ...laneOrder.map((lane) => drawLane(lane, height)),
    ...rows.map((row, index) => drawRow(row, headHeight + (index + 0.5) * rowHeight)),
  ];
  const svg = element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size, ...font }, children.join('\n'));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}

function subtitle(gone: number, savedAt: string): string {
  const left = gone === 1 ? '1 earlier step is' : `${gone} earlier steps are`;
  return `Saved ${savedAt}. Times are seconds since the first step.${gone > 0 ? ` ${left} not in this picture.` : ''}`;
}

function drawLane(lane: Lane, height: number): string {
  const x = lanes[lane];
  const top = headHeight - 8;
  return [
    label(names[lane], { x, y: top - 8, 'text-anchor': 'middle', 'font-weight': 700, fill: colours[lane] }),
    element('line', { x1: x, y1: top, x2: x, y2: height - margin / 2, stroke: '#94826f' }),
  ].join('');
}

function drawRow(row: Row, y: number): string {
  const isNote = row.from === row.to;
  const mark = markOf(row);
  const line = `${lineOf(row)}${mark && ` [${mark}]`}${row.count > 1 ? ` ×${row.count}` : ''}`;
  const baseline = y + fontSize / 3;
  return element(
    'g',
    { color: isNote ? quiet : colours[row.from] },
    [
      element('title', {}, text(`${secondsOf(row.atMs)} s, ${wayOf(row)}: ${line}`)),
      label(secondsOf(row.atMs), { x: timeEnd, y: baseline, 'text-anchor': 'end', fill: quiet }),
      ...arrowShapes(row, lanes, y).map(drawShape),
      label(fit(line), { x: textStart, y: baseline, fill: isNote ? quiet : colours.you }),
    ].join(''),
  );
}

function drawShape({ tag, attributes }: Shape): string {
  return element(tag, attributes);
}

function label(words: string, attributes: Attributes): string {
  return element('text', attributes, text(words));
}

/** What has room in a row; the whole is in the row's title. */
function fit(line: string): string {
  let units = 0;
  let shown = '';
  for (const character of line) {
    units += (character.codePointAt(0) ?? 0) < beyondLatin || /\p{P}/u.test(character) ? 1 : 2;
    if (units > unitsOfText) return `${shown.trimEnd()}…`;
    shown += character;
  }
  return shown;
}

type Attributes = Readonly<Record<string, string | number>>;

function element(tag: string, attributes: Attributes, inside?: string): string {
  const start = [
    tag,
    ...Object.entries(attributes).map(([name, value]) => `${name}="${text(String(value))}"`),
  ];
  return inside === undefined ? `<${start.join(' ')}/>` : `<${start.join(' ')}>${inside}</${tag}>`;
}

/** Characters that no XML file may have (XML 1.0, section 2.2). */
const notInXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function text(words: string): string {
  return words.replace(notInXml, '\uFFFD').replace(/[&<>"]/g, (sign) => escapes.get(sign) ?? '');
}
