// The choice of what one sends in a call, as three buttons of which one is pressed.
import { ways, type Way } from './phone-states.js';
import { wayLabels } from './phone-words.js';

export interface WayChoice {
  show(way: Way): void;
}

/** Fills the group. */
export function createWayChoice(group: HTMLFieldSetElement, choose: (way: Way) => void): WayChoice {
  const legend = document.createElement('legend');
  legend.textContent = 'How you talk';
  group.append(legend);
  const fields = ways.map((way) => {
    const label = document.createElement('label');
    const field = document.createElement('input');
    field.type = 'radio';
    // Two groups on one page must not share their buttons.
    field.name = group.id;
    field.value = way;
    field.addEventListener('change', () => choose(way));
    label.append(field, wayLabels[way]);
    group.append(label);
    return field;
  });
  return {
    show(way) {
      for (const field of fields) field.checked = field.value === way;
    },
  };
}
