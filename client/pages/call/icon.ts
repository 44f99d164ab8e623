// The pictures on the buttons of a call. They say nothing that the words beside them do not say.
import { svgElement } from '../element.js';

const shapes = {
  microphone: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z M5.5 11.5a6.5 6.5 0 0 0 13 0 M12 18v3',
  camera:
    'M3.5 6.5h10.5a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5H3.5A1.5 1.5 0 0 1 2 16V8a1.5 1.5 0 0 1 1.5-1.5Z M15.5 11l6-3.5v9l-6-3.5',
  screen: 'M3 5h18v11H3Z M8.5 20h7 M12 13.5V8 M9.5 10.5 12 8l2.5 2.5',
  phone: 'M2.5 14.5c5.300-6 13.700-6 19 0l-2.300 3-4.200-1.700v-2.600c-2-.6-4-.6-6 0v2.600l-4.200 1.700Z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z M4 20.5c1-4.5 4-6.5 8-6.5s7 2 8 6.5',
} as const;

/** Shown over the picture while a button is pressed: the thing is off. */
const stroke = 'M4 4l16 16';

export function createIcon(shape: keyof typeof shapes): SVGSVGElement {
  return svgElement(
    'svg',
    { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' },
    svgElement('path', { d: shapes[shape] }),
    svgElement('path', { d: stroke, class: 'stroke' }),
  );
}
