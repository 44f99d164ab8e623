// The drawing of one step between three lanes, as plain shapes: for the page and for the saved picture. Pure.
import type { Lane, Step } from './ladder-row.js';

export interface Shape {
  tag: 'line' | 'path' | 'circle';
  attributes: Readonly<Record<string, string | number>>;
}

/** Where the lanes are, in units of the drawing. */
export type LanePlaces = Readonly<Record<Lane, number>>;

const headLength = 8;
const headWidth = 8;
/** Between the two lines of what is sent again. */
const doubled = 4;
const crossSize = 4;
const noteSize = 8;

/**
 * Shapes tell as much as colours do: a relayed step has a dot where the server is, a thin one is dashed and has an open
 * head; sent again: a second line; resumed: it begins with a ring; refused: it ends in a cross.
 */
export function arrowShapes(step: Step, lanes: LanePlaces, y: number): Shape[] {
  const { from, to, isThin = false, mark } = step;
  const start = lanes[from];
  const end = lanes[to];
  if (from === to) return noteShapes(step, start, y);
  const way = Math.sign(end - start);
  const isRelayed = from !== 'server' && to !== 'server';
  const isOpen = isThin || mark === 'refused';
  const lineEnd = isOpen ? end : end - way * headLength;
  return [
    line(start, lineEnd, y, isThin),
    ...(mark === 'again' ? [line(start, end - way * (headLength + 2), y + doubled, isThin)] : []),
    ...(isRelayed ? [circle(lanes.server, y, isThin ? 2 : 3, true)] : []),
    ...(mark === 'resumed' ? [circle(start + way * 6, y, 4, false)] : []),
    mark === 'refused' ? cross(end - way * crossSize, y) : head(end, way, y, isOpen),
  ];
}

function noteShapes({ mark }: Step, x: number, y: number): Shape[] {
  if (mark === 'broken') return [cross(x, y)];
  const half = noteSize / 2;
  const corner = `M ${x - half} ${y - half} h ${noteSize} v ${noteSize} h ${-noteSize} Z`;
  return [path(corner, true)];
}

function line(x1: number, x2: number, y: number, isThin: boolean): Shape {
  const width = isThin ? { 'stroke-width': 1, 'stroke-dasharray': '4 3' } : { 'stroke-width': 2 };
  return { tag: 'line', attributes: { x1, y1: y, x2, y2: y, ...ink, ...width } };
}

function head(x: number, way: number, y: number, isOpen: boolean): Shape {
  const back = x - way * headLength;
  const half = headWidth / 2;
  const corners = `M ${back} ${y - half} L ${x} ${y} L ${back} ${y + half}`;
  return path(isOpen ? corners : `${corners} Z`, !isOpen);
}

function cross(x: number, y: number): Shape {
  const [left, right, top, bottom] = [x - crossSize, x + crossSize, y - crossSize, y + crossSize];
  const strokes = `M ${left} ${top} L ${right} ${bottom} M ${left} ${bottom} L ${right} ${top}`;
  return { tag: 'path', attributes: { d: strokes, ...ink, 'stroke-width': 2 } };
}

function circle(cx: number, cy: number, r: number, isFilled: boolean): Shape {
  return { tag: 'circle', attributes: { cx, cy, r, ...(isFilled ? filled : ink), 'stroke-width': 1.5 } };
}

function path(d: string, isFilled: boolean): Shape {
  return { tag: 'path', attributes: { d, ...(isFilled ? filled : ink), 'stroke-width': 1.5 } };
}

const ink = { stroke: 'currentColor', fill: 'none' };
const filled = { stroke: 'none', fill: 'currentColor' };
