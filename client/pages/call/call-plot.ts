// The small plot of a call's last minute: round trip and bit rate, as lines and as numbers. The numbers are plain text, not
// announced each second. Leaves what they are to call-history.
import type { CallStats } from '../../index.js';
import {
  bitRateText,
  noHistory,
  pathOf,
  roundTripText,
  topOf,
  withStats,
  type History,
} from './call-history.js';
import { element, svgElement } from '../element.js';

const box = { width: 120, height: 32 };

export interface CallPlot {
  readonly root: HTMLElement;
  add(stats: CallStats): void;
  clear(): void;
}

export function createCallPlot(): CallPlot {
  const roundTrip = createLine('round-trip');
  const received = createLine('received');
  const sent = createLine('sent');
  const numbers = {
    roundTrip: element('dd', { id: 'roundTrip' }),
    received: element('dd', { id: 'received' }),
    sent: element('dd', { id: 'sent' }),
    picture: element('dd', { id: 'picture' }),
  };
  const root = element(
    'section',
    { class: 'call-plot', 'aria-label': 'The connection, over the last minute' },
    createFigure([roundTrip], [['Round trip', numbers.roundTrip]]),
    createFigure(
      [received, sent],
      [
        ['Receiving', numbers.received],
        ['Sending', numbers.sent],
      ],
    ),
    createFigure([], [['Their picture', numbers.picture]]),
  );
  let history: History = noHistory;

  function show(stats: Partial<CallStats>): void {
    const { roundTripMs, receivedBitsPerSecond, sentBitsPerSecond } = history;
    roundTrip.setAttribute('d', pathOf(roundTripMs, topOf(roundTripMs), box));
    const top = topOf(receivedBitsPerSecond, sentBitsPerSecond);
    received.setAttribute('d', pathOf(receivedBitsPerSecond, top, box));
    sent.setAttribute('d', pathOf(sentBitsPerSecond, top, box));
    numbers.roundTrip.textContent = roundTripText(stats.roundTripMs);
    numbers.received.textContent = bitRateText(stats.receivedBitsPerSecond);
    numbers.sent.textContent = bitRateText(stats.sentBitsPerSecond);
    numbers.picture.textContent = pictureText(stats);
  }

  show({});
  return {
    root,
    add(stats) {
      history = withStats(history, stats);
      show(stats);
    },
    clear() {
      history = noHistory;
      show({});
    },
  };
}

function pictureText({ receivedWidth, receivedHeight, receivedFramesPerSecond }: Partial<CallStats>): string {
  if (receivedWidth === undefined || receivedHeight === undefined) return 'none';
  const size = `${receivedWidth} × ${receivedHeight}`;
  return receivedFramesPerSecond === undefined
    ? size
    : `${size}, ${receivedFramesPerSecond.toFixed(0)} frames/s`;
}

function createLine(name: string): SVGPathElement {
  return svgElement('path', { class: name, 'vector-effect': 'non-scaling-stroke' });
}

function createGround(): SVGPathElement {
  const ground = createLine('ground');
  ground.setAttribute('d', `M0 ${box.height}H${box.width}`);
  return ground;
}

function createFigure(
  lines: readonly SVGPathElement[],
  numbers: readonly [string, HTMLElement][],
): HTMLElement {
  const list = element('dl');
  for (const [name, number] of numbers) {
    list.append(element('div', {}, element('dt', {}, name), number));
  }
  const figure = element('div', { class: 'figure' }, list);
  if (lines.length === 0) return figure;
  const viewBox = `0 -1 ${box.width} ${box.height + 2}`;
  figure.append(
    svgElement(
      'svg',
      { viewBox, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      createGround(),
      ...lines,
    ),
  );
  return figure;
}
